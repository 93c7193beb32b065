"""Is a visitor engaged only as often as the rule and the site allow?"""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import Invalid
from chalicelib.rules.history import History, parse
from chalicelib.rules.rule import Frequency
from tests.rules.builders import NOON

MONDAY, TUESDAY = "2026-11-23", "2026-11-24"
FREE = Frequency()


def allows(
    past: History, limits: Frequency, *, cap: Frequency = FREE, visit: str = "v1", day: str = MONDAY
) -> bool:
    return past.allows("hello", limits, cap, visit, day, NOON)


def test_without_limits_anything_may_be_shown_again() -> None:
    past = History()
    for _ in range(50):
        past = past.after_offer("hello", "v1", MONDAY)
    assert allows(past.after_dismissal("hello", NOON), FREE)


def test_once_a_session_is_once_a_visit() -> None:
    past = History().after_offer("hello", "v1", MONDAY)
    assert not allows(past, Frequency(per_session=1))
    assert allows(past, Frequency(per_session=2))
    assert allows(past, Frequency(per_session=1), visit="v2")


def test_once_a_day_counts_over_visits() -> None:
    past = History().after_offer("hello", "v1", MONDAY)
    assert not allows(past, Frequency(per_day=1), visit="v2")
    assert allows(past, Frequency(per_day=1), visit="v2", day=TUESDAY)


def test_a_clock_that_is_behind_at_midnight_opens_no_day_once_more() -> None:
    past = History().after_offer("hello", "v1", TUESDAY)
    assert not allows(past, Frequency(per_day=1), visit="v2", day=MONDAY)
    past = past.after_offer("hello", "v2", MONDAY)
    assert past.day == TUESDAY
    assert not allows(past, Frequency(per_day=2), visit="v3", day=TUESDAY)


def test_once_a_visitor_is_once_and_for_all() -> None:
    past = History().after_offer("hello", "v1", MONDAY)
    assert not allows(past, Frequency(per_visitor=1), visit="v9", day=TUESDAY)


def test_another_rule_uses_up_the_sites_cap_but_not_this_rules_limit() -> None:
    past = History().after_offer("other", "v1", MONDAY)
    assert allows(past, Frequency(per_visitor=1))
    assert not allows(past, FREE, cap=Frequency(per_session=1))
    assert allows(past, FREE, cap=Frequency(per_session=1), visit="v2")


def test_counts_of_a_former_visit_do_not_come_back() -> None:
    past = History().after_offer("hello", "v1", MONDAY).after_offer("other", "v2", TUESDAY)
    assert past.rules["hello"].in_visit == 0
    assert past.rules["hello"].in_day == 0
    assert past.rules["hello"].ever == 1
    assert past.site.ever == 2
    assert past.site.in_visit == 1


def test_a_pause_begins_with_the_dismissal_and_ends_to_the_second() -> None:
    limits = Frequency(pause_after_dismissal_seconds=60)
    at = NOON - timedelta(seconds=60)
    assert allows(History().after_dismissal("hello", at), limits)
    assert not allows(History().after_dismissal("hello", at + timedelta(seconds=1)), limits)


def test_the_sites_pause_follows_the_dismissal_of_any_rule() -> None:
    past = History().after_dismissal("other", NOON)
    assert allows(past, Frequency(pause_after_dismissal_seconds=60))
    assert not allows(past, FREE, cap=Frequency(pause_after_dismissal_seconds=60))


def test_a_dismissal_keeps_the_counts() -> None:
    past = History().after_offer("hello", "v1", MONDAY).after_dismissal("hello", NOON)
    assert not allows(past, Frequency(per_session=1))


EVENTS = st.lists(
    st.one_of(
        st.tuples(
            st.just("offer"),
            st.sampled_from("ab"),
            st.sampled_from(["v1", "v2"]),
            st.sampled_from([MONDAY, TUESDAY]),
        ),
        st.tuples(st.just("dismissal"), st.sampled_from("ab"), st.integers(0, 10**9), st.none()),
    ),
    max_size=8,
)


@given(EVENTS)
def test_a_history_comes_back_from_json_as_it_went(events: list[tuple[Any, ...]]) -> None:
    past = History()
    for kind, rule, first, second in events:
        if kind == "offer":
            past = past.after_offer(rule, first, second)
        else:
            past = past.after_dismissal(rule, NOON + timedelta(seconds=first, microseconds=7))
    assert parse(json.loads(json.dumps(past.document()))) == past


def test_nothing_shown_is_an_empty_document() -> None:
    assert History().document() == {}
    assert parse({}) == History()


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"site": [1, 1, 1]},
        {"site": [1, 1, -1, None]},
        {"site": [1, 1, 1, 10**18]},
        {"rules": {"not an id": [1, 1, 1, None]}},
        {"rules": {"a": "1111"}},
        {"seen": 1},
        {"visit": 7},
    ],
)
def test_a_forged_history_is_refused(document: Any) -> None:
    with pytest.raises(Invalid):
        parse(document)
