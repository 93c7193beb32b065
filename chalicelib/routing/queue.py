"""Who is served next, and how many are before me?

First in, first out within priority. A conversation that went back to the queue kept its
`waiting_since`, and with it its place.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from chalicelib.routing.elect import Candidate, Reason, consider

HIGHEST_PRIORITY: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A conversation that waits, at one of its `version`s.

    It stands in the queue of `group`, and in those of `others` too. `offered_to` says which agents
    left it, and when; it is kept for one agent until a moment.
    """

    conversation: str
    group: str
    version: int = 0
    priority: int = 0
    waiting_since: datetime
    language: str | None = None
    others: tuple[str, ...] = ()
    offered_to: Mapping[str, datetime] = field(default_factory=dict)
    kept_for: str | None = None
    kept_until: datetime | None = None

    @property
    def queues(self) -> tuple[str, ...]:
        """Every group in whose queue it stands."""
        return (self.group, *self.others)

    def keeper(self, now: datetime) -> str | None:
        """The one agent who may have it now, if it is kept for somebody."""
        kept = self.kept_until is not None and now < self.kept_until
        return self.kept_for if kept else None


def sort_key(entry: Entry) -> str:
    """The place in the queue as text that sorts as text: priority, waiting since, conversation.

    It is what the store sorts by. Priorities go from -1,000 to 1,000.
    """
    if not -HIGHEST_PRIORITY <= entry.priority <= HIGHEST_PRIORITY:
        raise ValueError(f"{entry.priority} is no priority of a conversation")
    rank = HIGHEST_PRIORITY - entry.priority
    since = entry.waiting_since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return f"{rank:04d}#{since}#{entry.conversation}"


def order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries as they will be served."""
    return tuple(sorted(entries, key=sort_key))


def offer_order(entries: Iterable[Entry], now: datetime) -> tuple[Entry, ...]:
    """The entries as agents are looked for: those kept for somebody first, then as they wait."""
    return tuple(sorted(entries, key=lambda each: (each.keeper(now) is None, sort_key(each))))


def next_for(candidate: Candidate, entries: Iterable[Entry], now: datetime) -> Entry | None:
    """The first entry that `candidate` can take now; one that is kept for them goes first.

    The entries are those of groups the candidate is a member of. One that somebody else must
    take (another language, already offered, kept for another) is stepped over and keeps its place.
    """
    for entry in offer_order(entries, now):
        if entry.keeper(now) not in (None, candidate.id):
            continue
        if consider(candidate, entry.language, now, entry.offered_to) is Reason.ELIGIBLE:
            return entry
    return None


def position(entries: Iterable[Entry], conversation: str) -> int | None:
    """The place of a conversation in its group's queue, from 1; None when it does not wait."""
    ordered = order(entries)
    group = next((each.group for each in ordered if each.conversation == conversation), None)
    line = [each.conversation for each in ordered if each.group == group]
    return line.index(conversation) + 1 if conversation in line else None
