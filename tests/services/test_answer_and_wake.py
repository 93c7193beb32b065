"""An agent answers at the very moment a flow wakes: who was first, and did both see it?

Never both: a request that stands has a number below the answer's. Never neither: where none stands,
the run was cancelled by the answer.
"""

from functools import partial

import pytest

from chalicelib.services import flow_runs
from chalicelib.store.memory import MemoryTable
from tests import invariants
from tests.bank import flow, group
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


def interrupted(first, second):
    """`second` at each call of `first` in turn, until none is left: was anybody asked?"""
    outcomes = []
    while True:
        interruption = Interruption()
        world = World()
        world.table = MemoryTable(world.epoch, interruption)
        world.__post_init__()
        (visitor,) = waiting(world)
        interruption.plan(len(outcomes), partial(second, world, visitor))
        first(world, visitor)
        if interruption.happen is not None:
            return outcomes
        # Whoever lost against the answer is woken again, as the alarm clock would.
        wake(world, visitor)
        outcomes.append(settled(world, visitor))
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
