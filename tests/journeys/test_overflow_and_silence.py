"""Somebody waits too long in one queue, or nobody writes any more: what happens by itself?"""

import pytest

from chalicelib.services.waiting import sweep as sweeping
from tests import invariants
from tests.bank import group
from tests.people import begun, ends, says, stored
from tests.world import World

AFTER = 30


def a_bank(*agents, overflow=AFTER, mode="escalation", site=None, slots=1, **more):
    """Three groups of one each; a conversation that waits in the first overflows to the others."""
    targets = [{"group": name} for name in ("first", "second", "third")]
    default = {"targets": targets, "mode": mode}
    if overflow:
        default["overflow_after_seconds"] = overflow
    world = World().site(
        site=site or {},
        groups=[
            group(name, criteria={}, members=[agent], answer_timeout_seconds=0, **more)
            for name, agent in (("first", "ada"), ("second", "ben"), ("third", "cyd"))
        ],
        routing_rules=[{"id": "any", "name": "Any", "default": default}],
    )
    for agent in ("ada", "ben", "cyd"):
        world.user(agent, slots=slots)
    world.later(6)
    for agent in agents:
        world.available(agent)
    return world


def places(world):
    """How many wait in each queue."""
    waiting = world.ports.queues.waiting("bank", ["first", "second", "third"])
    return list(waiting.values())


def test_a_long_wait_enters_one_more_queue_after_each_interval():
    world = a_bank()
    visitor = begun(world, "v1")
    seen = [places(world)]
    for _interval in range(4):
        world.run_alarms(AFTER)
        seen.append(places(world))
    assert seen == [[1, 0, 0], [1, 1, 0], [1, 1, 1], [1, 1, 1], [1, 1, 1]]
    assert stored(visitor).waiting_since == stored(visitor).opened_at
    assert stored(visitor).group == "first"
    invariants.check(world.table)


@pytest.mark.parametrize("server", ["ada", "ben"])
def test_whoever_takes_it_empties_every_queue_it_waited_in(server):
    world = a_bank()
    visitor = begun(world, "v1")
    world.run_alarms(AFTER)
    world.available(server)
    found = stored(visitor)
    assert (found.agent, found.overflowed) == (server, ())
    assert found.group == {"ada": "first", "ben": "second"}[server]
    assert places(world) == [0, 0, 0]
    invariants.check(world.table)


def test_the_group_that_is_asked_later_answers_at_once_if_it_can():
    world = a_bank("ada")
    begun(world, "v0")
    visitor = begun(world, "v1")
    # Full of another group's visitors a moment ago: no newcomer goes there, in escalation.
    world.available("ben")
    assert stored(visitor).agent is None
    world.run_alarms(AFTER)
    assert (stored(visitor).agent, stored(visitor).group) == ("ben", "second")
    invariants.check(world.table)


def test_the_place_in_the_next_queue_is_that_of_the_waiting_time():
    world = a_bank(overflow=AFTER)
    early = begun(world, "v1")
    world.later(AFTER - 1)
    second_only = {"id": "any", "name": "Any", "default": {"targets": [{"group": "second"}]}}
    world.publish(lambda document: {**document, "routing_rules": [second_only]})
    late = begun(world, "v2")
    assert stored(late).group == "second"
    both = [{"group": "first"}, {"group": "second"}]
    again = {**second_only, "default": {"targets": both, "overflow_after_seconds": AFTER}}
    world.publish(lambda document: {**document, "routing_rules": [again]})
    world.run_alarms(AFTER)
    world.available("ben")
    assert (stored(early).agent, stored(late).agent) == ("ben", None)
    invariants.check(world.table)


def test_a_group_whose_only_agent_left_it_unanswered_is_not_the_one_with_most_free_slots():
    targets = [{"group": name} for name in ("first", "second", "third")]
    default = {"targets": targets, "mode": "reactive", "overflow_after_seconds": AFTER}
    members = (("first", "ada"), ("second", "ada"), ("third", "cyd"))
    world = World().site(
        groups=[
            group(name, criteria={}, members=[agent], answer_timeout_seconds=10)
            for name, agent in members
        ],
        routing_rules=[{"id": "any", "name": "Any", "default": default}],
    )
    world.user("ada", slots=3)
    world.user("cyd", slots=1)
    world.later(6)
    world.available("ada")
    visitor = begun(world, "v1")
    world.run_alarms(10)
    assert (stored(visitor).state, stored(visitor).offered.keys()) == ("waiting", {"ada"})
    world.available("cyd")
    world.run_alarms(AFTER - 10)
    assert (stored(visitor).agent, stored(visitor).group) == ("cyd", "third")
    invariants.check(world.table)


def test_a_visitor_hears_of_their_place_in_one_queue_only():
    world = a_bank()
    ahead, visitor = begun(world, "v1"), begun(world, "v2")
    world.run_alarms(AFTER)
    assert places(world) == [2, 2, 0]
    told = [frame["position"] for frame in visitor.heard("queue")]
    assert set(told) <= {2}
    ends(ahead)
    world.run_alarms(1)
    assert visitor.heard("queue")[-1]["position"] == 1


def test_a_better_place_in_another_queue_is_not_told():
    world = a_bank(overflow=None)
    begun(world, "v1")
    targets = [{"group": "first"}, {"group": "second"}]
    default = {"targets": targets, "overflow_after_seconds": AFTER}
    rule = {"id": "any", "name": "Any", "default": default}
    world.publish(lambda document: {**document, "routing_rules": [rule]})
    visitor = begun(world, "v2")
    world.run_alarms(AFTER + 2)
    assert places(world)[1] == 1
    assert {frame["position"] for frame in visitor.heard("queue")} <= {2}


def test_a_conversation_that_waits_in_two_queues_is_closed_out_of_both():
    world = a_bank()
    visitor = begun(world, "v1")
    world.run_alarms(AFTER)
    ends(visitor)
    assert places(world) == [0, 0, 0]
    invariants.check(world.table)


def test_one_more_group_is_asked_until_somebody_is_there():
    world = a_bank()
    visitor = begun(world, "v1")
    world.run_alarms(AFTER)
    world.available("cyd")
    assert stored(visitor).state == "waiting"
    world.run_alarms(AFTER)
    assert (stored(visitor).agent, stored(visitor).group) == ("cyd", "third")


def test_without_an_interval_nothing_overflows():
    world = a_bank(overflow=None)
    begun(world, "v1")
    world.run_alarms(3_600)
    assert places(world) == [1, 0, 0]


def test_a_mode_says_which_group_is_next():
    world = a_bank("ada", "cyd", mode="reactive", queue_limit=5)
    visitors = [begun(world, f"v{number}") for number in range(3)]
    waiting = visitors[2]
    assert stored(waiting).state == "waiting"
    first = stored(waiting).group
    world.run_alarms(AFTER)
    assert stored(waiting).overflowed and first not in stored(waiting).overflowed


def test_an_overflow_that_was_missed_is_the_sweepers():
    world = a_bank()
    begun(world, "v1")
    world.rung.clear()
    world.later(AFTER + 31)
    sweeping.sweep(world.ports)
    assert places(world) == [1, 1, 0]
    invariants.check(world.table)


# Silence

DAY = 86_400


def silent(world, seconds):
    """Time in which Ada's page stays open and nobody writes."""
    for _beat in range(seconds // 60):
        world.run_alarms(60)
        world.agent("page of ada", "ada", action="presence")


def a_quiet_bank(close_after=3_600):
    return a_bank("ada", overflow=None, site={"close_after_seconds": close_after})


def test_when_nobody_writes_any_more_it_is_closed_and_the_visitor_told():
    world = a_quiet_bank()
    visitor = begun(world, "v1")
    says(world, "ada", visitor, "Here you are")
    behind = begun(world, "v2")
    silent(world, 1_800)
    visitor.say("Thank you")
    silent(world, 3_540)
    assert stored(visitor).state == "assigned", "every message counts"
    world.run_alarms(60)
    found = stored(visitor)
    assert (found.state, found.close_reason, found.closed_by) == ("closed", "silence", None)
    assert visitor.heard("closed")
    assert stored(behind).agent == "ada", "the slot is handed on"
    invariants.check(world.table)


def test_nobody_who_waits_for_a_first_answer_is_closed_upon():
    world = a_quiet_bank()
    visitor = begun(world, "v1")
    queued = begun(world, "v2")
    silent(world, 2 * 3_600)
    assert stored(visitor).state == "assigned"
    assert stored(queued).state == "waiting"


def test_silence_of_days_is_waited_for_by_the_alarm_clock():
    world = a_quiet_bank(close_after=3 * DAY)
    visitor = begun(world, "v1")
    says(world, "ada", visitor, "Here you are")
    world.agent("page of ada", "ada", action="presence", status="offline")
    world.run_alarms(3 * DAY + 60)
    assert stored(visitor).close_reason == "silence"
    invariants.check(world.table)


def test_without_the_setting_nothing_is_closed_by_itself():
    world = a_quiet_bank(close_after=None)
    visitor = begun(world, "v1")
    says(world, "ada", visitor, "Here you are")
    silent(world, 2 * 3_600)
    assert stored(visitor).state == "assigned"
