"""How many messages may come at once, and how many after that?"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.model import pace

NOW = datetime(2026, 11, 23, 11, tzinfo=UTC)


def at(seconds):
    return NOW + timedelta(seconds=seconds)


def admitted(side, moments):
    """Which of these moments (seconds) a side may write at."""
    busy, taken = {}, []
    for moment in sorted(moments):
        if pace.wait(busy, side, at(moment)) == 0:
            busy = pace.after(busy, side, at(moment))
            taken.append(moment)
    return taken


@pytest.mark.parametrize(("side", "most"), [("visitor", 10), ("agent", 30)])
def test_a_side_may_say_so_much_at_once_and_no_more(side, most):
    assert len(admitted(side, [0] * 100)) == most


def test_whoever_is_refused_is_told_when_to_come_again():
    busy = {}
    for _ in range(10):
        busy = pace.after(busy, "visitor", NOW)
    assert pace.wait(busy, "visitor", NOW) == 1
    assert pace.wait(busy, "visitor", at(0.5)) == 1
    assert pace.wait(busy, "visitor", at(1)) == 0


def test_the_sides_do_not_slow_each_other_and_ours_is_never_slow():
    busy = {}
    for _ in range(100):
        busy = pace.after(busy, "visitor", NOW)
    assert pace.wait(busy, "agent", NOW) == 0
    assert pace.after(busy, "flow", NOW) == busy
    assert pace.wait(busy, "system", NOW) == 0


def test_however_much_came_by_another_way_nobody_waits_longer_than_the_window():
    busy = {}
    for _ in range(1_000):
        busy = pace.after(busy, "visitor", NOW)
    assert pace.wait(busy, "visitor", at(1)) == 0


@given(st.lists(st.floats(0, 60), max_size=80))
def test_no_ten_seconds_hold_more_than_a_burst_and_its_refill(moments):
    taken = admitted("visitor", moments)
    for first in taken:
        assert sum(first <= each < first + 10 for each in taken) <= 20
