"""The bank of the product's description: by day answers are quick, in the evening teams are small.

Two flows: one for opening hours with a long delay, one for closed hours with 25 seconds. Whatever
the hour, a visitor is asked by the better of the two, or not at all.
"""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.services.assignment import snoozes, transfers
from tests.bank import WORKING_DAYS, flow, group, site
from tests.people import begun, ends, says, stored
from tests.world import World

DAY = datetime(2026, 11, 23, 11, tzinfo=UTC)
EVENING = datetime(2026, 11, 23, 20, tzinfo=UTC)
FLOWS = [flow("by-day", 180, "open"), flow("by-night", 25, "closed")]


def bank(clock, flows=FLOWS):
    # Nobody takes a conversation from whoever is slow: the flows are what this is about.
    world = World(clock=clock).site(
        site=site(hours={"weekly": WORKING_DAYS}),
        groups=[group(answer_timeout_seconds=0)],
        flows=flows,
    )
    world.user("ada", slots=1)
    world.available("ada")
    return world


def waiting(world):
    """A visitor who waits behind another."""
    begun(world, "first")
    return begun(world, "v1", "Is anybody there?")


@pytest.mark.parametrize(
    ("clock", "delay", "asked_by"), [(DAY, 180, "by-day"), (EVENING, 25, "by-night")]
)
def test_a_visitor_who_waits_too_long_is_asked_by_the_flow_of_the_hour(clock, delay, asked_by):
    world = bank(clock)
    visitor = waiting(world)
    world.run_alarms(delay - 1)
    assert not visitor.heard("email_request")
    world.run_alarms(1)
    (request,) = visitor.heard("email_request")
    assert request["text"] == f"{asked_by}: where can we write to you?"
    assert request["number"] == 2
    assert stored(visitor).asked_by == asked_by


@pytest.mark.parametrize(("clock", "delay"), [(DAY, 180), (EVENING, 25)])
def test_whoever_is_answered_in_time_is_not_asked(clock, delay):
    world = bank(clock)
    visitor = begun(world, "v1")
    world.run_alarms(delay - 1)
    says(world, "ada", visitor, "Here I am")
    world.run_alarms(86_400)
    assert not visitor.heard("email_request")
    assert stored(visitor).asked_by is None
    (run,) = [world.ports.runs.get("bank", stored(visitor).flow_run)]
    assert (run.state, run.reason) == ("cancelled", "answered")


@pytest.mark.parametrize(("clock", "delay"), [(DAY, 180), (EVENING, 25)])
def test_an_answer_after_the_request_changes_nothing_about_it(clock, delay):
    world = bank(clock)
    visitor = begun(world, "v1")
    world.run_alarms(delay)
    says(world, "ada", visitor, "Sorry for the wait")
    visitor.say("No matter")
    world.run_alarms(86_400)
    assert len(visitor.heard("email_request")) == 1, "a conversation is asked once"


def test_who_waits_from_before_closing_time_is_asked_by_the_evening_flow_after_it():
    # 17:58 in Paris: the day's flow is due at 18:01, when the bank has closed.
    world = bank(datetime(2026, 11, 23, 16, 58, tzinfo=UTC))
    visitor = waiting(world)
    world.run_alarms(30)
    assert not visitor.heard("email_request"), "it is still day, and the wait is short"
    world.run_alarms(150)
    (request,) = visitor.heard("email_request")
    assert request["text"].startswith("by-night")


def test_the_wait_of_a_new_question_is_measured_from_that_question():
    world = bank(DAY)
    visitor = begun(world, "v1")
    world.run_alarms(100)
    says(world, "ada", visitor, "Here I am")
    world.run_alarms(60)
    visitor.say("One more thing")
    world.run_alarms(179)
    assert not visitor.heard("email_request")
    world.run_alarms(1)
    assert len(visitor.heard("email_request")) == 1


def test_a_conversation_that_was_closed_is_not_asked():
    world = bank(DAY)
    visitor = waiting(world)
    ends(visitor)
    world.run_alarms(86_400)
    assert not visitor.heard("email_request")


def test_a_flow_that_was_paused_meanwhile_asks_nothing():
    world = bank(DAY)
    visitor = waiting(world)
    world.publish(
        lambda document: {**document, "flows": [{**FLOWS[0], "status": "paused"}, FLOWS[1]]}
    )
    world.run_alarms(86_400)
    assert not visitor.heard("email_request")
    assert world.ports.runs.get("bank", stored(visitor).flow_run).reason == "nothing_left"


def test_a_run_keeps_to_the_words_it_began_with():
    world = bank(DAY)
    visitor = waiting(world)
    reworded = flow("by-day", 5, "open")
    reworded["messages"]["unknown"]["request"] = {"en": "Address?"}
    world.publish(lambda document: {**document, "flows": [reworded, FLOWS[1]]})
    world.run_alarms(173)
    assert not visitor.heard("email_request"), "nor does a shorter delay reach back"
    world.run_alarms(1)
    (request,) = visitor.heard("email_request")
    assert request["text"] == "by-day: where can we write to you?"


def test_a_flow_that_was_removed_meanwhile_asks_nothing():
    world = bank(DAY)
    visitor = waiting(world)
    world.publish(lambda document: {**document, "flows": []})
    world.run_alarms(86_400)
    assert not visitor.heard("email_request")


def test_without_a_flow_nobody_is_asked():
    world = bank(EVENING, flows=[])
    visitor = waiting(world)
    world.run_alarms(86_400)
    assert not visitor.heard("email_request")
    assert world.rung == []


def test_an_alarm_that_rings_three_times_asks_once():
    world = bank(EVENING)
    visitor = waiting(world)
    world.rung = [each for each in world.rung for _ in range(3)]
    world.run_alarms(60)
    assert len(visitor.heard("email_request")) == 1


def test_putting_a_question_aside_is_no_answer_whatever_the_visitor_adds_to_it():
    world = bank(DAY)
    visitor = begun(world, "v1")
    world.run_alarms(10)
    ada, later = world.ports.staff.user("ada"), world.clock + timedelta(hours=1)
    snoozes.snooze(world.ports, "bank", stored(visitor).id, later, keep=False, by=ada)
    world.run_alarms(10)
    visitor.say("Is anybody there?")
    world.run_alarms(159)
    assert not visitor.heard("email_request")
    world.run_alarms(1)
    (request,) = visitor.heard("email_request")
    assert request["text"].startswith("by-day"), "its 180 seconds count from the first question"


def test_a_question_passed_on_waits_since_it_was_asked():
    world = bank(DAY)
    world.user("ben", slots=1)
    world.later(6)
    world.available("ben")
    visitor = begun(world, "v1")
    world.run_alarms(60)
    holder = stored(visitor).agent
    other = "ben" if holder == "ada" else "ada"
    world.available(other)
    by = world.ports.staff.user(holder)
    transfers.to_agent(world.ports, "bank", stored(visitor).id, by, other, None)
    assert stored(visitor).agent == other
    world.available(other)
    world.run_alarms(119)
    assert not visitor.heard("email_request")
    world.run_alarms(1)
    assert len(visitor.heard("email_request")) == 1
