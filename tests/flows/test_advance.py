"""Which flow asks for the address, and when: selection, waits, cancellation, the bank."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.flows.advance import (
    Ask,
    Finish,
    Kind,
    Passed,
    Reason,
    Sleep,
    Waiting,
    advance,
    candidates,
    due,
)
from chalicelib.flows.email_request import EmailRequest
from chalicelib.flows.kinds import parse
from chalicelib.model import hours as business_hours

START = datetime(2026, 6, 1, 10, 0, 0, tzinfo=UTC)


def flow(id: str, delay: int = 30, **changes: Any) -> EmailRequest:
    words = {"unknown": {"request": "a", "confirmation": "b"}, "known": {"information": "c"}}
    document = {
        "id": id,
        "name": id,
        "kind": "email_request",
        "status": "active",
        "delay_seconds": delay,
        "messages": words,
        **changes,
    }
    return parse(document, "flow", ("en",))


def waiting(**changes: Any) -> Waiting:
    facts: dict[str, Any] = {
        "since": START,
        "answered": False,
        "closed": False,
        "already_asked": False,
        "address_known": False,
        "is_open": lambda at: True,
    }
    return Waiting(**(facts | changes))


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def names(flows: tuple[EmailRequest, ...]) -> list[str]:
    return [each.id for each in flows]


@pytest.mark.parametrize(
    ("changes", "is_meant"),
    [
        ({}, True),
        ({"targeting_rules": ["loans"]}, True),
        ({"targeting_rules": ["cards", "loans"]}, True),
        ({"targeting_rules": ["cards"]}, False),
        ({"routing_rules": ["advisers"]}, True),
        ({"routing_rules": ["support"]}, False),
        ({"targeting_rules": ["loans"], "routing_rules": ["advisers"]}, True),
        ({"targeting_rules": ["loans"], "routing_rules": ["support"]}, False),
        ({"targeting_rules": ["cards"], "routing_rules": ["advisers"]}, False),
        ({"status": "draft"}, False),
        ({"status": "paused"}, False),
    ],
)
def test_criteria_add_up(changes: dict[str, Any], is_meant: bool) -> None:
    found = candidates([flow("f", **changes)], targeting_rule="loans", routing_rule="advisers")
    assert bool(found) is is_meant


def test_a_conversation_without_a_rule_meets_only_flows_for_all() -> None:
    flows = [flow("all"), flow("some", targeting_rules=["loans"])]
    assert names(candidates(flows, targeting_rule=None, routing_rule=None)) == ["all"]


def test_the_shortest_delay_goes_first_then_priority_then_id() -> None:
    flows = [
        flow("z", 20),
        flow("b", 30, priority=5),
        flow("a", 30, priority=1),
        flow("c", 30, priority=1),
        flow("d", 40, priority=100),
    ]
    for order in permutations(flows):
        found = candidates(order, targeting_rule=None, routing_rule=None)
        assert names(found) == ["z", "b", "a", "c", "d"]
        assert advance(order, waiting(), after(60)) == Ask(flows[0], Kind.UNKNOWN)


def test_a_visitor_is_left_alone_until_the_delay_and_asked_then() -> None:
    evening = flow("evening", 25)
    early = (("evening", Passed.NOT_YET),)
    for seconds in (0, 24.999):
        assert advance([evening], waiting(), after(seconds)) == Sleep(after(25), evening, early)
    for seconds in (25, 25.001, 9000):
        assert advance([evening], waiting(), after(seconds)) == Ask(evening, Kind.UNKNOWN)


def test_a_known_address_is_informed_not_asked() -> None:
    step = advance([flow("f", 25)], waiting(address_known=True), after(25))
    assert step == Ask(flow("f", 25), Kind.KNOWN)


@pytest.mark.parametrize("seconds", [0, 30, 31])
@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"answered": True}, Reason.ANSWERED),
        ({"closed": True}, Reason.CLOSED),
        ({"already_asked": True}, Reason.ALREADY_ASKED),
        ({"answered": True, "closed": True}, Reason.CLOSED),
    ],
)
def test_what_ends_the_wait_ends_the_run(
    facts: dict[str, Any], reason: Reason, seconds: int
) -> None:
    assert advance([flow("f")], waiting(**facts), after(seconds)) == Finish(reason)


def test_without_flows_nothing_is_asked() -> None:
    assert advance([], waiting(), START) == Finish(Reason.NOTHING_LEFT)


@pytest.mark.parametrize(
    ("hours", "is_open", "asks"),
    [
        ("open", True, True),
        ("open", False, False),
        ("closed", True, False),
        ("closed", False, True),
        (None, True, True),
        (None, False, True),
    ],
)
def test_hours_are_a_criterion(hours: str | None, is_open: bool, asks: bool) -> None:
    only = flow("f", hours=hours)
    step = advance([only], waiting(is_open=lambda at: is_open), after(30))
    passed = Finish(Reason.NOTHING_LEFT, (("f", Passed.HOURS),))
    assert step == (Ask(only, Kind.UNKNOWN) if asks else passed)


def test_hours_are_judged_at_the_moment_of_the_request_not_of_the_message() -> None:
    closing = waiting(is_open=lambda at: at < after(20))
    closed_hours = flow("closed", 25, hours="closed")
    open_hours = flow("open", 25, hours="open")
    assert advance([closed_hours], closing, after(25)) == Ask(closed_hours, Kind.UNKNOWN)
    assert advance([open_hours], closing, after(25)) == Finish(
        Reason.NOTHING_LEFT, (("open", Passed.HOURS),)
    )


def test_a_flow_outside_its_hours_is_passed_over_and_later_ones_wait_on() -> None:
    first, second = flow("first", 25, hours="closed"), flow("second", 60)
    step = advance([first, second], waiting(), after(25))
    passed = (("first", Passed.HOURS), ("second", Passed.NOT_YET))
    assert step == Sleep(after(60), second, passed)
    assert advance([first, second], waiting(), after(60)) == Ask(
        second, Kind.UNKNOWN, (("first", Passed.HOURS),)
    )


def test_a_flow_passed_over_for_its_hours_may_ask_at_a_later_flows_moment() -> None:
    first, second = flow("first", 25, hours="closed"), flow("second", 60, hours="open")
    closing = waiting(is_open=lambda at: at < after(40))
    assert isinstance(advance([first, second], closing, after(25)), Sleep)
    assert advance([first, second], closing, after(60)) == Ask(first, Kind.UNKNOWN)


def test_a_flow_paused_while_the_run_sleeps_asks_nothing() -> None:
    first, second = flow("first", 25), flow("second", 60)
    paused = frozenset({"first"})
    assert advance([first], waiting(), after(25), paused_now=paused) == Finish(
        Reason.NOTHING_LEFT, (("first", Passed.PAUSED),)
    )
    assert advance([first, second], waiting(), after(25), paused_now=paused) == Sleep(
        after(60), second, (("first", Passed.PAUSED), ("second", Passed.NOT_YET))
    )


def test_a_pause_lifted_before_the_delay_has_no_effect() -> None:
    first = flow("first", 25)
    asleep = advance([first], waiting(), after(10), paused_now=frozenset({"first"}))
    assert isinstance(asleep, Sleep)
    assert advance([first], waiting(), asleep.until) == Ask(first, Kind.UNKNOWN)


@pytest.mark.parametrize(
    ("since", "wait_scale", "until"),
    [
        (START, 1.0, after(25)),
        (START, 0.1, after(3)),
        (START, 0.001, after(1)),
        (START, 2, after(50)),
        (after(0.000001), 1.0, after(26)),
        (after(0.5), 0.1, after(3)),
    ],
)
def test_moments_are_whole_seconds_rounded_up(
    since: datetime, wait_scale: float, until: datetime
) -> None:
    only = flow("f", 25)
    step = advance([only], waiting(since=since), since, wait_scale)
    assert isinstance(step, Sleep)
    assert step.until == until


@given(
    delay=st.integers(5, 86_400),
    wait_scale=st.floats(0.001, 10),
    microseconds=st.integers(0, 10**9),
)
def test_waking_when_told_always_asks_and_never_too_early(
    delay: int, wait_scale: float, microseconds: int
) -> None:
    since = START + timedelta(microseconds=microseconds)
    until = due(flow("f", delay), since, wait_scale)
    assert until.microsecond == 0
    early = until - (since + timedelta(seconds=delay * wait_scale))
    assert timedelta(0) <= early < timedelta(seconds=1)
    assert isinstance(advance([flow("f", delay)], waiting(since=since), until, wait_scale), Ask)


@given(
    flows=st.lists(
        st.builds(
            lambda id, delay, hours: flow(f"f{id}", delay, hours=hours),
            st.integers(0, 99),
            st.integers(5, 60),
            st.sampled_from(["open", "closed", None]),
        ),
        max_size=5,
        unique_by=lambda each: each.id,
    ),
    closes=st.integers(0, 70),
)
def test_a_run_comes_to_an_end_in_one_wake_a_flow(flows: list[EmailRequest], closes: int) -> None:
    facts = waiting(is_open=lambda at: at < after(closes))
    now, wakes = START, 0
    while isinstance(step := advance(flows, facts, now), Sleep):
        assert step.until > now
        now, wakes = step.until, wakes + 1
    assert wakes <= len({each.delay_seconds for each in flows})
    if isinstance(step, Ask):
        assert now == due(step.flow, START) or step.flow.criteria.hours is not None
    else:
        assert all(why is Passed.HOURS for _, why in step.passed)


# The bank: in opening hours answers take up to a minute, so the flow waits longer than that; in
# the evening teams are small, so it asks after 25 s. Whatever the hour, each gets the better one.
BANK = (flow("abnormal_wait", 90, hours="open"), flow("evening", 25, hours="closed"))
BANK_HOURS = business_hours.parse(
    {"weekly": {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}
)
PARIS = business_hours.zone("Europe/Paris", "time_zone")
AT_NOON = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
AT_NIGHT = datetime(2026, 6, 1, 19, 0, tzinfo=UTC)


def story(since: datetime, answered_after: float | None) -> list[tuple[str, float]]:
    """What happens to one visitor: each step with its second."""
    told: list[tuple[str, float]] = []
    now = since
    flows = candidates(BANK, targeting_rule="loans", routing_rule="advisers")
    while True:
        elapsed = (now - since).total_seconds()
        facts = waiting(
            since=since,
            answered=answered_after is not None and answered_after <= elapsed,
            is_open=lambda at: BANK_HOURS.is_open(at, PARIS),
        )
        match advance(flows, facts, now):
            case Sleep(until=until):
                told.append(("sleep", elapsed))
                now = until
            case Ask(flow=asking):
                return [*told, (asking.id, elapsed)]
            case Finish(reason=reason):
                return [*told, (reason.value, elapsed)]


@pytest.mark.parametrize(
    ("since", "answered_after", "told"),
    [
        (AT_NOON, 50, [("sleep", 0), ("sleep", 25), ("answered", 90)]),
        (AT_NOON, 95, [("sleep", 0), ("sleep", 25), ("abnormal_wait", 90)]),
        (AT_NOON, 20, [("sleep", 0), ("answered", 25)]),
        (AT_NIGHT, 20, [("sleep", 0), ("answered", 25)]),
        (AT_NIGHT, 40, [("sleep", 0), ("evening", 25)]),
        (AT_NIGHT, None, [("sleep", 0), ("evening", 25)]),
    ],
)
def test_the_bank(
    since: datetime, answered_after: float | None, told: list[tuple[str, float]]
) -> None:
    assert story(since, answered_after) == told


@pytest.mark.parametrize(
    ("wall", "asked", "second"),
    [
        # The doors close at 18:00 in Paris, 16:00 UTC.
        ("15:58:29", "abnormal_wait", 90),
        ("15:58:30", "evening", 90),
        ("15:59:34", "evening", 90),
        ("15:59:35", "evening", 25),
        ("06:59:34", "evening", 25),
        ("06:59:35", "abnormal_wait", 90),
    ],
)
def test_the_bank_at_its_doors(wall: str, asked: str, second: int) -> None:
    since = datetime.fromisoformat(f"2026-06-01T{wall}+00:00")
    assert story(since, None)[-1] == (asked, second)
