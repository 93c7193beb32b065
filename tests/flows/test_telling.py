"""What is a visitor who waits in a queue told, by which flow, and when a second time?"""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from chalicelib.errors import Invalid
from chalicelib.flows.estimated_wait import EstimatedWait
from chalicelib.flows.kinds import parse
from chalicelib.flows.telling import (
    Finish,
    Reason,
    Sentence,
    Sleep,
    Standing,
    Tell,
    minutes,
    tell,
)

START = datetime(2026, 6, 1, 10, 0, 0, tzinfo=UTC)
EXCEEDS = START + timedelta(minutes=2)


def document(id: str = "f", **changes: Any) -> dict[str, Any]:
    words = {"estimate": "About {{minutes}} min", "unknown": "Soon", "exceeded": "Still coming"}
    return {
        "id": id,
        "name": id,
        "kind": "estimated_wait",
        "status": "active",
        "messages": words,
        **changes,
    }


def flow(id: str = "f", **changes: Any) -> EstimatedWait:
    found = parse(document(id, **changes), "flows[0]", ("en",))
    assert isinstance(found, EstimatedWait)
    return found


def standing(**changes: Any) -> Standing:
    facts: dict[str, Any] = {
        "since": START,
        "answered": False,
        "closed": False,
        "queued": True,
        "is_open": True,
        "estimate": 90,
        "told_by": None,
        "exceeds_at": None,
    }
    return Standing(**(facts | changes))


def told(**changes: Any) -> Standing:
    return standing(**({"told_by": "f", "exceeds_at": EXCEEDS, "queued": False} | changes))


def test_a_flow_is_read_whole() -> None:
    found = flow(hours="open", priority=3, routing_rules=["any"])
    assert (found.criteria.hours, found.criteria.priority) == ("open", 3)
    assert found.criteria.routing_rules == ("any",)
    assert (found.estimate, found.unknown) == ({"en": "About {{minutes}} min"}, {"en": "Soon"})
    assert found.exceeded == {"en": "Still coming"}


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"delay_seconds": 30}, "delay_seconds"),
        ({"acknowledgement": {"enabled": True}}, "acknowledgement"),
        ({"messages": {"estimate": "a", "unknown": "b"}}, "messages.exceeded"),
        ({"messages": None}, "messages.estimate"),
        ({"messages": {"estimate": "a", "unknown": "b", "known": {}}}, "messages.exceeded"),
        (
            {"messages": {"estimate": "a", "unknown": "{{minutes}} min", "exceeded": "c"}},
            "messages.unknown",
        ),
        (
            {"messages": {"estimate": "a", "unknown": "b", "exceeded": "{{minutes}}"}},
            "messages.exceeded",
        ),
        ({"messages": {"estimate": "{{minute}}", "unknown": "b"}}, "messages.estimate"),
        ({"status": "on"}, "status"),
    ],
)
def test_a_fault_is_refused_with_its_place(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse(document(**changes), "flows[0]", ("en",))
    assert refusal.value.path == f"flows[0].{path}"


@pytest.mark.parametrize("status", ["draft", "paused"])
def test_a_flow_that_is_not_active_may_lack_its_words(status: str) -> None:
    assert flow(status=status, messages={}).estimate == {}


def test_an_e_mail_request_cannot_mention_the_minutes() -> None:
    words = {"unknown": {"request": "In {{minutes}} min?"}}
    request = document(kind="email_request", delay_seconds=5, messages=words)
    with pytest.raises(Invalid) as refusal:
        parse(request, "flows[0]", ("en",))
    assert refusal.value.path == "flows[0].messages.unknown.request"


@pytest.mark.parametrize(
    ("seconds", "named"), [(0, 1), (1, 1), (60, 1), (61, 2), (90, 2), (120, 2), (3_601, 61)]
)
def test_a_wait_is_told_in_whole_minutes_rounded_up(seconds: int, named: int) -> None:
    assert minutes(seconds) == named


def test_the_estimate_is_told_until_the_minutes_that_were_named_are_over() -> None:
    assert tell([flow()], standing(), START) == Tell(flow(), Sentence.ESTIMATE, 2, EXCEEDS)


def test_a_rehearsal_waits_less() -> None:
    step = tell([flow()], standing(), START, wait_scale=0.1)
    assert step == Tell(flow(), Sentence.ESTIMATE, 2, START + timedelta(seconds=12))


def test_the_second_look_falls_on_a_whole_second_never_too_early() -> None:
    step = tell([flow()], standing(since=START + timedelta(microseconds=1)), START)
    assert isinstance(step, Tell)
    assert step.until == EXCEEDS + timedelta(seconds=1)


def test_without_an_estimate_the_general_words_are_told_and_nothing_can_be_exceeded() -> None:
    assert tell([flow()], standing(estimate=None), START) == Tell(flow(), Sentence.UNKNOWN)


def test_the_highest_priority_goes_first_then_the_id() -> None:
    flows = [flow("b", priority=2), flow("a", priority=1), flow("c", priority=1)]
    for order in permutations(flows):
        step = tell(order, standing(), START)
        assert isinstance(step, Tell) and step.flow.id == "b"
        step = tell(order, standing(), START, paused_now=frozenset({"b"}))
        assert isinstance(step, Tell) and step.flow.id == "a"


@pytest.mark.parametrize("is_open", [True, False])
def test_hours_are_a_criterion(is_open: bool) -> None:
    by_hour = {"open": flow("day", hours="open"), "closed": flow("night", hours="closed")}
    step = tell(by_hour.values(), standing(is_open=is_open), START)
    assert isinstance(step, Tell) and step.flow.id == ("day" if is_open else "night")
    other = by_hour["closed" if is_open else "open"]
    assert tell([other], standing(is_open=is_open), START) == Finish(Reason.NOTHING_LEFT)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"answered": True}, Reason.ANSWERED),
        ({"closed": True, "answered": True}, Reason.CLOSED),
        ({"queued": False}, Reason.HAS_AN_AGENT),
        ({"told_by": "f"}, Reason.ALREADY_TOLD),
    ],
)
def test_who_does_not_wait_in_a_queue_for_a_first_word_is_told_nothing(
    facts: dict[str, Any], reason: Reason
) -> None:
    assert tell([flow()], standing(**facts), START) == Finish(reason)


def test_whoever_waits_longer_than_they_were_told_is_reassured_queue_or_not() -> None:
    for queued in (True, False):
        step = tell([flow()], told(queued=queued), EXCEEDS)
        assert step == Tell(flow(), Sentence.EXCEEDED)


def test_an_alarm_before_its_time_sleeps_on() -> None:
    assert tell([flow()], told(), EXCEEDS - timedelta(microseconds=1)) == Sleep(EXCEEDS)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [({"answered": True}, Reason.ANSWERED), ({"closed": True}, Reason.CLOSED)],
)
def test_whoever_was_answered_needs_no_reassurance(facts: dict[str, Any], reason: Reason) -> None:
    assert tell([flow()], told(**facts), EXCEEDS) == Finish(reason)


def test_only_the_flow_that_told_reassures_and_not_when_it_was_paused() -> None:
    flows = [flow("a"), flow("f"), flow("z")]
    assert tell(flows, told(), EXCEEDS) == Tell(flow("f"), Sentence.EXCEEDED)
    paused = frozenset({"f"})
    assert tell(flows, told(), EXCEEDS, paused_now=paused) == Finish(Reason.NOTHING_LEFT)
