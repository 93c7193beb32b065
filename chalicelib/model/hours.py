"""Is it open at this moment?

Ranges are wall-clock times of a zone. A range that crosses midnight belongs whole to the day on
which it starts. So an exception, which replaces what *starts* on its day, neither cuts the tail of
the night before nor leaves its own day's usual tail on the morning after; to close at midnight on
the eve too, give the eve an exception that ends at 24:00. A day that is not named is closed.

Daylight saving needs no rule of its own: what counts is what the clock on the wall shows. A range
that lies in a skipped hour does not happen, one that lies in a repeated hour happens twice.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from chalicelib.errors import Invalid
from chalicelib.model.reading import Fields, shown

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT: Final = 24 * 60

ONE_DAY: Final = timedelta(days=1)
YEARS: Final = range(2000, 2101)

_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ZONE = re.compile(r"(?!posix/|right/)[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}")


@dataclass(frozen=True, slots=True)
class Range:
    """Minutes after midnight of the day it starts; `end` beyond 1,440 is on the day after."""

    start: int
    end: int

    def __contains__(self, minute: int) -> bool:
        return self.start <= minute < self.end


@dataclass(frozen=True, slots=True)
class Hours:
    """The weekly ranges, Monday first, and the days that differ."""

    weekly: tuple[tuple[Range, ...], ...]
    exceptions: Mapping[date, tuple[Range, ...]]

    def is_open(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether a range contains what clocks in `zone` show at the aware moment `at`."""
        wall = at.astimezone(zone)
        minute = wall.hour * 60 + wall.minute
        today = wall.date()
        return any(minute in each for each in self._starting_on(today)) or any(
            minute + MIDNIGHT in each for each in self._starting_on(today - ONE_DAY)
        )

    def _starting_on(self, day: date) -> tuple[Range, ...]:
        return self.exceptions.get(day, self.weekly[day.weekday()])


ALWAYS: Final = Hours(weekly=((Range(0, MIDNIGHT),),) * 7, exceptions={})


def parse(document: object, path: str = "hours") -> Hours:
    """Business hours from `{"weekly": …, "exceptions": …}`, or `Invalid`."""
    fields = Fields(document, path)
    weekly = fields.object("weekly")
    days = tuple(_ranges(weekly.each(day, (), maximum=48)) for day in DAYS)
    weekly.done()
    _refuse_overlong_nights(days, weekly)
    exceptions = _exceptions(fields.each("exceptions", (), maximum=1000))
    fields.done()
    return Hours(days, exceptions)


def zone(name: object, path: str = "time_zone") -> ZoneInfo:
    """The IANA time zone of that name from the system's database, or `Invalid`."""
    if not isinstance(name, str) or not _ZONE.fullmatch(name):
        raise Invalid(path, f"expected an IANA time zone such as Europe/Paris, got {shown(name)}")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = get_close_matches(name, available_timezones(), n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise Invalid(path, f"no time zone named {shown(name)}{hint}") from None


def _exceptions(entries: Iterable[tuple[object, str]]) -> dict[date, tuple[Range, ...]]:
    found: dict[date, tuple[Range, ...]] = {}
    for entry, path in entries:
        fields = Fields(entry, path)
        day = _day(fields.raw("date"), fields.at("date"))
        if day in found:
            raise Invalid(fields.at("date"), f"{day} is named twice")
        found[day] = _ranges(fields.each("ranges", maximum=48))
        fields.done()
    return found


def _ranges(entries: Iterable[tuple[object, str]]) -> tuple[Range, ...]:
    found: list[Range] = []
    for entry, path in entries:
        new = _range(entry, path)
        for other in found:
            if new.start < other.end and other.start < new.end:
                raise Invalid(path, f"{_told(new)} overlaps {_told(other)}")
        found.append(new)
    return tuple(sorted(found, key=lambda each: each.start))


def _range(entry: object, path: str) -> Range:
    match entry:
        case [str() as first, str() as last] if _TIME.fullmatch(first):
            start, end = _minutes(first), _end(last, path)
        case _:
            raise Invalid(path, f'expected a range such as ["09:00", "12:30"], got {shown(entry)}')
    if start == end:
        raise Invalid(path, 'is empty; a whole day is ["00:00", "24:00"]')
    return Range(start, end if end > start else end + MIDNIGHT)


def _end(text: str, path: str) -> int:
    if text == "24:00":
        return MIDNIGHT
    if not _TIME.fullmatch(text):
        raise Invalid(path, f"expected an end from 00:00 to 24:00, got {shown(text)}")
    return _minutes(text)


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def _day(value: object, path: str) -> date:
    problem = f"expected a day such as 2026-12-25, got {shown(value)}"
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise Invalid(path, problem)
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise Invalid(path, problem) from None
    if day.year not in YEARS:
        raise Invalid(path, f"expected a year from {YEARS[0]} to {YEARS[-1]}, got {day.year}")
    return day


def _refuse_overlong_nights(days: tuple[tuple[Range, ...], ...], weekly: Fields) -> None:
    """A night that runs into the next day's first range is an overlap too."""
    for position, ranges in enumerate(days):
        following = (position + 1) % len(DAYS)
        for night in ranges:
            for morning in days[following]:
                if night.end - MIDNIGHT > morning.start:
                    raise Invalid(
                        weekly.at(DAYS[following]),
                        f"{_told(morning)} overlaps {_told(night)} of {DAYS[position]}",
                    )


def _told(each: Range) -> str:
    ends = each.end if each.end <= MIDNIGHT else each.end - MIDNIGHT
    return f"{each.start // 60:02}:{each.start % 60:02}-{ends // 60:02}:{ends % 60:02}"
