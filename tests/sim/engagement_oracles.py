"""Is a showing right: decided from what was so, the same whenever asked, and not once too often?

I22 and I23, from the engagements that were committed and the reasons that were stored with them.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.playbook.playbook import Playbook
from chalicelib.rules.record import asked_of, digest, record
from chalicelib.rules.rule import Frequency
from chalicelib.services.engagement import decisions
from chalicelib.store.items import unpacked
from chalicelib.store.operations import Item
from tests.sim.history import History, require
from tests.sim.table import Commit

NOBODY: Item = {}


@dataclass(frozen=True, slots=True)
class Showing:
    """What counts of one engagement."""

    rule: str
    visit: str
    day: str


class Shown:
    """What each visitor was shown, and when they last waved which rule away."""

    def __init__(self) -> None:
        self.to: defaultdict[str, list[Showing]] = defaultdict(list)
        self.dismissed: defaultdict[str, dict[str, datetime]] = defaultdict(dict)


def judge(history: History, shown: Shown, commit: Commit) -> None:
    """Both oracles, on one commit."""
    for before, after in commit.engagements:
        if before is None:
            _decided(history, commit, after)
            _not_too_often(history, shown, commit, after)
        elif after["state"] == "dismissed" != before["state"]:
            at = datetime.fromisoformat(after["changed_at"])
            shown.dismissed[after["visitor"]][after["rule"]] = at


def _decided(history: History, commit: Commit, engagement: Item) -> None:
    """I22: from the visitor's state as it is stored; decided again, it comes out byte for byte."""
    [[_before, item]] = commit.decisions
    reasons = unpacked(item["record"])
    outcome = (engagement["rule"], engagement["state"] == "held_out")
    told = (reasons["fired"], reasons["held_out"])
    require(outcome == told, "I22", "shown and told apart", outcome, reasons)
    ledger = next((before for before, _after in commit.ledgers), None) or NOBODY
    known = ledger.get("history", {})
    require(reasons["history"] == known, "I22", "of another history", reasons["history"], known)
    asked = asked_of(reasons)
    version = history.parsed[engagement["site"], asked.playbook_version]
    again = record(asked, decisions.evaluate(version, asked), version.targeting_rules)
    require(_bytes(again) == _bytes(reasons), "I22", "decided otherwise", reasons, again)
    require(reasons["hash"] == digest(reasons), "I22", "not its own hash", reasons)


def _not_too_often(history: History, shown: Shown, commit: Commit, after: Item) -> None:
    """I23: within the rule's frequency and the site's cap, and to nobody who talks already."""
    visitor = after["visitor"]
    version = history.parsed[after["site"], after["playbook_version"]]
    rule = version.targeting_rule(after["rule"])
    assert rule is not None
    at = datetime.fromisoformat(after["offered_at"])
    before = shown.to[visitor]
    # A clock that is a little behind opens no day once more.
    day = max(_day(version, at), *(each.day for each in before), "")
    showing = Showing(after["rule"], after["visit"], day)
    own = [each for each in before if each.rule == rule.id]
    _within(own, showing, rule.frequency, after)
    _within(before, showing, version.site.frequency_cap, after)
    _not_waved_away(shown, version, rule.frequency, after, at)
    open = any("open" in (ledger or NOBODY) for ledger, _after in commit.ledgers)
    require(not open, "I23", "they talk already", after)
    before.append(showing)


def _within(
    earlier: Iterable[Showing], showing: Showing, limits: Frequency, engagement: Item
) -> None:
    seen = list(earlier)
    counts = (
        (sum(each.visit == showing.visit for each in seen), limits.per_session),
        (sum(each.day == showing.day for each in seen), limits.per_day),
        (len(seen), limits.per_visitor),
    )
    for count, limit in counts:
        require(limit is None or count < limit, "I23", "once too often", count, limit, engagement)


def _not_waved_away(
    shown: Shown, version: Playbook, limits: Frequency, after: Item, at: datetime
) -> None:
    """Both pauses: the rule's own, and the site's after any dismissal."""
    dismissed = shown.dismissed[after["visitor"]]
    own = [when for rule, when in dismissed.items() if rule == after["rule"]]
    for moments, pause in (
        (own, limits.pause_after_dismissal_seconds),
        (dismissed.values(), version.site.frequency_cap.pause_after_dismissal_seconds),
    ):
        # It is counted from the whole second.
        over = [when.replace(microsecond=0) + timedelta(seconds=pause or 0) for when in moments]
        require(pause is None or all(at >= each for each in over), "I23", "paused", after, over)


def _day(version: Playbook, at: datetime) -> str:
    return at.astimezone(version.site.zone).date().isoformat()


def _bytes(document: object) -> bytes:
    return json.dumps(document, sort_keys=True).encode()
