"""How many requests does the table cost, which, and what if DynamoDB is short of capacity?"""

import json

import pytest

from chalicelib.store.operations import (
    Absent,
    Busy,
    Delete,
    Key,
    Present,
    Put,
    SizeBelow,
    Update,
    WriteConflict,
)
from tests.aws import refused, response, well

ADA = Key("SITE#bank", "AGENT#ada")
BOB = Key("SITE#bank", "AGENT#bob")
NEW = Key("SITE#bank", "CONVERSATION#c1")

SINGLE = (Put(NEW, {"state": "waiting"}, when=Absent()),)
SEVERAL = (
    Update(ADA, set={("active", "c1"): True}, add={"n": 1}, when=SizeBelow("active", "slots")),
    Put(NEW, {"state": "open"}, when=Absent()),
    Delete(BOB, when=Present()),
)


@pytest.fixture
def table(on_moto):
    return on_moto[0]


@pytest.fixture
def wire(on_moto):
    table, wire = on_moto
    table.write(Put(ADA, {"n": 1, "slots": 1, "active": {}}), Put(BOB, {"n": 1}))
    wire.forget()
    return wire


@pytest.mark.parametrize("code", ["ProvisionedThroughputExceededException", "ThrottlingException"])
@pytest.mark.parametrize(
    "ask",
    [
        lambda table: table.get(ADA),
        lambda table: table.get_many([ADA]),
        lambda table: table.query(ADA.pk),
        lambda table: table.query_page(ADA.pk, limit=5),
        lambda table: table.write(Put(BOB, {})),
        lambda table: table.write(*SEVERAL),
    ],
    ids=["get", "get_many", "query", "query_page", "put", "transaction"],
)
def test_three_refusals_for_throughput_in_a_row_are_busy(table, wire, ask, code):
    wire.plan(*[refused(code)] * 3, well)
    with pytest.raises(Busy):
        ask(table)
    wire.plan(*[refused(code)] * 2)
    ask(table)


def only(number):
    """DynamoDB reads this many of the keys and leaves the others over, as it does beyond 16 MB."""

    def fault(request, answer):
        [(name, asked)] = json.loads(request.body)["RequestItems"].items()
        now, later = (
            {name: {**asked, "Keys": keys}}
            for keys in (asked["Keys"][:number], asked["Keys"][number:])
        )
        request.body = json.dumps({"RequestItems": now}).encode()
        answered = json.loads(answer(request).content) if number else {"Responses": {}}
        return response(request, 200, {**answered, "UnprocessedKeys": later})

    return fault


def test_keys_left_over_are_asked_for_again_as_long_as_there_are_fewer(table, wire):
    keys = [Key("P", str(number)) for number in range(12)]
    table.write(*(Put(key, {}) for key in keys))
    wire.forget()
    wire.plan(*[only(1)] * 11)
    assert set(table.get_many(keys)) == set(keys)
    assert wire.calls["BatchGetItem"] == 12


def test_keys_left_over_again_and_again_are_busy(table, wire):
    wire.plan(*[only(0)] * 9)
    with pytest.raises(Busy):
        table.get_many([ADA])
    assert wire.calls["BatchGetItem"] == 9


@pytest.mark.parametrize(
    ("ask", "calls"),
    [
        (lambda table: table.get(ADA), {"GetItem": 1}),
        (lambda table: table.get_many([]), {}),
        (lambda table: table.get_many([ADA, BOB, ADA]), {"BatchGetItem": 1}),
        (lambda table: table.query(ADA.pk, limit=2), {"Query": 1}),
        (lambda table: table.query(ADA.pk, after="b", before="a"), {}),
        (lambda table: table.query_page(ADA.pk, limit=1), {"Query": 1}),
        (lambda table: table.write(*SINGLE), {"PutItem": 1}),
        (lambda table: table.write(Update(BOB, add={"n": 1})), {"UpdateItem": 1}),
        (lambda table: table.write(Delete(BOB)), {"DeleteItem": 1}),
        (lambda table: table.write(*SEVERAL), {"TransactWriteItems": 1}),
    ],
)
def test_nothing_costs_more_requests_than_it_must(table, wire, ask, calls):
    ask(table)
    assert wire.calls == calls


def test_a_conflict_costs_no_further_request(table, wire):
    with pytest.raises(WriteConflict):
        table.write(Put(ADA, {}, when=Absent()))
    assert wire.calls == {"PutItem": 1}


def test_reads_of_the_table_are_consistent_unless_asked_otherwise(table, wire):
    table.get(ADA)
    table.query(ADA.pk)
    table.query_page(ADA.pk, limit=1)
    assert [request["ConsistentRead"] for request in wire.requests] == [True] * 3
    table.get_many([ADA])
    [asked] = wire.requests[-1]["RequestItems"].values()
    assert asked["ConsistentRead"] is True
    table.query(ADA.pk, consistent=False)
    assert wire.requests[-1]["ConsistentRead"] is False
    table.query("L", index="listing")
    assert "ConsistentRead" not in wire.requests[-1]
