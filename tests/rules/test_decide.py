"""Does the right rule engage, and does every other say why it did not?"""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.rules.decide import Reason, is_held_out
from chalicelib.rules.history import History
from chalicelib.rules.rule import Frequency
from chalicelib.rules.watch import Watch
from tests.rules.builders import NOON, campaigns, decided, rule

HOME = {"fact": "page.path", "is": "is", "value": "/"}


def after(seconds: int) -> dict[str, Any]:
    return {"fact": "page.seconds", "is": "gte", "value": seconds}


def test_the_highest_priority_fires_then_the_smallest_id() -> None:
    decision = decided(
        rule("c", priority=5), rule("b", priority=7), rule("a", priority=-1), rule("a2", priority=7)
    )
    assert decision.fired is not None
    assert decision.fired.id == "a2"
    assert decision.reasons == (
        ("a2", Reason.FIRED),
        ("b", Reason.OUTRANKED),
        ("c", Reason.OUTRANKED),
        ("a", Reason.OUTRANKED),
    )


def test_a_rule_that_does_not_hold_lets_the_next_one_fire() -> None:
    decision = decided(rule("first", when=HOME, priority=1), rule("second"))
    assert dict(decision.reasons) == {"first": Reason.NO_MATCH, "second": Reason.FIRED}


def test_a_rule_nobody_could_serve_is_passed_over() -> None:
    rules = (rule("first", priority=1), rule("second"), rule("third", when=HOME))
    decision = decided(*rules, unavailable=frozenset({"first", "third"}))
    assert decision.fired is rules[1]
    assert dict(decision.reasons) == {
        "first": Reason.UNAVAILABLE,
        "second": Reason.FIRED,
        "third": Reason.NO_MATCH,
    }


ONCE_A_VISIT = Frequency(per_session=1)
SHOWN = History().after_offer("hello", "visit-1", "2026-11-23")


@pytest.mark.parametrize(
    ("changes", "circumstances", "reason"),
    [
        ({"status": "draft"}, {}, Reason.DRAFT),
        ({"status": "paused"}, {}, Reason.PAUSED),
        ({}, {"campaigns": campaigns(status="paused")}, Reason.CAMPAIGN_INACTIVE),
        ({}, {"campaigns": campaigns(starts_on="2026-11-24")}, Reason.CAMPAIGN_INACTIVE),
        ({}, {"campaigns": campaigns(ends_on="2026-11-22")}, Reason.CAMPAIGN_INACTIVE),
        ({}, {"campaigns": {}}, Reason.CAMPAIGN_INACTIVE),
        ({"schedule": {"from": "2026-11-23T12:01"}}, {}, Reason.OUT_OF_SCHEDULE),
        ({}, {"open_conversation": True}, Reason.OPEN_CONVERSATION),
        ({"frequency": {"per_session": 1}}, {"history": SHOWN}, Reason.FREQUENCY),
        ({}, {"history": SHOWN, "frequency_cap": ONCE_A_VISIT}, Reason.FREQUENCY),
        (
            {"frequency": {"pause_after_dismissal_seconds": 60}},
            {"history": SHOWN.after_dismissal("hello", NOON - timedelta(seconds=59))},
            Reason.DISMISSED,
        ),
    ],
)
def test_a_bar_keeps_a_rule_from_firing_and_from_being_watched(
    changes: dict[str, Any], circumstances: dict[str, Any], reason: Reason
) -> None:
    waiting = rule("waiting", when=after(30), **changes)
    history = circumstances.get("history")
    ready = decided(rule(**changes), facts={}, **circumstances)
    assert ready.fired is None
    assert ready.reasons == (("hello", reason),)
    if history is None:
        pending = decided(waiting, **circumstances)
        assert pending.reasons == (("waiting", reason),)
        assert pending.watches == ()


def test_a_campaign_lives_through_its_first_and_last_day_of_the_site() -> None:
    # 23:30 of the 22nd in UTC is already the 23rd in Paris.
    night = NOON.replace(day=22, hour=23, minute=30)
    today = campaigns(starts_on="2026-11-23", ends_on="2026-11-23")
    assert decided(rule(), campaigns=today, now=night).fired is not None
    yesterday = campaigns(ends_on="2026-11-22")
    assert decided(rule(), campaigns=yesterday, now=night).fired is None


def test_a_day_ends_at_the_sites_midnight_for_frequencies_too() -> None:
    late = NOON.replace(day=22, hour=22, minute=59)
    daily = rule(frequency={"per_day": 1})
    shown = History().after_offer("hello", "visit-1", "2026-11-22")
    assert decided(daily, history=shown, now=late).fired is None
    assert decided(daily, history=shown, now=late + timedelta(minutes=1)).fired is daily


def test_pending_rules_say_what_to_look_out_for() -> None:
    decision = decided(rule("slow", when=after(60)), rule("quick", when=after(20)))
    assert dict(decision.reasons) == {"slow": Reason.PENDING, "quick": Reason.PENDING}
    assert decision.watches == (Watch("page.seconds", "gte", 20),)


def test_only_rules_that_outrank_the_one_that_fired_are_watched() -> None:
    scrolled = {"fact": "page.scroll_percent", "is": "gte", "value": 50}
    decision = decided(
        rule("above", when=after(60), priority=2),
        rule("fires", priority=1),
        rule("below", when=scrolled),
    )
    assert dict(decision.reasons)["below"] is Reason.PENDING
    assert decision.watches == (Watch("page.seconds", "gte", 60),)


def test_a_held_out_visitor_is_counted_and_shown_nothing() -> None:
    held = rule("held", hold_out_percent=100, priority=1)
    decision = decided(held, rule("next"))
    assert decision.fired is held
    assert decision.held_out is True
    assert decision.reasons == (("held", Reason.HELD_OUT), ("next", Reason.OUTRANKED))
    assert decided(rule("never", hold_out_percent=0)).held_out is False


def test_the_hold_out_is_a_stable_share_drawn_anew_for_each_rule() -> None:
    visitors = [f"visitor-{number}" for number in range(4000)]
    one, other = rule("one", hold_out_percent=20), rule("other", hold_out_percent=20)
    held = {visitor for visitor in visitors if is_held_out(visitor, one)}
    assert 700 < len(held) < 900
    assert held == {visitor for visitor in visitors if is_held_out(visitor, one)}
    both = sum(is_held_out(visitor, other) for visitor in held)
    assert 100 < both < 220


def test_no_share_holds_out_nobody_and_the_whole_share_everybody() -> None:
    visitors = [f"visitor-{number}" for number in range(500)]
    assert not any(is_held_out(each, rule(hold_out_percent=0)) for each in visitors)
    assert all(is_held_out(each, rule(hold_out_percent=100)) for each in visitors)


def test_a_larger_share_holds_out_everyone_a_smaller_one_did() -> None:
    visitors = [f"visitor-{number}" for number in range(500)]
    few, many = rule(hold_out_percent=10), rule(hold_out_percent=30)
    assert {each for each in visitors if is_held_out(each, few)} < {
        each for each in visitors if is_held_out(each, many)
    }


def test_no_rules_is_no_engagement() -> None:
    decision = decided()
    assert (decision.fired, decision.held_out, decision.reasons) == (None, False, ())
