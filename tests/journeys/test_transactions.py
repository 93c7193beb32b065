"""A visitor buys something: it counts when a conversation came before it, and once."""

import pytest

from tests.identities import SECRET, vouched
from tests.people import Visitor, begun, ends, invited
from tests.world import World


@pytest.fixture
def world():
    world = World().site()
    world.secrets["bank"] = SECRET
    world.user("ada")
    world.available("ada")
    return world


def buys(visitor, transaction="order-1", amount=129.9, currency="EUR", **more):
    sale = {"transaction": transaction, "amount": amount, "currency": currency, **more}
    return visitor.world.visitor(
        visitor.connection, visitor.site, action="transaction", **sale, **{"pass": visitor.pass_}
    )


def kept(world, site="bank"):
    """What the site's reports will find, the oldest first."""
    found = world.table.query(f"TRANSACTIONS#{site}", index="listing")
    return [(each["id"], each["amount"], each["currency"]) for each in found]


def test_what_is_bought_while_talking_counts(world):
    visitor = begun(world, "v1")
    assert buys(visitor) == {"type": "transaction", "transaction": "order-1", "counted": True}
    assert kept(world) == [("order-1", 129.9, "EUR")]
    [found] = world.table.query("TRANSACTIONS#bank", index="listing")
    assert found["conversation"] == visitor.conversation["id"]


@pytest.mark.parametrize("hours, counts", [(47.99, True), (48.01, False)])
def test_it_counts_for_two_days_after_the_end(world, hours, counts):
    visitor = begun(world, "v1")
    world.later(86_400)
    ends(visitor)
    world.later(hours * 3600)
    visitor.arrive()
    assert buys(visitor)["counted"] is counts
    assert len(kept(world)) == counts


def test_nothing_is_kept_of_whoever_has_not_talked(world):
    visitor = invited(world, "v1")
    assert buys(visitor)["counted"] is False
    assert kept(world) == []


def test_one_id_counts_once_for_a_visitor(world):
    visitor = begun(world, "v1")
    buys(visitor)
    assert buys(visitor, amount=1)["counted"] is True
    buys(visitor, "order-2", 5)
    assert kept(world) == [("order-1", 129.9, "EUR"), ("order-2", 5, "EUR")]
    another = begun(world, "v2")
    buys(another)
    assert len(kept(world)) == 3


def test_a_known_customer_talks_on_one_device_and_buys_on_another(world):
    phone = Visitor(world, "phone")
    phone.arrive(identity=vouched(world))
    phone.start()
    computer = Visitor(world, "computer")
    computer.arrive(identity=vouched(world))
    assert buys(computer)["counted"] is True


@pytest.mark.parametrize(
    "sale, path",
    [
        ({"transaction": ""}, "transaction"),
        ({"transaction": "x" * 65}, "transaction"),
        ({"transaction": 7}, "transaction"),
        ({"amount": -0.01}, "amount"),
        ({"amount": 1e13}, "amount"),
        ({"amount": "12"}, "amount"),
        ({"amount": True}, "amount"),
        ({"currency": "eur"}, "currency"),
        ({"currency": "EU"}, "currency"),
        ({"currency": "EURO"}, "currency"),
        ({"conversation": "another"}, "conversation"),
    ],
)
def test_what_is_no_sale_is_refused(world, sale, path):
    visitor = begun(world, "v1")
    answer = buys(visitor, **sale)
    assert answer["type"] == "error"
    assert answer["message"].startswith(path)
    assert kept(world) == []


def test_a_page_cannot_fill_the_table(world):
    visitor = begun(world, "v1")
    answers = [buys(visitor, f"order-{number}") for number in range(31)]
    assert [each.get("code") for each in answers[29:]] == [None, "rate_limited"]
    assert len(kept(world)) == 30
    world.later(3600)
    assert buys(visitor, "order-31")["counted"] is True
