"""Which rules may engage anybody at this moment, and this visitor once more?"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from chalicelib.rules.campaign import Campaign
from chalicelib.rules.circumstances import Circumstances
from chalicelib.rules.history import NOTHING as NEVER_SHOWN
from chalicelib.rules.index.rows import Place, places_in
from chalicelib.rules.rule import Frequency, TargetingRule

_QUARTER: Final = timedelta(minutes=15)
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
_UNLIMITED: Final = Frequency()


class _Quarter(NamedTuple):
    """Which rows belong to campaigns that run in this quarter of an hour."""

    since: datetime
    until: datetime
    zone: ZoneInfo | None
    campaigns: Mapping[str, Campaign] | None
    rows: int


class Gates:
    """Campaigns, schedules and what a visitor was shown; asked of the rows that are possible."""

    def __init__(self, place_of: Sequence[Place]) -> None:
        self._place_of = place_of
        places = list({each.rows: each for each in place_of}.values())
        self._scheduled = sum(each.rows for each in places if _has_schedule(each.rule))
        self._of_campaign: defaultdict[str, int] = defaultdict(int)
        self._of_rule: defaultdict[str, list[Place]] = defaultdict(list)
        for each in places:
            self._of_campaign[each.rule.campaign] |= each.rows
            self._of_rule[each.rule.id].append(each)
        self._quarter = _Quarter(_LONG_AGO, _LONG_AGO, None, None, 0)

    def passed_by(self, rows: int, around: Circumstances) -> int:
        """Those of the rows whose rules nothing bars."""
        quarter = self._quarter
        if (
            not quarter.since <= around.now < quarter.until
            or quarter.campaigns is not around.campaigns
            or quarter.zone is not around.zone
        ):
            quarter = self._quarter = self._quarter_of(around)
        rows &= quarter.rows
        if rows & self._scheduled:
            rows &= ~self._out_of_schedule(rows & self._scheduled, around)
        past = around.history
        # Most visitors were never shown anything, and share the one tally that says so.
        if past.rules or (past.site is not NEVER_SHOWN and past.site != NEVER_SHOWN):
            rows = self._allowed(rows, around)
        return rows

    def _quarter_of(self, around: Circumstances) -> _Quarter:
        # No zone's day begins between two quarters of an hour.
        now = around.now
        since = now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)
        today = now.astimezone(around.zone).date()
        running = (
            self._of_campaign.get(name, 0)
            for name, campaign in around.campaigns.items()
            if campaign.runs_on(today)
        )
        return _Quarter(since, since + _QUARTER, around.zone, around.campaigns, sum(running))

    def _out_of_schedule(self, rows: int, around: Circumstances) -> int:
        return sum(
            place.rows
            for place in places_in(rows, self._place_of)
            if not place.rule.schedule.includes(around.now, around.zone)
        )

    def _allowed(self, rows: int, around: Circumstances) -> int:
        """Without the rows of the rules that may not engage this visitor once more."""
        past, now = around.history, around.now
        today = now.astimezone(around.zone).date().isoformat()
        # No rule has the empty id: this asks about the site's cap alone.
        if not past.allows("", _UNLIMITED, around.frequency_cap, around.visit, today, now):
            return 0
        for shown in past.rules:
            for place in self._of_rule.get(shown, ()):
                limits = place.rule.frequency
                if not past.allows(shown, limits, _UNLIMITED, around.visit, today, now):
                    rows &= ~place.rows
        return rows


def _has_schedule(rule: TargetingRule) -> bool:
    limits = (rule.schedule.starts_at, rule.schedule.ends_at, rule.schedule.weekly)
    return any(limit is not None for limit in limits)
