"""How often one address is written to, and when a site must stop writing at all."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.model import breaker
from chalicelib.model.breaker import Figures
from chalicelib.model.correspondent import Correspondent

NOW = datetime(2026, 11, 23, 11, tzinfo=UTC)
NOBODY = Correspondent(site="bank", digest="d")


def hours(number):
    return NOW + timedelta(hours=number)


def written(*moments):
    known = NOBODY
    for number, at in enumerate(moments):
        known = known.with_mail(f"letter {number}", at)
    return known


def test_the_fourth_mail_waits_until_the_first_is_a_day_old():
    known = written(hours(0), hours(1), hours(2))
    assert known.free_at("another", hours(3)) == hours(24)
    assert known.free_at("another", hours(24)) == hours(24)
    assert known.free_at("another", hours(24.5)) == hours(24.5)


def test_a_letter_that_is_tried_again_is_one_letter():
    known = written(hours(0), hours(1), hours(2))
    assert known.free_at("letter 1", hours(3)) == hours(3)


@given(st.lists(st.integers(0, 100), max_size=30))
def test_never_more_than_three_within_a_day(waits):
    """Whoever waits until they are free writes at most three times in any 24 hours."""
    known, now, sent = NOBODY, NOW, []
    for number, wait in enumerate(waits):
        now = known.free_at(str(number), now + timedelta(hours=wait / 10))
        known = known.with_mail(str(number), now)
        sent.append(now)
    for first, fourth in zip(sent, sent[3:], strict=False):
        assert fourth - first >= timedelta(hours=24)


def test_three_soft_bounces_in_a_week_are_too_many_in_any_order_and_each_once():
    days = {"a": hours(0), "b": hours(24), "c": hours(160)}
    for order in (("a", "b", "c"), ("c", "a", "b"), ("b", "b", "c", "c", "a")):
        known = NOBODY
        for name in order:
            known = known.with_soft_bounce(name, days[name])
        assert known.bounces_often
    spread = NOBODY
    for week in range(6):
        spread = spread.with_soft_bounce(str(week), hours(week * 24 * 4))
    assert not spread.bounces_often


def test_who_answered_is_known_for_a_month():
    known = NOBODY.with_answer(NOW)
    assert known.is_owned(NOW + timedelta(days=29))
    assert not known.is_owned(NOW + timedelta(days=30))
    assert not NOBODY.is_owned(NOW)


@pytest.mark.parametrize(
    ("sent", "bounced", "complained", "trips"),
    [
        (0, 0, 0, False),
        (10, 4, 0, False),
        (10, 5, 0, True),
        (1000, 49, 0, False),
        (1000, 50, 0, True),
        (10, 0, 1, False),
        (10, 0, 2, True),
        (10_000, 0, 9, False),
        (10_000, 0, 10, True),
    ],
)
def test_a_breaker_trips_at_the_rates_that_ses_looks_into(sent, bounced, complained, trips):
    today = Figures(sent=sent, bounced=bounced, complained=complained)
    assert breaker.trips(today + Figures()) is trips
