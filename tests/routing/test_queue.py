from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.routing.queue import Entry, next_for, order, position, sort_key
from tests.routing.builders import NOW, a_candidate, drawn, minutes_ago


def an_entry(conversation, waited=0, **changes):
    defaults = {"group": "loans", "waiting_since": minutes_ago(waited), "language": "fr"}
    return Entry(conversation=conversation, **{**defaults, **changes})


def test_whoever_came_first_is_served_first_within_priority():
    late, early, urgent = an_entry("a", 1), an_entry("b", 5), an_entry("c", priority=1)
    assert order([late, early, urgent]) == (urgent, early, late)


def test_equal_moments_are_told_apart_by_their_ids():
    assert [each.conversation for each in order([an_entry("b"), an_entry("a")])] == ["a", "b"]


def test_a_freed_agent_takes_the_first_conversation_they_can_answer():
    german, french = an_entry("a", 9, language="de"), an_entry("b", 5)
    assert next_for(a_candidate("ada", languages=("fr",)), [french, german], NOW) == french
    assert next_for(a_candidate("bob"), [french, german], NOW) == german


def test_a_freed_agent_is_not_given_back_what_they_left_unanswered():
    left, other = an_entry("a", 9, offered_to={"ada": minutes_ago(1)}), an_entry("b", 5)
    assert next_for(a_candidate("ada"), [left, other], NOW) == other
    assert next_for(a_candidate("bob"), [left, other], NOW) == left
    assert next_for(a_candidate("ada"), [left], NOW) is None


def test_what_is_kept_for_somebody_is_theirs_first_and_anybodys_afterwards():
    kept = an_entry("a", 1, kept_for="ada", kept_until=NOW + timedelta(seconds=1))
    older, over = an_entry("b", 5), replace(kept, kept_until=NOW)
    assert next_for(a_candidate("ada"), [older, kept], NOW) == kept
    assert next_for(a_candidate("bob"), [older, kept], NOW) == older
    assert next_for(a_candidate("bob"), [kept], NOW) is None
    assert next_for(a_candidate("bob"), [over], NOW) == over
    assert next_for(a_candidate("ada"), [older, over], NOW) == older


@pytest.mark.parametrize("sketch", ["full", "over", "away", "offline", "expired"])
def test_who_cannot_take_anything_is_given_nothing(sketch):
    assert next_for(drawn("ada", sketch), [an_entry("a")], NOW) is None


def test_nothing_waits_in_an_empty_queue():
    assert next_for(a_candidate("ada"), [], NOW) is None
    assert position([], "a") is None


def test_the_position_counts_within_the_own_group_only():
    line = [an_entry("a", 9), an_entry("b", 8, group="cards"), an_entry("c", 7)]
    assert [position(line, each) for each in ("a", "b", "c", "d")] == [1, 1, 2, None]


def test_the_sort_key_is_what_the_store_keeps():
    assert sort_key(an_entry("c1")) == "1000#2026-03-02T10:30:00.000000Z#c1"
    assert sort_key(an_entry("c1", priority=1000)).startswith("0000#")
    assert sort_key(an_entry("c1", priority=-1000)).startswith("2000#")


def test_the_sort_key_is_in_utc_wherever_the_moment_was_read():
    paris = NOW.astimezone(timezone(timedelta(hours=1)))
    assert sort_key(an_entry("c1", waiting_since=paris)) == sort_key(an_entry("c1"))


@pytest.mark.parametrize("priority", [1001, -1001])
def test_a_priority_that_would_break_the_order_is_refused(priority):
    with pytest.raises(ValueError, match="no priority"):
        sort_key(an_entry("c1", priority=priority))


entries = st.builds(
    Entry,
    conversation=st.text("abcZ09_-", min_size=1, max_size=4),
    group=st.sampled_from(["loans", "cards"]),
    priority=st.integers(-1000, 1000) | st.integers(-1, 1),
    waiting_since=st.floats(0, 2e9).map(lambda each: datetime.fromtimestamp(each, UTC))
    | st.just(NOW),
    language=st.sampled_from(["fr", "en", None]),
    offered_to=st.dictionaries(st.sampled_from(["ada", "bob"]), st.just(NOW), max_size=1),
)
lines = st.lists(entries, max_size=8, unique_by=lambda each: each.conversation)


@given(lines)
def test_text_sorts_as_the_values_do(line):
    by_value = sorted(
        line, key=lambda each: (-each.priority, each.waiting_since, each.conversation)
    )
    assert list(order(line)) == by_value


@given(lines, st.sampled_from(["ada", "cyd"]))
def test_nobody_is_overtaken_but_by_those_the_agent_cannot_take(line, agent):
    free = a_candidate(agent, languages=("fr",))
    chosen = next_for(free, line, NOW)
    skipped = [each for each in line if chosen is None or sort_key(each) < sort_key(chosen)]
    assert all(each.language == "en" or agent in each.offered_to for each in skipped)
    if chosen is not None:
        assert chosen.language != "en" and agent not in chosen.offered_to


@given(lines)
def test_positions_of_a_group_are_one_to_n(line):
    for group in ("loans", "cards"):
        places = [position(line, each.conversation) for each in line if each.group == group]
        assert sorted(places) == list(range(1, len(places) + 1))
