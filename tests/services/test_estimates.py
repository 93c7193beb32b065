"""What a visitor who waits is told of how long, and where it comes from."""

from datetime import timedelta

import pytest

from tests.bank import group
from tests.people import answered, begun, ends, says
from tests.world import NOON, World


def a_world(agents=1, **document):
    world = World().site(groups=[group(queue_limit=100)], **document)
    for number in range(agents):
        world.user(f"a{number}", slots=1)
    return world


def told(world, name):
    """What a newcomer is told, when nobody is free."""
    world.agent("page of a0", "a0", action="presence", status="away")
    world.later(61)  # an hour is read once a minute
    visitor = begun(world, name)
    return visitor, visitor.conversation.get("estimated_wait_seconds")


def test_twenty_first_answers_make_an_estimate_and_nineteen_do_not():
    world = a_world()
    answered(world, 19, 40)
    assert told(world, "early")[1] is None


def test_the_median_of_this_hour_is_told_with_the_start_and_with_every_place():
    world = a_world()
    answered(world, 20, 40)
    first, wait = told(world, "first")
    assert wait == pytest.approx(40, rel=0.06)
    second, _wait = told(world, "second")
    ends(first)
    world.run_alarms(1)
    assert second.heard("queue")[-1]["estimated_wait_seconds"] == wait


def test_a_page_that_comes_back_is_told_again():
    world = a_world()
    answered(world, 20, 40)
    visitor, wait = told(world, "v")
    answer = visitor.arrive(resume={"token": visitor.token, "after": 0})
    assert answer["conversation"]["estimated_wait_seconds"] == wait


def test_another_hour_has_its_own():
    world = a_world()
    answered(world, 20, 40)
    world.clock = NOON + timedelta(hours=1, minutes=5)
    assert told(world, "later")[1] is None
    world.clock = NOON + timedelta(days=1, minutes=5)
    assert told(world, "tomorrow")[1] == pytest.approx(40, rel=0.06)


def test_what_is_older_than_four_weeks_is_forgotten():
    world = a_world()
    answered(world, 20, 40)
    world.clock = NOON + timedelta(days=27, minutes=5)
    assert told(world, "in time")[1] is not None
    world.clock = NOON + timedelta(days=28, minutes=5)
    assert told(world, "too late")[1] is None


def test_only_the_first_answer_of_a_person_counts_and_only_once():
    world = a_world()
    answered(world, 19, 40)
    world.available("a0")
    visitor = begun(world, "talks")
    world.later(40)
    world.available("a0")
    says(world, "a0", visitor, "First", client_id="one")
    says(world, "a0", visitor, "First", client_id="one")
    visitor.say("And then?")
    world.later(60)
    world.available("a0")
    says(world, "a0", visitor, "Second", client_id="two")
    ends(visitor)
    found = world.ports.estimates.first_replies("bank", "service", 11, world.clock.date())
    assert sum(found.values()) == 20


def test_hours_are_those_of_the_site():
    world = a_world(site={"time_zone": "Asia/Tokyo"})
    answered(world, 1, 40)
    days = {"11": 0, "20": 1}
    for hour, expected in days.items():
        found = world.ports.estimates.first_replies("bank", "service", int(hour), NOON.date())
        assert sum(found.values()) == expected
