"""An agent writes nothing: who gets the conversation then, and who never gets it back by itself?"""

import pytest

from chalicelib.services.assignment import assignments
from chalicelib.services.waiting import due
from chalicelib.services.waiting import sweep as sweeping
from tests import invariants
from tests.bank import group
from tests.people import begun, ends, says, stored
from tests.world import World

TIMEOUT = 60


def a_bank(*agents, slots=1, timeout=TIMEOUT):
    world = World().site(groups=[group(answer_timeout_seconds=timeout)])
    for agent in agents:
        world.user(agent, slots=slots)
    world.later(6)
    for agent in agents:
        world.available(agent)
    return world


def pass_by(world, seconds, *agents):
    """Time in which these agents' pages stay open."""
    for _beat in range(seconds // 20):
        world.run_alarms(20)
        for agent in agents:
            world.agent(f"page of {agent}", agent, action="presence")


def lost(world, agent):
    return [frame["reason"] for frame in world.heard(f"page of {agent}", "unassigned")]


def test_two_silent_agents_never_exchange_a_conversation():
    world = a_bank("ada", "ben")
    visitor = begun(world, "v1")
    trace = []

    def look():
        found = stored(visitor)
        trace.append(found.agent or found.state.value)

    look()
    for _timeout in range(4):
        pass_by(world, TIMEOUT, "ada", "ben")
        look()
    assert trace == ["ada", "ben", "waiting", "waiting", "waiting"]
    assert (lost(world, "ada"), lost(world, "ben")) == (["answer_timeout"], ["answer_timeout"])
    assert stored(visitor).requeues == 2
    assert stored(visitor).waiting_since == stored(visitor).opened_at, "the place is kept"
    sweeping.sweep(world.ports)
    look()
    assert trace[-1] == "waiting", "nor does the sweeper give it back"

    world.available("ada")
    look()
    assert trace[-1] == "waiting", "a page says its status with every beat"

    world.agent("page of ada", "ada", action="presence", status="away")
    world.available("ada")
    look()
    assert trace[-1] == "ada", "who chooses another status is there again"
    invariants.check(world.table)


def test_an_answer_in_time_keeps_the_conversation():
    world = a_bank("ada", "ben")
    visitor = begun(world, "v1")
    world.run_alarms(TIMEOUT - 1)
    says(world, "ada", visitor, "Here I am")
    pass_by(world, TIMEOUT * 3, "ada", "ben")
    visitor.say("Are you there?")
    pass_by(world, TIMEOUT * 3, "ada", "ben")
    assert stored(visitor).agent == "ada"
    assert lost(world, "ada") == []


def test_the_next_agent_has_as_long_as_the_first():
    world = a_bank("ada", "ben")
    visitor = begun(world, "v1")
    pass_by(world, TIMEOUT, "ada", "ben")
    assert stored(visitor).agent == "ben"
    world.run_alarms(TIMEOUT - 1)
    assert stored(visitor).agent == "ben"
    says(world, "ben", visitor, "Here I am")
    assert stored(visitor).offered == {}


def test_whoever_is_silent_may_still_take_it_by_hand():
    world = a_bank("ada")
    visitor = begun(world, "v1")
    pass_by(world, TIMEOUT, "ada")
    assert stored(visitor).state == "waiting"
    take(world, visitor, "ada")
    assert stored(visitor).agent == "ada"
    invariants.check(world.table)


def take(world, visitor, agent):
    user = world.ports.staff.users()[agent]
    assignments.take(world.ports, "bank", stored(visitor).id, user)


def test_closing_another_conversation_shows_that_somebody_is_there():
    world = a_bank("ada", slots=2)
    first, second = begun(world, "v1"), begun(world, "v2")
    says(world, "ada", first, "Here I am")
    pass_by(world, TIMEOUT, "ada")
    assert stored(second).state == "waiting"
    world.later(1)
    ends(first, by="ada")
    assert stored(second).agent == "ada"


def test_a_visitor_is_told_of_every_agent_they_lose_and_find():
    world = a_bank("ada", "ben")
    visitor = begun(world, "v1")
    pass_by(world, TIMEOUT, "ada", "ben")
    told = [
        (frame["state"], frame.get("agent", {}).get("name"))
        for frame in visitor.heard("conversation")
    ]
    assert told[-2:] == [("waiting", None), ("assigned", "Ben")]


def test_the_slot_that_comes_free_serves_whoever_waits_behind():
    world = a_bank("ada")
    first, second = begun(world, "v1"), begun(world, "v2")
    pass_by(world, TIMEOUT, "ada")
    assert (stored(first).state, stored(second).agent) == ("waiting", "ada")
    assert second.heard("conversation")[-1]["state"] == "assigned"
    invariants.check(world.table)


def test_a_timeout_of_zero_is_none():
    world = a_bank("ada", timeout=0)
    visitor = begun(world, "v1")
    pass_by(world, 600, "ada")
    assert stored(visitor).agent == "ada"


def test_the_clock_starts_when_the_visitor_begins_to_wait():
    world = a_bank("ada", "ben")
    visitor = begun(world, "v1")
    says(world, "ada", visitor, "Here I am")
    world.later(1)
    world.agent("page of ada", "ada", action="presence", status="offline")
    assert stored(visitor).agent == "ben", "nobody asks anything of Ben"
    pass_by(world, TIMEOUT * 3, "ben")
    assert stored(visitor).agent == "ben"
    visitor.say("Hello?")
    pass_by(world, TIMEOUT, "ben")
    assert stored(visitor).state == "waiting"


def test_an_alarm_that_was_lost_is_made_up_for_by_the_sweeper():
    world = a_bank("ada", "ben")
    visitor = begun(world, "v1")
    world.rung.clear()
    world.later(TIMEOUT + 29)
    world.agent("page of ben", "ben", action="presence")
    world.agent("page of ada", "ada", action="presence")
    sweeping.sweep(world.ports)
    assert stored(visitor).agent == "ada"
    world.later(2)
    assert sweeping.sweep(world.ports).late_waits == 1
    assert stored(visitor).agent == "ben"
    invariants.check(world.table)


def test_a_conversation_that_was_answered_is_looked_at_once_more_and_then_left_alone():
    world = a_bank("ada")
    visitor = begun(world, "v1")
    says(world, "ada", visitor, "Here I am")
    world.rung.clear()
    world.later(TIMEOUT + 31)
    world.agent("page of ada", "ada", action="presence")
    assert sweeping.sweep(world.ports).late_waits == 1
    assert sweeping.sweep(world.ports).late_waits == 0
    assert stored(visitor).agent == "ada"


@pytest.mark.parametrize("times", [1, 2])
def test_an_alarm_of_an_older_version_does_nothing(times):
    world = a_bank("ada", "ben")
    visitor = begun(world, "v1")
    tick = stored(visitor).version
    pass_by(world, TIMEOUT, "ada", "ben")
    before = stored(visitor)
    world.later(TIMEOUT)
    for _time in range(times):
        assert due.wake(world.ports, "bank", before.id, tick) is None
    assert stored(visitor) == before
