"""Business hours: what the clock on the wall shows."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.errors import Invalid
from chalicelib.model.hours import ALWAYS, DAYS, Hours, parse, zone

PARIS = ZoneInfo("Europe/Paris")
NEW_YORK = ZoneInfo("America/New_York")
KOLKATA = ZoneInfo("Asia/Kolkata")
APIA = ZoneInfo("Pacific/Apia")
NEVER = Hours(weekly=((),) * 7, exceptions={})

SPLIT = parse({"weekly": {"mon": [["09:00", "12:30"], ["14:00", "24:00"]]}})
NIGHTS = parse({"weekly": {"fri": [["22:00", "06:00"]], "sun": [["22:00", "02:00"]]}})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def on_wall(text: str, zone: ZoneInfo, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "wall", "is_open"),
    [
        # 2026-06-01 is a Monday.
        (SPLIT, "2026-06-01 08:59:59", False),
        (SPLIT, "2026-06-01 09:00:00", True),
        (SPLIT, "2026-06-01 12:29:59.999999", True),
        (SPLIT, "2026-06-01 12:30:00", False),
        (SPLIT, "2026-06-01 14:00:00", True),
        (SPLIT, "2026-06-01 23:59:59", True),
        (SPLIT, "2026-06-02 00:00:00", False),
        (SPLIT, "2026-06-02 10:00:00", False),
        (NIGHTS, "2026-06-05 02:00:00", False),
        (NIGHTS, "2026-06-05 22:00:00", True),
        (NIGHTS, "2026-06-06 00:00:00", True),
        (NIGHTS, "2026-06-06 05:59:59", True),
        (NIGHTS, "2026-06-06 06:00:00", False),
        (NIGHTS, "2026-06-06 22:30:00", False),
        (NIGHTS, "2026-06-08 01:00:00", True),
    ],
)
@pytest.mark.parametrize("place", [PARIS, NEW_YORK, KOLKATA, APIA], ids=str)
def test_open_when_the_wall_clock_is_in_a_range(
    hours: Hours, wall: str, is_open: bool, place: ZoneInfo
) -> None:
    assert hours.is_open(on_wall(wall, place), place) is is_open


def test_the_same_moment_is_open_here_and_closed_there() -> None:
    assert SPLIT.is_open(at("2026-06-01 07:30"), PARIS)
    assert not SPLIT.is_open(at("2026-06-01 07:30"), NEW_YORK)
    assert SPLIT.is_open(at("2026-06-01 03:30"), KOLKATA)


CHRISTMAS = parse(
    {
        "weekly": {day: [["22:00", "04:00"]] for day in DAYS},
        "exceptions": [
            {"date": "2026-12-25", "ranges": []},
            {"date": "2026-12-31", "ranges": [["10:00", "12:00"], ["22:00", "24:00"]]},
        ],
    }
)


@pytest.mark.parametrize(
    ("wall", "is_open"),
    [
        ("2026-12-24 23:00", True),
        # The night belongs to the 24th, on which it starts.
        ("2026-12-25 03:59", True),
        ("2026-12-25 22:30", False),
        # ... and so the 25th's own night is missing on the 26th.
        ("2026-12-26 02:00", False),
        ("2026-12-26 22:30", True),
        ("2026-12-31 03:00", True),
        ("2026-12-31 11:00", True),
        ("2026-12-31 23:59", True),
        ("2027-01-01 00:00", False),
        ("2027-01-01 22:00", True),
    ],
)
def test_an_exception_replaces_what_starts_on_its_day(wall: str, is_open: bool) -> None:
    assert CHRISTMAS.is_open(on_wall(wall, PARIS), PARIS) is is_open


def test_always_is_open_and_never_is_not() -> None:
    for moment in (at("2026-03-29 00:59"), at("2026-03-29 01:00"), at("2026-12-31 23:59:59.9")):
        assert ALWAYS.is_open(moment, PARIS)
        assert not NEVER.is_open(moment, PARIS)


def changes(hours: Hours, place: ZoneInfo, since: datetime) -> datetime:
    """The first whole minute after a moment at which open has turned closed, or back."""
    minutes = (since + timedelta(minutes=each) for each in count(1))
    return next(
        each for each in minutes if hours.is_open(each, place) != hours.is_open(since, place)
    )


def sundays(first: str, last: str) -> Hours:
    return parse({"weekly": {"sun": [[first, last]]}})


@pytest.mark.parametrize(
    ("hours", "place", "since", "change"),
    [
        # Paris 2026-03-29: 02:00 becomes 03:00 at 01:00 UTC.
        (sundays("02:30", "05:00"), PARIS, "2026-03-29 00:00", "2026-03-29 01:00"),
        (sundays("01:00", "02:30"), PARIS, "2026-03-29 00:30", "2026-03-29 01:00"),
        # A range inside the skipped hour does not happen: the next is a week later.
        (sundays("02:15", "02:45"), PARIS, "2026-03-29 00:00", "2026-04-05 00:15"),
        # Paris 2026-10-25: 03:00 becomes 02:00 at 01:00 UTC; 02:30 is shown twice.
        (sundays("01:00", "02:30"), PARIS, "2026-10-25 00:00", "2026-10-25 00:30"),
        (sundays("01:00", "02:30"), PARIS, "2026-10-25 00:30", "2026-10-25 01:00"),
        (sundays("01:00", "02:30"), PARIS, "2026-10-25 01:00", "2026-10-25 01:30"),
        (sundays("02:30", "05:00"), PARIS, "2026-10-25 00:00", "2026-10-25 00:30"),
        # New York 2026-03-08 (07:00 UTC) and 2026-11-01 (06:00 UTC).
        (sundays("02:30", "05:00"), NEW_YORK, "2026-03-08 06:00", "2026-03-08 07:00"),
        (sundays("01:00", "01:30"), NEW_YORK, "2026-11-01 05:10", "2026-11-01 05:30"),
        (sundays("01:00", "01:30"), NEW_YORK, "2026-11-01 05:30", "2026-11-01 06:00"),
        # Kolkata: half an hour off, no daylight saving.
        (sundays("09:00", "17:00"), KOLKATA, "2026-03-29 00:00", "2026-03-29 03:30"),
        # Apia had no 2011-12-30; Saturday begins where Thursday ends (10:00 UTC).
        (
            parse({"weekly": {"thu": [["08:00", "24:00"]], "fri": [["09:00", "17:00"]]}}),
            APIA,
            "2011-12-30 00:00",
            "2011-12-30 10:00",
        ),
        (
            parse({"weekly": {"fri": [["09:00", "17:00"]], "sat": [["00:00", "05:00"]]}}),
            APIA,
            "2011-12-30 00:00",
            "2011-12-30 10:00",
        ),
    ],
)
def test_clock_changes_are_judged_on_the_wall_clock(
    hours: Hours, place: ZoneInfo, since: str, change: str
) -> None:
    assert changes(hours, place, at(since)) == at(change)


def test_a_skipped_hour_is_not_open_and_a_repeated_hour_is_open_twice() -> None:
    hours = sundays("02:00", "03:00")
    spring = [at("2026-03-29 00:00") + timedelta(minutes=each) for each in range(240)]
    autumn = [at("2026-10-24 23:00") + timedelta(minutes=each) for each in range(300)]
    assert sum(hours.is_open(each, PARIS) for each in spring) == 0
    assert sum(hours.is_open(each, PARIS) for each in autumn) == 120


RANGE = 'expected a range such as ["09:00", "12:30"], got '


@pytest.mark.parametrize(
    ("document", "path", "problem"),
    [
        (None, "hours", "expected an object, got null"),
        ({}, "hours.weekly", "is required"),
        ({"weekly": []}, "hours.weekly", "expected an object, got []"),
        ({"weekly": {"mom": []}}, "hours.weekly.mom", "no such field; did you mean 'mon'?"),
        ({"weekly": {}, "week": 1}, "hours.week", "no such field; did you mean 'weekly'?"),
        ({"weekly": {"mon": "9-12"}}, "hours.weekly.mon", 'expected a list, got "9-12"'),
        ({"weekly": {"mon": [["09:00"]]}}, "hours.weekly.mon[0]", RANGE + '["09:00"]'),
        ({"weekly": {"mon": ["09:00"]}}, "hours.weekly.mon[0]", RANGE + '"09:00"'),
        ({"weekly": {"mon": [[9, 12]]}}, "hours.weekly.mon[0]", RANGE + "[9, 12]"),
        (
            {"weekly": {"mon": [["9:00", "12:00"]]}},
            "hours.weekly.mon[0]",
            RANGE + '["9:00", "12:00"]',
        ),
        (
            {"weekly": {"mon": [["24:00", "12:00"]]}},
            "hours.weekly.mon[0]",
            RANGE + '["24:00", "12:00"]',
        ),
        (
            {"weekly": {"mon": [["09:00\n", "12:00"]]}},
            "hours.weekly.mon[0]",
            RANGE + '["09:00\\n", "12:00"]',
        ),
        (
            {"weekly": {"mon": [["09:00", "24:01"]]}},
            "hours.weekly.mon[0]",
            'expected an end from 00:00 to 24:00, got "24:01"',
        ),
        (
            {"weekly": {"mon": [["09:00", "09:00"]]}},
            "hours.weekly.mon[0]",
            'is empty; a whole day is ["00:00", "24:00"]',
        ),
        (
            {"weekly": {"mon": [["09:00", "12:00"], ["11:59", "14:00"]]}},
            "hours.weekly.mon[1]",
            "11:59-14:00 overlaps 09:00-12:00",
        ),
        (
            {"weekly": {"mon": [["22:00", "06:00"], ["09:00", "23:00"]]}},
            "hours.weekly.mon[1]",
            "09:00-23:00 overlaps 22:00-06:00",
        ),
        (
            {"weekly": {"sun": [["22:00", "06:00"]], "mon": [["05:00", "09:00"]]}},
            "hours.weekly.mon",
            "05:00-09:00 overlaps 22:00-06:00 of sun",
        ),
        (
            {"weekly": {}, "exceptions": [{"date": "2026-02-30", "ranges": []}]},
            "hours.exceptions[0].date",
            'expected a day such as 2026-12-25, got "2026-02-30"',
        ),
        (
            {"weekly": {}, "exceptions": [{"date": "20261225", "ranges": []}]},
            "hours.exceptions[0].date",
            'expected a day such as 2026-12-25, got "20261225"',
        ),
        (
            {"weekly": {}, "exceptions": [{"date": "9999-12-31", "ranges": []}]},
            "hours.exceptions[0].date",
            "expected a year from 2000 to 2100, got 9999",
        ),
        (
            {"weekly": {}, "exceptions": [{"date": "2026-12-25"}]},
            "hours.exceptions[0].ranges",
            "is required",
        ),
        (
            {"weekly": {}, "exceptions": [{"date": "2026-12-25", "ranges": []}] * 2},
            "hours.exceptions[1].date",
            "2026-12-25 is named twice",
        ),
        (
            {"weekly": {}, "exceptions": [{"date": "2026-12-25", "ranges": [], "why": "x"}]},
            "hours.exceptions[0].why",
            "no such field",
        ),
    ],
)
def test_a_fault_is_refused_with_its_place(document: Any, path: str, problem: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse(document)
    assert (refusal.value.path, refusal.value.problem) == (path, problem)


def test_an_exception_may_start_before_the_night_before_has_ended() -> None:
    hours = parse(
        {
            "weekly": {"thu": [["22:00", "06:00"]]},
            "exceptions": [{"date": "2026-12-25", "ranges": [["05:00", "08:00"]]}],
        }
    )
    since = on_wall("2026-12-25 05:30", PARIS)
    assert changes(hours, PARIS, since) == on_wall("2026-12-25 08:00", PARIS)


@pytest.mark.parametrize("name", ["Europe/Paris", "UTC", "Etc/GMT+5", "Pacific/Apia"])
def test_a_zone_is_an_iana_name(name: str) -> None:
    assert zone(name, "time_zone").key == name


@pytest.mark.parametrize(
    "name",
    [
        *(None, 5, ["Europe/Paris"], "", "Paris", "Europe/Pariss", "America", "europe/paris"),
        *("../Europe/Paris", "/etc/localtime", "posix/UTC", "right/UTC", "localtime", "UTC\x00"),
        *("Europe/../UTC", "Ü/TC", "A" * 5000),
    ],
)
def test_anything_else_is_not_a_zone(name: object) -> None:
    with pytest.raises(Invalid) as refusal:
        zone(name, "time_zone")
    assert refusal.value.path == "time_zone"


def test_a_misspelt_zone_gets_a_hint() -> None:
    with pytest.raises(Invalid, match="did you mean 'Europe/Paris'"):
        zone("Europe/Pariss", "time_zone")
