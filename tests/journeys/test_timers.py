"""What is scheduled for a conversation, and may it be called off?"""

from datetime import timedelta

import pytest

from chalicelib.errors import Conflict, NotFound
from chalicelib.services.waiting import timers
from chalicelib.web import alarms
from tests.bank import flow, group
from tests.people import begun, says, stored
from tests.world import World


@pytest.fixture
def world():
    world = World().site(
        groups=[group(answer_timeout_seconds=60)],
        flows=[flow("late", 300), flow("asks", 30)],
        site={"close_after_seconds": 3_600, "unseen_after_seconds": 120},
    )
    world.user("ada", slots=1)
    world.later(6)
    world.available("ada")
    return world


def listed(world, visitor, user="ada"):
    found = timers.of(world.ports, "bank", stored(visitor).id, person(world, user))
    return {each.what: each for each in found}


def person(world, id):
    return world.ports.staff.user(id)


def cancel(world, visitor, timer, user="ada"):
    timers.cancel(world.ports, "bank", stored(visitor).id, timer, person(world, user))


def test_each_timer_says_when_and_by_which_rule(world):
    visitor = begun(world, "v1")
    found = listed(world, visitor)
    assert list(found) == ["email_request", "answer"], "the soonest first"
    request, answer = found["email_request"], found["answer"]
    assert (request.rule.kind, request.rule.id) == ("flow", "asks")
    assert request.at == world.clock + timedelta(seconds=30)
    assert (answer.rule.kind, answer.rule.id) == ("group", "service")
    assert answer.at == world.clock + timedelta(seconds=60)


def test_an_answer_leaves_what_follows_an_answer(world):
    visitor = begun(world, "v1")
    visitor.does("email", address="grace@example.com")
    visitor.leave()
    world.later(10)
    says(world, "ada", visitor, "Here you are")
    found = listed(world, visitor)
    assert list(found) == ["unseen", "silence"]
    assert found["unseen"].at == world.clock + timedelta(seconds=120)
    assert found["silence"].at == world.clock + timedelta(seconds=3_600)


def test_a_flow_that_is_called_off_asks_nothing(world):
    visitor = begun(world, "v1")
    request = listed(world, visitor)["email_request"]
    waits = [alarm for _at, alarm in world.rung if alarm["what"] == "flow_run"]
    cancel(world, visitor, request.id)
    assert "email_request" not in listed(world, visitor)
    assert not any(alarm["what"] == "flow_run" for _at, alarm in world.rung)
    # Stopping is a hint: one that was ringing already asks nothing either.
    assert alarms.ring(world.ports, waits[0])["wake_at"] is None
    world.run_alarms(30)
    assert not visitor.heard("email_request")
    with pytest.raises(NotFound):
        cancel(world, visitor, request.id)


@pytest.mark.parametrize("timer", ["answer"])
def test_what_follows_from_a_rule_is_not_called_off(world, timer):
    visitor = begun(world, "v1")
    with pytest.raises(Conflict) as refused:
        cancel(world, visitor, timer)
    assert refused.value.code == "not_cancellable"


def test_nobody_calls_off_what_is_anothers(world):
    world.user("zoe", sites=("shop",))
    visitor = begun(world, "v1")
    with pytest.raises(NotFound):
        cancel(world, visitor, stored(visitor).flow_run, "zoe")
