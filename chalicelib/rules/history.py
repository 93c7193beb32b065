"""What was this visitor already shown, and may one more rule engage them?

One visit and one day are kept, the latest: counts of an earlier visit or day are nought. Plain
JSON, small enough for the pass that a browser carries: `{"visit", "day", "site": counts, "rules":
{id: counts}}`, where counts are `[in the visit, on the day, ever, second of the last dismissal or
null]`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from chalicelib.errors import Invalid
from chalicelib.model.reading import Fields, identifier, shown
from chalicelib.rules.rule import Frequency

_LAST_SECOND: Final = 253_370_764_800


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    in_visit: int = 0
    in_day: int = 0
    ever: int = 0
    dismissed_at: datetime | None = None


NOTHING: Final = Tally()


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """`site` counts every engagement, `rules` those of each rule; `day` is the site's, ISO 8601."""

    visit: str | None = None
    day: str | None = None
    site: Tally = NOTHING
    rules: Mapping[str, Tally] = field(default_factory=dict)

    def after_offer(self, rule: str, visit: str, day: str) -> "History":
        """What is known once `rule` has been shown in that visit, on that day of the site."""
        seen = self._seen_from(visit, day)
        rules = {each: seen(tally) for each, tally in self.rules.items()}
        rules[rule] = _once_more(rules.get(rule, NOTHING))
        latest = max(day, self.day or day)
        return History(visit=visit, day=latest, site=_once_more(seen(self.site)), rules=rules)

    def after_dismissal(self, rule: str, at: datetime) -> "History":
        """What is known once the visitor has waved `rule` away, at an aware moment."""
        moment = at.astimezone(UTC).replace(microsecond=0)
        dismissed = replace(self.rules.get(rule, NOTHING), dismissed_at=moment)
        return replace(
            self,
            site=replace(self.site, dismissed_at=moment),
            rules={**self.rules, rule: dismissed},
        )

    def allows(
        self, rule: str, frequency: Frequency, cap: Frequency, visit: str, day: str, now: datetime
    ) -> bool:
        """Whether neither the rule's frequency nor the site's cap forbids one more showing."""
        return not (
            self.is_exhausted(rule, frequency, cap, visit, day)
            or self.is_dismissed(rule, frequency, cap, now)
        )

    def is_exhausted(
        self, rule: str, frequency: Frequency, cap: Frequency, visit: str, day: str
    ) -> bool:
        """Whether the visitor has been shown the rule, or the site's rules, often enough."""
        seen = self._seen_from(visit, day)
        of_rule = seen(self.rules.get(rule, NOTHING))
        return _is_reached(of_rule, frequency) or _is_reached(seen(self.site), cap)

    def is_dismissed(self, rule: str, frequency: Frequency, cap: Frequency, now: datetime) -> bool:
        """Whether the pause after a dismissal is still on."""
        return _is_paused(self.rules.get(rule, NOTHING), frequency, now) or _is_paused(
            self.site, cap, now
        )

    def document(self) -> dict[str, Any]:
        """Plain JSON, which `parse` reads; empty when nothing was ever shown."""
        if self.site == NOTHING and not self.rules:
            return {}
        return {
            "visit": self.visit,
            "day": self.day,
            "site": _written(self.site),
            "rules": {rule: _written(tally) for rule, tally in self.rules.items()},
        }

    def _seen_from(self, visit: str, day: str) -> Callable[[Tally], Tally]:
        """How a tally reads from that visit and day: what was counted in others is over.

        A day before the latest is that of a clock which is a little behind: the latest is meant.
        """
        is_new_day = self.day is None or day > self.day

        def seen(tally: Tally) -> Tally:
            return replace(
                tally,
                in_visit=tally.in_visit if visit == self.visit else 0,
                in_day=0 if is_new_day else tally.in_day,
            )

        return seen


def parse(document: object, path: str = "history") -> History:
    """The history a document holds, or `Invalid`; an empty one is nobody's."""
    fields = Fields(document, path)
    rules = Fields(fields.raw("rules", {}), fields.at("rules"))
    history = History(
        visit=fields.text("visit", None),
        day=fields.text("day", None),
        site=_tally(fields.raw("site", [0, 0, 0, None]), fields.at("site")),
        rules={
            identifier(rule, place): _tally(value, place) for rule, value, place in rules.entries()
        },
    )
    fields.done()
    return history


def _once_more(tally: Tally) -> Tally:
    return replace(tally, in_visit=tally.in_visit + 1, in_day=tally.in_day + 1, ever=tally.ever + 1)


def _is_reached(tally: Tally, limits: Frequency) -> bool:
    pairs = (
        (tally.in_visit, limits.per_session),
        (tally.in_day, limits.per_day),
        (tally.ever, limits.per_visitor),
    )
    return any(limit is not None and count >= limit for count, limit in pairs)


def _is_paused(tally: Tally, limits: Frequency, now: datetime) -> bool:
    pause = limits.pause_after_dismissal_seconds
    if pause is None or tally.dismissed_at is None:
        return False
    return now < tally.dismissed_at + timedelta(seconds=pause)


def _written(tally: Tally) -> list[int | None]:
    dismissed = None if tally.dismissed_at is None else int(tally.dismissed_at.timestamp())
    return [tally.in_visit, tally.in_day, tally.ever, dismissed]


def _tally(value: object, path: str) -> Tally:
    match value:
        case [int(in_visit), int(in_day), int(ever), int() | None as second] if (
            min(in_visit, in_day, ever, second or 0) >= 0 and (second or 0) < _LAST_SECOND
        ):
            dismissed = None if second is None else datetime.fromtimestamp(second, UTC)
            return Tally(in_visit=in_visit, in_day=in_day, ever=ever, dismissed_at=dismissed)
    raise Invalid(path, f"expected three counts and a second, got {shown(value)}")
