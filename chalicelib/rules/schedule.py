"""During which moments may a rule reach out?

Authors write what a clock on the site's wall shows. A moment that it shows twice, when summer
time ends, is its first occurrence; one that it skips comes as if it had not skipped it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.errors import Invalid
from chalicelib.model import hours
from chalicelib.model.hours import Hours
from chalicelib.model.reading import Fields, shown

_WALL_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """`starts_at` is included, `ends_at` excluded; both show no zone, they are the site's."""

    starts_at: datetime | None
    ends_at: datetime | None
    weekly: Hours | None

    def includes(self, moment: datetime, zone: ZoneInfo) -> bool:
        """Whether the aware `moment` lies in it, for a site in `zone`."""
        if self.starts_at is not None and moment < _moment(self.starts_at, zone):
            return False
        if self.ends_at is not None and moment >= _moment(self.ends_at, zone):
            return False
        return self.weekly is None or self.weekly.is_open(moment, zone)


def parse(document: object, path: str) -> Schedule:
    """`{"from"?, "until"?, "weekly"?}`, or `Invalid`; nothing given is always."""
    fields = Fields(document, path)
    weekly = fields.raw("weekly", None)
    found = Schedule(
        starts_at=_wall_time(fields, "from"),
        ends_at=_wall_time(fields, "until"),
        weekly=None if weekly is None else hours.parse({"weekly": weekly}, path),
    )
    fields.done()
    if found.starts_at and found.ends_at and found.ends_at <= found.starts_at:
        raise Invalid(fields.at("until"), f"expected a moment after {found.starts_at.isoformat()}")
    return found


def _moment(wall: datetime, zone: ZoneInfo) -> datetime:
    return wall.replace(tzinfo=zone).astimezone(UTC)


def _wall_time(fields: Fields, name: str) -> datetime | None:
    value = fields.raw(name, None)
    if value is None:
        return None
    problem = f"expected a local moment such as 2026-12-24T09:00, got {shown(value)}"
    if not isinstance(value, str) or not _WALL_TIME.fullmatch(value):
        raise Invalid(fields.at(name), problem)
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise Invalid(fields.at(name), problem) from None
    if not 1970 <= found.year <= 9000:
        raise Invalid(fields.at(name), problem)
    return found
