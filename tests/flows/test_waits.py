from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import Conflict
from chalicelib.flows.waits import Kind, Limits, waits
from chalicelib.model import moves
from chalicelib.model.conversation import AuthorKind, Conversation, ConversationState
from tests.routing.builders import NOW

LIMITS = Limits(answer=60, overflow=30, silence=3_600)


def later(seconds):
    return NOW + timedelta(seconds=seconds)


def begun():
    fresh = Conversation(
        id="c1",
        site="bank",
        visitor="v1",
        state=ConversationState.WAITING,
        opened_at=NOW,
        updated_at=NOW,
        waiting_since=NOW,
        group="loans",
    )
    return fresh.with_message(AuthorKind.VISITOR, NOW)


def held():
    return moves.given_to(begun(), "ada", "loans", NOW)


def seen(conversation, limits=LIMITS):
    """Which waits there are, and in how many seconds from the beginning each ends."""
    return [(each.kind, (each.at - NOW).total_seconds()) for each in waits(conversation, limits)]


def test_an_agent_has_as_long_as_the_group_says_from_when_it_is_theirs():
    assert seen(held()) == [(Kind.ANSWER, 60)]
    assert seen(moves.given_to(begun(), "ada", "loans", later(100))) == [(Kind.ANSWER, 160)]


def test_an_agent_whom_nobody_asks_owes_nothing_until_somebody_does():
    answered = held().with_message(AuthorKind.AGENT, later(5))
    given = moves.given_to(answered, "ben", "loans", later(10))
    assert seen(given) == [(Kind.SILENCE, 3_605)]
    asked = given.with_message(AuthorKind.VISITOR, later(50))
    assert seen(asked) == [(Kind.ANSWER, 110), (Kind.SILENCE, 3_650)]


def test_whoever_has_written_once_is_not_timed_any_more():
    answered = held().with_message(AuthorKind.AGENT, later(5))
    assert seen(answered.with_message(AuthorKind.VISITOR, later(9))) == [(Kind.SILENCE, 3_609)]


def test_flows_and_the_system_do_not_answer_for_an_agent():
    asked = held().with_message(AuthorKind.FLOW, later(5))
    assert seen(asked) == [(Kind.ANSWER, 60)]


def test_a_wait_overflows_after_each_interval():
    waiting = begun()
    assert seen(waiting) == [(Kind.OVERFLOW, 30)]
    once = moves.overflowing_to(waiting, "cards", later(30))
    assert seen(once) == [(Kind.OVERFLOW, 60)]


def test_who_is_kept_for_somebody_is_so_until_a_moment():
    kept = moves.sent_to(held(), "cards", later(5), kept_for="ben", kept_until=later(20))
    assert seen(kept) == [(Kind.KEPT, 20), (Kind.OVERFLOW, 30)]


def test_a_snooze_ends_at_its_moment_or_with_the_visitors_words():
    asleep = moves.snoozed(held(), later(600), later(5), keep=True)
    assert seen(asleep) == [(Kind.SNOOZE, 600)]
    assert seen(asleep.with_message(AuthorKind.VISITOR, later(50))) == [(Kind.SNOOZE, 50)]
    assert seen(asleep.with_message(AuthorKind.AGENT, later(50))) == [(Kind.SNOOZE, 600)]


def test_what_is_over_waits_for_nothing():
    assert seen(held().closed(later(5), erased_at=later(600))) == []


def test_without_limits_only_what_people_asked_for_is_waited_for():
    none = Limits()
    assert seen(held(), none) == seen(begun(), none) == []
    assert seen(moves.snoozed(held(), later(600), NOW, keep=False), none) == [(Kind.SNOOZE, 600)]


def test_who_waits_for_a_first_answer_is_not_closed_upon():
    assert Kind.SILENCE not in dict(seen(begun()))
    assert Kind.SILENCE not in dict(seen(held()))
    answered = held().with_message(AuthorKind.AGENT, later(5))
    back = answered.with_message(AuthorKind.VISITOR, later(9)).requeued(later(10))
    assert (Kind.SILENCE, 3_609) in seen(back), "they were answered once"


STEPS = {
    "given": lambda each, at: moves.given_to(each, "ada", "loans", at),
    "requeued": lambda each, at: each.requeued(at, left=True),
    "sent": lambda each, at: moves.sent_to(each, "cards", at, kept_for="ben", kept_until=at),
    "snoozed": lambda each, at: moves.snoozed(each, at + timedelta(seconds=60), at, keep=True),
    "woken": lambda each, at: moves.woken(each, "loans", at, at),
    "asked": lambda each, at: each.with_message(AuthorKind.VISITOR, at),
    "answered": lambda each, at: each.with_message(AuthorKind.AGENT, at),
    "closed": lambda each, at: each.closed(at, erased_at=at),
}


@given(st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(1, 50)), max_size=12))
def test_whatever_happens_the_waits_are_those_of_the_state_and_in_order(steps):
    found, at = begun(), NOW
    for name, seconds in steps:
        at += timedelta(seconds=seconds)
        try:
            found = STEPS[name](found, at)
        except Conflict:
            continue
        assert (found.agent is not None) == (found.state is ConversationState.ASSIGNED) or (
            found.state is ConversationState.CLOSED
        )
        ends = waits(found, LIMITS)
        assert list(ends) == sorted(ends, key=lambda each: each.at)
        kinds = {each.kind for each in ends}
        allowed = {
            ConversationState.WAITING: {Kind.OVERFLOW, Kind.KEPT, Kind.SILENCE},
            ConversationState.ASSIGNED: {Kind.ANSWER, Kind.SILENCE},
            ConversationState.SNOOZED: {Kind.SNOOZE},
        }
        assert kinds <= allowed.get(found.state, set())
        if not found.is_open:
            break


@pytest.mark.parametrize("agents", [3, 150])
def test_of_very_many_who_left_it_the_latest_are_remembered(agents):
    found = held()
    for number in range(agents):
        left = found.requeued(later(number), left=True)
        # As the queue gives it: who left it stays known.
        given = moves.given_to(left, f"a{number}", "loans", later(number))
        found = replace(given, offered=left.offered)
    assert len(found.offered) == min(agents, 100)
