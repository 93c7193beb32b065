"""An agent answers, or passes it on, at the very moment a flow wakes: did both see it?

Never both: a request that stands has a number below the answer's. Never neither: where none stands,
the run was cancelled by the answer.
"""

from datetime import timedelta
from functools import partial

import pytest

from chalicelib.services.assignment import handing_back, snoozes, transfers
from chalicelib.services.conversation import closing
from chalicelib.services.flows import flow_runs
from chalicelib.store.memory import MemoryTable
from tests import invariants
from tests.bank import estimated_wait, flow, group
from tests.people import begun, says, stored
from tests.world import World

DELAY = 30


class Interruption:
    """Something else happens just before one of the table's calls."""

    def __init__(self):
        self.calls = 0
        self.at = None
        self.happen = None

    def __call__(self, _name):
        if self.happen is None:
            return
        if self.calls == self.at:
            happen, self.happen = self.happen, None
            happen()
        self.calls += 1

    def plan(self, at, happen):
        self.calls, self.at, self.happen = 0, at, happen


def waiting(world, conversations=1):
    """Conversations whose flow is due now, and their runs."""
    world.site(
        flows=[flow("asks", DELAY)],
        groups=[group(queue_limit=1000)],
        site={"unseen_after_seconds": 0},
    )
    world.user("ada", slots=conversations)
    world.later(6)
    world.available("ada")
    visitors = [begun(world, f"v{number}") for number in range(conversations)]
    world.rung.clear()
    world.later(DELAY)
    return visitors


def wake(world, visitor):
    run = world.ports.runs.get("bank", stored(visitor).flow_run)
    flow_runs.wake(world.ports, "bank", run.id, run.tick)


def answer(world, visitor):
    assert says(world, "ada", visitor, "Here I am")["type"] == "ack"


def settled(world, visitor):
    """Whether the visitor was asked; fails unless the answer and the run agree with it."""
    conversation = stored(visitor)
    run = world.ports.runs.get("bank", conversation.flow_run)
    found = world.ports.conversations.messages("bank", conversation.id, 0, 100)
    (answered,) = [each.number for each in found if each.author.kind == "agent"]
    requests = [each.number for each in found if each.author.kind == "flow"]
    pushed = [frame["number"] for frame in visitor.heard("email_request")]
    assert pushed == requests
    if requests:
        assert requests[0] < answered and len(requests) == 1
        assert (run.state, conversation.asked_by) == ("asked", "asks")
    else:
        assert (run.state, run.reason) == ("cancelled", "answered")
        assert conversation.asked_by is None
    assert conversation.unanswered_since is None
    return bool(requests)


def interrupted(first, second, waits=None, ends=None):
    """`second` at each call of `first` in turn, until none is left: what had become of it?"""
    waits, ends, outcomes = waits or waiting, ends or settled, []
    while True:
        interruption = Interruption()
        world = World()
        world.table = MemoryTable(world.epoch, interruption)
        world.__post_init__()
        (visitor,) = waits(world)
        interruption.plan(len(outcomes), partial(second, world, visitor))
        first(world, visitor)
        if interruption.happen is not None:
            return outcomes
        # Whoever lost against the other is woken again, as the alarm clock would.
        if stored(visitor).flow_run is not None:
            wake(world, visitor)
        outcomes.append(ends(world, visitor))
        invariants.check(world.table)


def test_an_answer_between_any_two_steps_of_the_wake():
    outcomes = interrupted(wake, answer)
    assert len(outcomes) >= 4
    assert outcomes[0] is False, "an answer before the wake begins cancels it"
    assert outcomes == sorted(outcomes), "up to one step the answer is first, from then on never"


def test_a_wake_between_any_two_steps_of_the_answer():
    outcomes = interrupted(answer, wake)
    assert len(outcomes) >= 2
    assert outcomes[0] is True
    assert outcomes == sorted(outcomes, reverse=True)


def in_two_hands(world):
    """The same, where a second agent is free."""
    visitors = waiting(world)
    world.user("ben", slots=1)
    world.later(6)
    for agent in ("ada", "ben"):
        world.available(agent)
    return visitors


def ada(world):
    return world.ports.staff.user("ada")


def passes_on(world, visitor):
    transfers.to_agent(world.ports, "bank", stored(visitor).id, ada(world), "ben", None)


def gives_back(world, visitor):
    handing_back.hand_back(world.ports, "bank", stored(visitor).id, ada(world))


def puts_aside(world, visitor):
    until = world.clock + timedelta(hours=1)
    snoozes.snooze(world.ports, "bank", stored(visitor).id, until, keep=False, by=ada(world))


def puts_aside_and_is_woken(world, visitor):
    puts_aside(world, visitor)
    visitor.say("Is anybody there?")


def gives_an_address(_world, visitor):
    assert visitor.does("email", address="grace@example.com")["type"] == "email"


def asked_once(world, visitor):
    """Nobody has answered, so the visitor was asked, or told of their address, once."""
    run = world.ports.runs.get("bank", stored(visitor).flow_run)
    assert (run.state, stored(visitor).asked_by) == ("asked", "asks")
    told = [*visitor.heard("email_request"), *visitor.heard("email_information")]
    # One message, which whoever is woken twice may push twice.
    assert len({each["number"] for each in told}) == 1
    return run.reason


@pytest.mark.parametrize(
    "moves", [passes_on, gives_back, puts_aside, puts_aside_and_is_woken], ids=lambda f: f.__name__
)
def test_what_moves_a_conversation_at_any_step_of_the_wake_is_no_answer(moves):
    outcomes = interrupted(wake, moves, in_two_hands, asked_once)
    assert len(outcomes) >= 4 and set(outcomes) == {"unknown"}


@pytest.mark.parametrize(
    "moves", [passes_on, gives_back, puts_aside, puts_aside_and_is_woken], ids=lambda f: f.__name__
)
def test_a_wake_at_any_step_of_what_moves_a_conversation_asks_once(moves):
    outcomes = interrupted(moves, wake, in_two_hands, asked_once)
    assert len(outcomes) >= 2 and set(outcomes) == {"unknown"}


def test_an_address_given_at_any_step_of_the_wake_is_not_asked_for():
    # The last call of a wake is the write that asks: it loses against what came before it.
    outcomes = interrupted(wake, gives_an_address, ends=asked_once)
    assert len(outcomes) >= 4 and set(outcomes) == {"known"}


def test_a_wake_at_any_step_of_giving_an_address_asks_for_it():
    outcomes = interrupted(gives_an_address, wake, ends=asked_once)
    assert len(outcomes) >= 2 and set(outcomes) == {"unknown"}


def test_a_close_at_any_step_of_the_wake_is_before_the_request_or_after_it():
    def closes(world, visitor):
        closing.close(world.ports, "bank", stored(visitor).id, by=ada(world))

    def ended(world, visitor):
        run = world.ports.runs.get("bank", stored(visitor).flow_run)
        asked = stored(visitor).asked_by is not None
        assert (run.state == "asked") is asked
        assert asked or run.reason == "closed"
        return asked

    outcomes = interrupted(wake, closes, ends=ended)
    assert outcomes[0] is False
    assert outcomes == sorted(outcomes)


def told_of_the_wait(world):
    """Somebody behind another, whom an agent gets at the moment the estimate's run wakes."""
    world.site(flows=[estimated_wait("tells")], groups=[group()])
    world.user("ada", slots=2)
    world.later(6)
    visitor = begun(world, "v1")
    world.rung.clear()
    return [visitor]


def wake_estimate(world, visitor):
    run = world.ports.runs.get("bank", stored(visitor).estimate_run)
    flow_runs.wake(world.ports, "bank", run.id, run.tick)


def takes_and_answers(world, visitor):
    world.available("ada")
    answer(world, visitor)


def told(world, visitor):
    """Whether the visitor was told of the wait; fails unless that was before the answer."""
    wake_estimate(world, visitor)
    run = world.ports.runs.get("bank", stored(visitor).estimate_run)
    found = world.ports.conversations.messages("bank", stored(visitor).id, 0, 100)
    kinds = [each.author.kind.value for each in found]
    was_told = stored(visitor).told_by is not None
    assert kinds == (["visitor", "flow", "agent"] if was_told else ["visitor", "agent"])
    assert run.is_done and (run.reason == "unknown") is was_told
    return was_told


def test_an_answer_at_any_step_of_an_estimate_comes_before_it_or_after_it():
    outcomes = interrupted(wake_estimate, takes_and_answers, told_of_the_wait, told)
    assert outcomes[0] is False
    assert outcomes == sorted(outcomes)


def test_two_wakes_within_each_other_ask_once():
    for at in range(12):
        interruption = Interruption()
        world = World()
        world.table = MemoryTable(world.epoch, interruption)
        world.__post_init__()
        (visitor,) = waiting(world)
        interruption.plan(at, partial(wake, world, visitor))
        wake(world, visitor)
        interruption.happen = None
        assert len(visitor.heard("email_request")) == 1
        assert stored(visitor).last_number == 2
        invariants.check(world.table)


@pytest.mark.parametrize(("kind", "times"), [("memory", 500), ("moto", 30)])
def test_answers_and_wakes_at_once_are_never_both_and_never_neither(request, at_once, kind, times):
    world = World() if kind == "memory" else request.getfixturevalue("dynamo")
    visitors = waiting(world, times)
    asked = 0
    for number, visitor in enumerate(visitors):
        actors = [partial(wake, world, visitor), partial(answer, world, visitor)]
        errors = at_once(actors if number % 2 else actors[::-1])
        assert [each for each in errors if each is not None] == []
        asked += settled(world, visitor)
    assert len(visitors) == times and asked <= times
    invariants.check(world.table)
