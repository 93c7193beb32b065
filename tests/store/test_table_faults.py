"""Does a write happen once, and is the truth told about it, when requests and answers get lost?"""

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
    "replace and consume": (
        (Put(ADA, {"n": 5}), Delete(BOB, when=Present())),
        {ADA: {"n": 5}, BOB: None},
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


def test_an_error_that_waiting_does_not_heal_is_raised_at_once(table, wire):
    wire.plan(refused("AccessDeniedException"))
    with pytest.raises(ClientError):
        table.write(*SINGLE)
    assert sum(wire.calls.values()) == 1
