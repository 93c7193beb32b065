"""Would the checkers notice? Each seeded fault must be found by them."""

import pytest

from chalicelib.store import keys
from chalicelib.store.operations import Delete, Put, Update
from tests import invariants
from tests.bank import flow, group
from tests.people import begun, stored
from tests.world import World


@pytest.fixture
def world():
    world = World().site(groups=[group()], flows=[flow("asks", 30)])
    world.user("ada", slots=1)
    world.available("ada")
    world.first, world.second = begun(world, "v1"), begun(world, "v2")
    invariants.check(world.table)
    return world


def one_too_many(world):
    """A check of the capacity that another claim overtook."""
    extra = ("active", stored(world.second).id)
    return Update(keys.agent("ada"), set={extra: "bank"})


def a_slot_never_given_back(world):
    return Update(keys.agent("ada"), remove=(("active", stored(world.first).id),))


def a_counter_that_drifts(world):
    return Update(keys.group_counter("bank", "service"), add={"waiting": 1})


def a_place_that_is_lost(world):
    entry = world.table.query(keys.queue("bank", "service"))[0]
    return Delete(keys.queue_entry("bank", "service", entry["sk"]))


def a_gap_in_the_numbers(world):
    return Update(keys.conversation("bank", stored(world.first).id), add={"last_number": 1})


def a_client_id_stored_twice(world):
    conversation = stored(world.first)
    (message,) = world.table.query(keys.message("bank", conversation.id, 0).pk, prefix="MESSAGE#")
    copy = {name: value for name, value in message.items() if name not in ("pk", "sk")}
    world.table.write(Update(keys.conversation("bank", conversation.id), add={"last_number": 1}))
    return Put(keys.message("bank", conversation.id, 2), {**copy, "number": 2})


def a_pointer_to_nothing(world):
    return Update(keys.visitor("bank", "stranger"), set={"open": "none", "visitor": "stranger"})


def an_assignment_without_an_agent(world):
    return Update(keys.conversation("bank", stored(world.first).id), remove=("agent",))


def a_run_that_asked_nobody(world):
    run = stored(world.first).flow_run
    return Update(keys.flow_run("bank", run), set={"state": "asked"})


@pytest.mark.parametrize(
    "fault",
    [
        one_too_many,
        a_slot_never_given_back,
        a_counter_that_drifts,
        a_place_that_is_lost,
        a_gap_in_the_numbers,
        a_client_id_stored_twice,
        a_pointer_to_nothing,
        an_assignment_without_an_agent,
        a_run_that_asked_nobody,
    ],
    ids=lambda fault: fault.__name__,
)
def test_the_checkers_find(world, fault):
    world.table.write(fault(world))
    with pytest.raises(AssertionError):
        invariants.check(world.table)


def test_the_checkers_miss_an_acknowledged_message_that_is_gone(world):
    told = [(stored(world.first).id, "v1-1", 1, "Good morning")]
    invariants.check(world.table, told)
    for wrong in ((told[0][0], "v1-1", 2, "Good morning"), (told[0][0], "v1-1", 1, "Good evening")):
        with pytest.raises(AssertionError):
            invariants.check(world.table, [wrong])
