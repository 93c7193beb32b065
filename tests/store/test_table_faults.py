"""Does a write happen once, and is the truth told about it, when requests and answers get lost?"""

import json

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from chalicelib.store.operations import (
    Absent,
    Busy,
    Check,
    Delete,
    Equals,
    Greater,
    Key,
    Missing,
    Present,
    Put,
    SizeBelow,
    Update,
    WriteConflict,
)
from tests.aws import (
    cancelled,
    dynamo_table,
    lost_answer,
    lost_request,
    refused,
    response,
    well,
)

ADA = Key("SITE#bank", "AGENT#ada")
BOB = Key("SITE#bank", "AGENT#bob")
NEW = Key("SITE#bank", "CONVERSATION#c1")

SINGLE = (Put(NEW, {"state": "waiting"}, when=Absent()),)
SEVERAL = (
    Update(ADA, set={("active", "c1"): True}, add={"n": 1}, when=SizeBelow("active", "slots")),
    Put(NEW, {"state": "open"}, when=Absent()),
    Delete(BOB, when=Present()),
)
# What is written, and how the table then differs from how it was.
WRITES = {
    "create": (SINGLE, {NEW: {"state": "waiting"}}),
    "replace": ((Put(ADA, {"n": 9}, when=Equals("n", 1)),), {ADA: {"n": 9}}),
    "put": ((Put(BOB, {"n": 9}),), {BOB: {"n": 9}}),
    "change": ((Update(BOB, set={"n": 2}, when=Equals("n", 1)),), {BOB: {"n": 2}}),
    "claim": (
        (Update(BOB, set={"by": "me"}, remove=("n",), when=Missing("by")),),
        {BOB: {"by": "me"}},
    ),
    "count": ((Update(BOB, add={"n": 1}),), {BOB: {"n": 2}}),
    "count from nothing": ((Update(NEW, add={"n": 1}),), {NEW: {"n": 1}}),
    "consume": ((Delete(BOB, when=Greater("n", 0)),), {BOB: None}),
    "delete": ((Delete(BOB),), {BOB: None}),
    "check": ((Check(BOB, when=Present()),), {}),
    "transaction": (
        SEVERAL,
        {
            ADA: {"n": 2, "slots": 1, "active": {"c1": True}},
            NEW: {"state": "open"},
            BOB: None,
        },
    ),
    "unconditional transaction": (
        (Update(BOB, add={"n": 1}), Put(NEW, {"n": 1})),
        {BOB: {"n": 2}, NEW: {"n": 1}},
    ),
    "deleting transaction": (
        (Delete(ADA, when=Present()), Delete(BOB, when=Present())),
        {ADA: None, BOB: None},
    ),
}
STAMPED = sorted(set(WRITES) - {"consume", "deleting transaction"})


@pytest.fixture
def table(on_moto):
    return on_moto[0]


@pytest.fixture
def wire(on_moto):
    table, wire = on_moto
    table.write(Put(ADA, {"n": 1, "slots": 1, "active": {}}), Put(BOB, {"n": 1}))
    wire.forget()
    return wire


def contents(table):
    items = {Key(item.pop("pk"), item.pop("sk")): item for item in table.query(ADA.pk)}
    return {key: items.get(key) for key in (ADA, BOB, NEW)}


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize(
    "faults", [(lost_answer,), (lost_answer, lost_answer), (lost_request, lost_answer)], ids=len
)
def test_a_write_whose_answer_is_lost_succeeds_and_is_done_once(table, wire, name, faults):
    operations, difference = WRITES[name]
    expected = {**contents(table), **difference}
    wire.plan(*faults)
    table.write(*operations)
    assert contents(table) == expected


@pytest.mark.parametrize("name", STAMPED)
def test_what_leaves_a_stamp_is_recognised_after_the_token_is_forgotten(table, wire, name):
    operations, difference = WRITES[name]
    expected = {**contents(table), **difference}

    def lost_for_long(request, answer):
        answer(request)
        wire.tokens.clear()
        raise ReadTimeoutError(endpoint_url=request.url)

    wire.plan(lost_for_long)
    table.write(*operations)
    assert contents(table) == expected


@pytest.mark.parametrize("name", WRITES)
def test_a_write_that_never_arrives_is_reported_and_not_done(table, wire, name):
    before = contents(table)
    wire.plan(lost_request, lost_request, lost_request)
    with pytest.raises(ReadTimeoutError):
        table.write(*WRITES[name][0])
    assert contents(table) == before


@pytest.mark.parametrize("others", [(), (Put(BOB, {"n": 2}),)], ids=["alone", "transaction"])
def test_another_writers_success_is_not_taken_for_our_own(table, wire, now, others):
    def overtaken(request, answer):
        dynamo_table(wire.client, now).write(Put(NEW, {"by": "another"}, when=Absent()))
        raise ReadTimeoutError(endpoint_url=request.url)

    wire.plan(overtaken)
    with pytest.raises(WriteConflict) as caught:
        table.write(*others, Put(NEW, {"by": "me"}, when=Absent()))
    assert caught.value.index == len(others)
    assert caught.value.existing["by"] == "another"
    assert contents(table)[BOB] == {"n": 1}


def test_the_same_write_asked_for_twice_is_a_conflict_the_second_time(table, wire):
    table.write(*SINGLE)
    with pytest.raises(WriteConflict):
        table.write(*SINGLE)


COLLISIONS = {
    "alone": (SINGLE, refused("TransactionConflictException")),
    "transaction": (SEVERAL, cancelled("None", "TransactionConflict", "None")),
    "in progress": (SEVERAL, refused("TransactionInProgressException")),
    "throttled within": (SEVERAL, cancelled("ThrottlingError", "None", "None")),
}


@pytest.mark.parametrize("name", ["alone", "transaction", "throttled within"])
@pytest.mark.parametrize("times", range(1, 9))
def test_a_write_outlasts_eight_collisions(table, wire, name, times):
    operations, collision = COLLISIONS[name]
    wire.plan(*[collision] * times)
    table.write(*operations)
    assert contents(table)[NEW] is not None
    assert wire.calls["PutItem"] + wire.calls["TransactWriteItems"] == times + 1


@pytest.mark.parametrize("name", ["alone", "transaction", "throttled within"])
def test_the_ninth_collision_is_too_many(table, wire, name):
    operations, collision = COLLISIONS[name]
    before = contents(table)
    wire.plan(*[collision] * 9)
    with pytest.raises(Busy) as caught:
        table.write(*operations)
    assert caught.value.code == "busy"
    assert contents(table) == before


def test_a_transaction_still_in_progress_is_asked_for_again(table, wire):
    operations, in_progress = COLLISIONS["in progress"]
    wire.plan(lost_answer, in_progress)
    table.write(*operations)
    assert contents(table)[ADA]["n"] == 2


def test_pauses_double_up_to_half_a_second_and_are_drawn_by_chance(wire, now):
    pauses = []
    table = dynamo_table(wire.client, now, sleep=pauses.append)
    wire.plan(*[COLLISIONS["alone"][1]] * 9)
    with pytest.raises(Busy):
        table.write(*SINGLE)
    # The test's chance always draws the middle.
    assert pauses == [0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.25, 0.25]


def test_a_collision_does_not_hide_a_condition_that_failed(table, wire):
    wire.plan(cancelled("TransactionConflict", "ConditionalCheckFailed", "None"))
    with pytest.raises(WriteConflict) as caught:
        table.write(*SEVERAL)
    assert caught.value.index == 1
    assert wire.calls["TransactWriteItems"] == 1


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


def test_an_error_that_waiting_does_not_heal_is_raised_at_once(table, wire):
    wire.plan(refused("AccessDeniedException"))
    with pytest.raises(ClientError):
        table.write(*SINGLE)
    assert sum(wire.calls.values()) == 1


def some_unprocessed(request, answer):
    """Half of the keys at a time, as DynamoDB does beyond 16 MB."""
    body = json.loads(request.body)
    [(name, asked)] = body["RequestItems"].items()
    keys = asked["Keys"]
    half = len(keys) // 2
    request.body = json.dumps({"RequestItems": {name: {**asked, "Keys": keys[:half]}}}).encode()
    answered = json.loads(answer(request).content) if half else {"Responses": {}}
    rest = {name: {**asked, "Keys": keys[half:]}}
    return response(request, 200, {**answered, "UnprocessedKeys": rest})


def test_keys_left_over_are_asked_for_again(table, wire):
    keys = [Key("P", str(number)) for number in range(16)]
    table.write(*(Put(key, {}) for key in keys))
    wire.forget()
    wire.plan(*[some_unprocessed] * 6)
    assert set(table.get_many(keys)) == set(keys)
    assert wire.calls["BatchGetItem"] == 7


def test_keys_left_over_again_and_again_are_busy(table, wire):
    wire.plan(*[some_unprocessed] * 9)
    with pytest.raises(Busy):
        table.get_many([ADA])
    assert wire.calls["BatchGetItem"] == 8


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
