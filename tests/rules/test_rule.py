"""Is a targeting rule, with its campaign and schedule, read as an author means it?"""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.errors import Invalid
from chalicelib.rules import campaign, schedule
from chalicelib.rules import rule as targeting
from chalicelib.rules.conditions import ALWAYS
from chalicelib.rules.rule import Frequency, RuleStatus, ShowingKind
from tests.rules.builders import PARIS, VOCABULARY, document


def test_what_is_left_out_takes_the_default_that_engages_least() -> None:
    written = document()
    del written["status"]
    parsed = targeting.parse(written, "targeting_rules[0]", VOCABULARY)
    assert parsed.status is RuleStatus.DRAFT
    assert parsed.priority == 0
    assert parsed.when == ALWAYS
    assert parsed.frequency == Frequency()
    assert parsed.hold_out_percent == 0
    assert parsed.engagement.kind is ShowingKind.CHATBOX


def test_everything_that_is_said_is_kept() -> None:
    parsed = targeting.parse(
        document(
            priority=-1000,
            frequency={
                "per_session": 1,
                "per_day": 2,
                "per_visitor": 3,
                "pause_after_dismissal_seconds": 0,
            },
            engagement={"kind": "notification", "notification": "badge-1"},
            hold_out_percent=100,
        ),
        "rule",
        VOCABULARY,
    )
    assert parsed.priority == -1000
    assert parsed.frequency == Frequency(
        per_session=1, per_day=2, per_visitor=3, pause_after_dismissal_seconds=0
    )
    assert parsed.engagement.notification == "badge-1"
    assert parsed.hold_out_percent == 100


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"campaign": None}, "rule.campaign: is required"),
        ({"routing_rule": None}, "rule.routing_rule: is required"),
        (
            {"status": "on"},
            'rule.status: expected one of draft, active, paused, got "on"',
        ),
        ({"priority": 1001}, "rule.priority: expected -1000 to 1000, got 1001"),
        ({"priority": True}, "rule.priority: expected a whole number, got true"),
        ({"hold_out_percent": 101}, "rule.hold_out_percent: expected 0 to 100, got 101"),
        (
            {"when": {"any": [{"fact": "data.plam", "is": "present"}]}},
            "rule.when.any[0].fact: no fact named 'data.plam'; did you mean 'data.plan'?",
        ),
        ({"engagement": None}, "rule.engagement: is required"),
        (
            {"engagement": {"kind": "notification"}},
            "rule.engagement.notification: is required",
        ),
        (
            {"engagement": {"kind": "chatbox", "notification": "n1"}},
            "rule.engagement.notification: the chatbox opens without a notification",
        ),
        (
            {"frequency": {"per_session": 0}},
            "rule.frequency.per_session: expected 1 to 1000, got 0",
        ),
        (
            {"frequency": {"per_dya": 1}},
            "rule.frequency.per_dya: no such field; did you mean 'per_day'?",
        ),
        ({"prioritty": 1}, "rule.prioritty: no such field; did you mean 'priority'?"),
        (
            {"schedule": {"from": "2026-12-24"}},
            "rule.schedule.from: expected a local moment such as 2026-12-24T09:00, "
            'got "2026-12-24"',
        ),
        (
            {"schedule": {"until": "2026-02-30T09:00"}},
            "rule.schedule.until: expected a local moment such as 2026-12-24T09:00, "
            'got "2026-02-30T09:00"',
        ),
        (
            {"schedule": {"until": "0001-01-01T00:00"}},
            "rule.schedule.until: expected a local moment such as 2026-12-24T09:00, "
            'got "0001-01-01T00:00"',
        ),
        (
            {"schedule": {"from": "2026-12-24T09:00", "until": "2026-12-24T09:00"}},
            "rule.schedule.until: expected a moment after 2026-12-24T09:00:00",
        ),
        (
            {"schedule": {"weekly": {"mom": []}}},
            "rule.schedule.weekly.mom: no such field; did you mean 'mon'?",
        ),
    ],
)
def test_a_fault_in_a_rule_names_its_place(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(Invalid) as refusal:
        targeting.parse(document(**changes), "rule", VOCABULARY)
    assert refusal.value.message == message


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


def test_a_schedule_starts_at_its_first_moment_and_ends_before_its_last() -> None:
    found = schedule.parse({"from": "2026-07-01T09:00", "until": "2026-07-01T18:00:30"}, "schedule")
    assert not found.includes(at("2026-07-01T06:59:59"), PARIS)
    assert found.includes(at("2026-07-01T07:00:00"), PARIS)
    assert found.includes(at("2026-07-01T16:00:29"), PARIS)
    assert not found.includes(at("2026-07-01T16:00:30"), PARIS)


def test_a_schedule_keeps_to_its_weekly_hours_in_the_sites_zone() -> None:
    found = schedule.parse({"weekly": {"mon": [["09:00", "12:00"]]}}, "schedule")
    assert found.includes(at("2026-11-23T08:00:00"), PARIS)
    assert not found.includes(at("2026-11-23T11:00:00"), PARIS)
    assert found.includes(at("2026-11-23T12:00:00"), ZoneInfo("America/Sao_Paulo"))


def test_a_moment_shown_twice_is_its_first_occurrence() -> None:
    # On 25 October 2026 clocks in Paris go from 03:00 back to 02:00, at 01:00 UTC.
    found = schedule.parse({"from": "2026-10-25T02:30"}, "schedule")
    assert not found.includes(at("2026-10-25T00:29:59"), PARIS)
    assert found.includes(at("2026-10-25T00:30:00"), PARIS)
    assert found.includes(at("2026-10-25T01:00:00"), PARIS)


def test_a_moment_that_clocks_skip_comes_when_they_have_skipped_it() -> None:
    # On 29 March 2026 clocks in Paris go from 02:00 to 03:00, at 01:00 UTC.
    found = schedule.parse({"from": "2026-03-29T02:30"}, "schedule")
    assert not found.includes(at("2026-03-29T01:29:59"), PARIS)
    assert found.includes(at("2026-03-29T01:30:00"), PARIS)


def test_no_schedule_is_always() -> None:
    assert schedule.parse({}, "schedule").includes(at("2026-01-01T00:00:00"), PARIS)


@pytest.mark.parametrize(
    ("changes", "runs"),
    [
        ({"status": "active"}, True),
        ({}, False),
        ({"status": "draft"}, False),
        ({"status": "active", "starts_on": "2026-11-23", "ends_on": "2026-11-23"}, True),
        ({"status": "active", "starts_on": "2026-11-24"}, False),
        ({"status": "active", "ends_on": "2026-11-22"}, False),
    ],
)
def test_a_campaign_runs_while_active_and_within_its_days(
    changes: dict[str, Any], runs: bool
) -> None:
    parsed = campaign.parse({"id": "autumn", "name": "Autumn", **changes}, "campaigns[0]")
    assert parsed.runs_on(date(2026, 11, 23)) is runs


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"starts_on": "2026-12-02", "ends_on": "2026-12-01"},
            "campaigns[0].ends_on: comes before starts_on, 2026-12-02",
        ),
        (
            {"starts_on": "2 December"},
            'campaigns[0].starts_on: expected a day such as 2026-12-24, got "2 December"',
        ),
        (
            {"ends_on": "2026-13-01"},
            'campaigns[0].ends_on: expected a day such as 2026-12-24, got "2026-13-01"',
        ),
    ],
)
def test_a_fault_in_a_campaign_names_its_place(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(Invalid) as refusal:
        campaign.parse({"id": "autumn", "name": "Autumn", **changes}, "campaigns[0]")
    assert refusal.value.message == message
