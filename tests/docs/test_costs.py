"""Are the capacity units reckoned as DynamoDB charges them, and is every price one of an action?"""

import pytest

from chalicelib.store.operations import Check, Delete, Key, Present, Put, Update
from docs.generate import costs
from docs.generate.meter import Meter, Units
from docs.generate.requests import counted
from tests.aws import moto_table

KEY, OTHER = Key("a", "b"), Key("a", "c")
LISTED = {"listing_pk": "sites", "listing_sk": "1"}


@pytest.fixture
def metered():
    with moto_table(lambda: 0.0) as (table, wire):
        yield table, Meter(wire.client)


def spent(meter, act):
    meter.forget()
    act()
    return meter.units


def test_a_write_is_charged_by_the_kilobyte_and_for_each_index_it_changes(metered):
    table, meter = metered
    assert spent(meter, lambda: table.write(Put(KEY, {"text": "x"}))) == Units(1, 0)
    assert spent(meter, lambda: table.write(Put(KEY, {"text": "x" * 1_100}))) == Units(2, 0)
    assert spent(meter, lambda: table.write(Update(KEY, {"text": "x"}))) == Units(2, 0), "as before"
    assert spent(meter, lambda: table.write(Put(OTHER, LISTED))) == Units(2, 0)
    moved = Update(OTHER, {"listing_sk": "2"})
    assert spent(meter, lambda: table.write(moved)) == Units(3, 0), "one goes, one comes"
    assert spent(meter, lambda: table.write(Delete(OTHER))) == Units(2, 0)


def test_a_transaction_is_charged_twice_and_its_checks_too(metered):
    table, meter = metered
    table.write(Put(KEY, {}))
    both = (Check(KEY, when=Present()), Put(OTHER, LISTED))
    assert spent(meter, lambda: table.write(*both)) == Units(5, 0)


def test_a_read_is_charged_by_four_kilobytes_and_half_where_it_may_be_late(metered):
    table, meter = metered
    table.write(Put(KEY, {"text": "x" * 5_000, **LISTED}))
    assert spent(meter, lambda: table.get(KEY)) == Units(0, 2)
    assert spent(meter, lambda: table.get_many([KEY, OTHER])) == Units(0, 3)
    assert spent(meter, lambda: table.query("a")) == Units(0, 2)
    late = spent(meter, lambda: table.query("sites", index="listing"))
    assert late == Units(0, 1)


def test_every_name_that_a_price_is_said_of_is_an_action():
    assert {*costs.SILENT, *costs.WOKEN, *costs.MONTH} <= {each.action for each in counted()}
