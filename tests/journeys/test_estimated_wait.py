"""A visitor waits in a queue: are they told how long, and reassured when it takes longer?

Twenty visitors of this hour were answered after a minute and a half, so newcomers are told of two.
"""

from datetime import timedelta

import pytest

from chalicelib.services.waiting import timers
from tests import invariants
from tests.bank import estimated_wait, flow, group
from tests.people import answered, begun, ends, says, stored
from tests.world import World

ESTIMATE = "tells: about 2 min"
UNKNOWN = "tells: we are coming"
EXCEEDED = "tells: it takes longer, we are still coming"


def a_bank(*flows, samples=20, **document):
    world = World().site(
        groups=[group(queue_limit=100, answer_timeout_seconds=0)],
        flows=flows or [estimated_wait("tells")],
        **document,
    )
    world.user("a0", slots=1)
    answered(world, samples, 90)
    world.rung.clear()
    away(world)
    world.later(61)  # an hour is read once a minute
    return world


def away(world):
    world.agent("page of a0", "a0", action="presence", status="away")


def told(visitor):
    return [each["text"] for each in visitor.heard("message") if each["author"]["kind"] == "flow"]


def run_of(world, visitor):
    return world.ports.runs.get("bank", stored(visitor).estimate_run)


def test_the_minutes_are_told_when_the_wait_begins_and_once_more_when_they_are_over():
    world = a_bank()
    visitor = begun(world, "v")
    assert told(visitor) == [], "first of all the visitor has their answer"
    world.run_alarms(119)
    assert told(visitor) == [ESTIMATE]
    world.run_alarms(2)
    assert told(visitor) == [ESTIMATE, EXCEEDED]
    world.run_alarms(86_400)
    assert told(visitor) == [ESTIMATE, EXCEEDED]
    assert (run_of(world, visitor).state, run_of(world, visitor).reason) == ("finished", "exceeded")
    assert stored(visitor).told_by == "tells"
    invariants.check(world.table)


def test_of_nineteen_answers_no_minutes_are_made():
    world = a_bank(samples=19)
    visitor = begun(world, "v")
    world.run_alarms(86_400)
    assert told(visitor) == [UNKNOWN], "nothing was promised, so nothing is exceeded"


def test_whoever_is_answered_in_time_needs_no_reassurance():
    world = a_bank()
    visitor = begun(world, "v")
    world.run_alarms(60)
    world.available("a0")
    says(world, "a0", visitor, "Here I am")
    world.run_alarms(86_400)
    assert told(visitor) == [ESTIMATE]
    assert (run_of(world, visitor).state, run_of(world, visitor).reason) == (
        "cancelled",
        "answered",
    )


def test_an_agent_who_has_it_and_says_nothing_is_no_answer():
    world = a_bank()
    visitor = begun(world, "v")
    world.run_alarms(60)
    world.available("a0")
    assert stored(visitor).agent == "a0"
    world.run_alarms(61)
    assert told(visitor) == [ESTIMATE, EXCEEDED]


def test_whoever_has_an_agent_at_once_is_told_nothing():
    world = a_bank()
    world.available("a0")
    visitor = begun(world, "v")
    world.run_alarms(86_400)
    assert (stored(visitor).estimate_run, told(visitor)) == (None, [])


def test_who_gets_an_agent_before_the_alarm_rings_is_told_nothing():
    world = a_bank()
    visitor = begun(world, "v")
    world.available("a0")
    world.run_alarms(86_400)
    assert told(visitor) == []
    assert run_of(world, visitor).reason == "has_an_agent"


def test_a_conversation_that_was_closed_is_told_nothing_more():
    world = a_bank()
    visitor = begun(world, "v")
    world.run_alarms(10)
    ends(visitor)
    world.run_alarms(86_400)
    assert told(visitor) == [ESTIMATE]
    assert run_of(world, visitor).reason == "closed"


def test_a_later_wait_of_the_same_conversation_is_not_estimated():
    world = a_bank()
    visitor = begun(world, "v")
    world.run_alarms(10)
    world.available("a0")
    says(world, "a0", visitor, "Here I am")
    away(world)
    visitor.say("And then?")
    world.run_alarms(86_400)
    assert told(visitor) == [ESTIMATE]


def test_a_flow_paused_meanwhile_says_nothing_more():
    world = a_bank()
    visitor = begun(world, "v")
    world.run_alarms(10)
    paused = estimated_wait("tells", status="paused")
    world.publish(lambda document: {**document, "flows": [paused]})
    world.run_alarms(86_400)
    assert told(visitor) == [ESTIMATE]
    assert run_of(world, visitor).reason == "nothing_left"


def test_a_run_keeps_to_the_words_it_began_with():
    world = a_bank()
    visitor = begun(world, "v")
    world.run_alarms(10)
    other = {"estimate": "A", "unknown": "B", "exceeded": "C"}
    reworded = estimated_wait("tells", messages=other)
    world.publish(lambda document: {**document, "flows": [reworded]})
    world.run_alarms(86_400)
    assert told(visitor) == [ESTIMATE, EXCEEDED]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"targeting_rules": ["hello"]}, [ESTIMATE]),
        ({"routing_rules": ["any"], "hours": "open"}, [ESTIMATE]),
        ({"hours": "closed"}, []),
        ({"status": "draft"}, []),
    ],
)
def test_the_criteria_are_those_of_every_flow(more, words):
    world = a_bank(estimated_wait("tells", **more))
    visitor = begun(world, "v")
    world.run_alarms(30)
    assert told(visitor) == words


def test_both_kinds_watch_one_wait_without_disturbing_each_other():
    world = a_bank(estimated_wait("tells"), flow("asks", 60))
    visitor = begun(world, "v")
    world.run_alarms(86_400)
    assert told(visitor) == [ESTIMATE, EXCEEDED]
    (request,) = visitor.heard("email_request")
    assert (request["number"], stored(visitor).asked_by) == (3, "asks")
    invariants.check(world.table)


def test_a_known_address_is_informed_by_the_flow_that_asks_not_by_the_one_that_tells():
    world = a_bank(estimated_wait("tells"), flow("asks", 60))
    visitor = begun(world, "v")
    visitor.does("email", address="grace@example.com")
    world.run_alarms(10)
    visitor.leave()
    world.run_alarms(60)
    alarm = {"what": "flow_run", "site": "bank", "id": stored(visitor).flow_run, "tick": 0}
    world.rung.append((world.clock, alarm))
    world.run_alarms(60)
    assert [each.kind for each in world.sent] == ["information"]


def test_an_alarm_that_rings_three_times_tells_once():
    world = a_bank()
    visitor = begun(world, "v")
    for _ in range(2):
        world.rung = [each for each in world.rung for _ in range(3)]
        world.run_alarms(121)
    assert told(visitor) == [ESTIMATE, EXCEEDED]


def test_what_is_to_come_is_listed_and_may_be_called_off():
    world = a_bank()
    world.user("zoe", role="admin")
    world.later(6)
    visitor = begun(world, "v")
    began = world.clock
    conversation, zoe = stored(visitor).id, world.ports.staff.user("zoe")
    (listed,) = timers.of(world.ports, "bank", conversation, zoe)
    assert (listed.what, listed.at) == ("estimated_wait", began)
    world.run_alarms(10)
    (listed,) = timers.of(world.ports, "bank", conversation, zoe)
    assert (listed.what, listed.rule.kind, listed.rule.id) == ("estimated_wait", "flow", "tells")
    assert timedelta(0) <= listed.at - (began + timedelta(minutes=2)) < timedelta(seconds=1)
    timers.cancel(world.ports, "bank", conversation, listed.id, zoe)
    world.run_alarms(86_400)
    assert told(visitor) == [ESTIMATE]
