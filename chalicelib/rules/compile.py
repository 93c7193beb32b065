"""Which rule fires for these facts, and what may still change that, without asking every rule?

The rules of a playbook version are compiled once. Their conditions are cut into rows, in the order
in which the rules are considered, and each fact gets a column that tells which rows a value leaves
standing. What stands in every column holds, and its lowest bit is the winner. What a growing count
has not reached yet is possible, and tells the page what to look out for.

The answers are those of `decide`, which gives the reasons too.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from chalicelib.rules import watch
from chalicelib.rules.campaign import Campaign
from chalicelib.rules.decide import is_held_out
from chalicelib.rules.evaluate import evaluate
from chalicelib.rules.facts import Facts
from chalicelib.rules.history import NOTHING as NEVER_SHOWN
from chalicelib.rules.history import History
from chalicelib.rules.index_counters import States, none_asks_more
from chalicelib.rules.index_rows import Ask, rows_of
from chalicelib.rules.index_sieve import Sieve
from chalicelib.rules.rule import Frequency, RuleStatus, TargetingRule
from chalicelib.rules.watch import Watch


class Verdict(NamedTuple):
    """A decision without its reasons; `waiting` are the rows of the rules that are unknown."""

    fired: TargetingRule | None
    held_out: bool
    watches: tuple[Watch, ...]
    waiting: int


_NOTHING: Final = Verdict(None, False, (), 0)
_UNLIMITED: Final = Frequency()


def compile(rules: Iterable[TargetingRule]) -> "Index":
    """The index of one playbook version's rules; drafts and paused rules have no place in it."""
    active = [rule for rule in rules if rule.status is RuleStatus.ACTIVE]
    return Index(sorted(active, key=lambda rule: (-rule.priority, rule.id)))


class _Place(NamedTuple):
    """A rule and its rows; `whole` when they say all about its condition."""

    rule: TargetingRule
    rows: int
    whole: bool


class _Quarter(NamedTuple):
    """Which rows belong to campaigns that run in this quarter of an hour."""

    since: datetime
    until: datetime
    zone: ZoneInfo | None
    campaigns: Mapping[str, Campaign] | None
    rows: int


_QUARTER: Final = timedelta(minutes=15)
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Index:
    """Rules by rank. It remembers values that it has met, but not who had them."""

    def __init__(self, ranked: Iterable[TargetingRule]) -> None:
        asked: defaultdict[tuple[str, object], list[tuple[int, Ask]]] = defaultdict(list)
        self._places: list[_Place] = []
        self._rank_of_row: list[int] = []
        for rank, rule in enumerate(ranked):
            rows, whole = rows_of(rule.when)
            start = len(self._rank_of_row)
            for number, row in enumerate(rows, start):
                for ask in row:
                    asked[ask.compare.fact, ask.compare.read].append((number, ask))
            self._places.append(_Place(rule, ((1 << len(rows)) - 1) << start, whole))
            self._rank_of_row += [rank] * len(rows)
        self._sieve = Sieve(asked.values(), (1 << len(self._rank_of_row)) - 1)
        self._partial = sum(place.rows for place in self._places if not place.whole)
        self._several = sum(each.rows for each in self._places if each.rows.bit_count() > 1)
        self._scheduled = sum(each.rows for each in self._places if _has_schedule(each.rule))
        self._places_of: defaultdict[str, list[_Place]] = defaultdict(list)
        for place in self._places:
            self._places_of[place.rule.id].append(place)
        self._quarter = _Quarter(_LONG_AGO, _LONG_AGO, None, None, 0)
        self._plain: dict[int, bool] = {}

    def decide(
        self,
        facts: Facts,
        *,
        campaigns: Mapping[str, Campaign],
        history: History,
        visit: str,
        open_conversation: bool,
        unavailable: frozenset[str],
        zone: ZoneInfo,
        frequency_cap: Frequency,
        visitor: str,
        now: datetime,
    ) -> Verdict:
        """What `decide` answers to the same question, but for the reasons."""
        holding, possible, states = self._sieve.outcomes(facts)
        if not possible or open_conversation:
            return _NOTHING
        possible &= self._running(now, zone, campaigns)
        if possible & self._scheduled:
            possible &= ~self._out_of_schedule(possible & self._scheduled, now, zone)
        if history.rules or history.site != NEVER_SHOWN:
            today = now.astimezone(zone).date().isoformat()
            possible &= self._allowed(history, frequency_cap, visit, today, now)
        if not possible:
            return _NOTHING
        unknown = possible & ~self._partial
        partial = possible & self._partial
        fired: TargetingRule | None = None
        asked: list[_Place] = []
        if holding & unknown or partial:
            candidates = holding & unknown | partial
            fired, unknown, asked = self._sort_out(candidates, unknown, facts, unavailable)
        if fired is None:
            held_out = False
        else:
            held_out = fired.hold_out_percent > 0 and is_held_out(visitor, fired)
        if not unknown and not asked:
            return Verdict(fired, held_out, (), 0)
        waiting = unknown | sum(place.rows for place in asked)
        return Verdict(fired, held_out, self._watches(unknown, asked, facts, states), waiting)

    def matching(self, facts: Facts) -> Iterator[TargetingRule]:
        """The rules whose condition holds, first the first to be considered."""
        holding, possible, _ = self._sieve.outcomes(facts)
        for place in self._places_in(holding & ~self._partial | possible & self._partial):
            if place.whole or evaluate(place.rule.when, facts):
                yield place.rule

    def rules_at(self, rows: int) -> tuple[str, ...]:
        """The ids of the rules that have one of these rows."""
        return tuple(place.rule.id for place in self._places_in(rows))

    def _places_in(self, rows: int) -> Iterator[_Place]:
        while rows:
            place = self._places[self._rank_of_row[(rows & -rows).bit_length() - 1]]
            yield place
            rows &= ~place.rows

    def _running(self, now: datetime, zone: ZoneInfo, campaigns: Mapping[str, Campaign]) -> int:
        """The rows of the rules whose campaign runs at this moment of the site."""
        quarter = self._quarter
        if (
            quarter.since <= now < quarter.until
            and quarter.campaigns is campaigns
            and quarter.zone is zone
        ):
            return quarter.rows
        # No zone's day begins between two quarters of an hour.
        since = now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)
        today = now.astimezone(zone).date()
        running = {name for name, campaign in campaigns.items() if campaign.runs_on(today)}
        rows = sum(place.rows for place in self._places if place.rule.campaign in running)
        self._quarter = _Quarter(since, since + _QUARTER, zone, campaigns, rows)
        return rows

    def _out_of_schedule(self, rows: int, now: datetime, zone: ZoneInfo) -> int:
        return sum(
            place.rows
            for place in self._places_in(rows)
            if not place.rule.schedule.includes(now, zone)
        )

    def _allowed(
        self, history: History, cap: Frequency, visit: str, day: str, now: datetime
    ) -> int:
        """The rows of the rules that may engage this visitor once more."""
        rows = (1 << len(self._rank_of_row)) - 1
        # No rule has the empty id: this asks about the site's cap alone.
        if not history.allows("", _UNLIMITED, cap, visit, day, now):
            return 0
        for shown in history.rules:
            for rule, its_rows, _ in self._places_of.get(shown, ()):
                if not history.allows(shown, rule.frequency, _UNLIMITED, visit, day, now):
                    rows &= ~its_rows
        return rows

    def _sort_out(
        self, candidates: int, unknown: int, facts: Facts, unavailable: frozenset[str]
    ) -> tuple[TargetingRule | None, int, list[_Place]]:
        """The rule that fires, the rows above it that are unknown, and partial rules likewise."""
        asked: list[_Place] = []
        for place in self._places_in(candidates):
            outcome = True if place.whole else evaluate(place.rule.when, facts)
            if outcome is None:
                asked.append(place)
            if not outcome:
                continue
            unknown &= ~place.rows
            if place.rule.id not in unavailable:
                return place.rule, unknown & ((place.rows & -place.rows) - 1), asked
        return None, unknown, asked

    def _watches(
        self,
        unknown: int,
        asked: list[_Place],
        facts: Facts,
        states: States,
    ) -> tuple[Watch, ...]:
        for _, state in states:
            unknown &= state.hopeful
        harder = asked
        if unknown & self._several:
            harder = [*asked, *self._harder(unknown, any(state.absent for _, state in states))]
            for place in harder:
                unknown &= ~place.rows
        found: list[Watch] = []
        for counter, state in states:
            if unknown & state.ahead:
                found += counter.earliest(unknown & state.ahead)
        if harder:
            found += watch.watches([place.rule.when for place in harder], facts)
            return watch.merged(found)
        return tuple(found)

    def _harder(self, unknown: int, odd: bool) -> Iterator[_Place]:
        """The rules of which several rows are unknown, one of which may ask more than another."""
        for place in self._places_in(unknown & self._several):
            rows = unknown & place.rows
            if rows & (rows - 1) and (odd or not self._is_plain(place)):
                yield place

    def _is_plain(self, place: _Place) -> bool:
        first = (place.rows & -place.rows).bit_length() - 1
        plain = self._plain.get(first)
        if plain is None:
            rows = range(first, place.rows.bit_length())
            plain = none_asks_more([self._sieve.spans_of(row) for row in rows])
            self._plain[first] = plain
        return plain


def _has_schedule(rule: TargetingRule) -> bool:
    limits = (rule.schedule.starts_at, rule.schedule.ends_at, rule.schedule.weekly)
    return any(limit is not None for limit in limits)
