"""What has been committed so far, indexed so that each new commit is judged by what it touched."""

import json
import zlib
from collections import defaultdict
from datetime import datetime
from itertools import pairwise
from typing import Any

from chalicelib.playbook.playbook import Playbook, parse
from chalicelib.store import keys
from chalicelib.store.operations import Item
from tests.sim.scheduler import Invocation, Violation
from tests.sim.table import Commit, WatchedTable

OPEN = frozenset({"waiting", "assigned", "snoozed"})
# For how long after a publication somebody may still go by the version before.
STALE_SECONDS = 8.0


# When a planted bug is hunted: the one invariant that must find it. Empty, all are judged.
JUDGED: set[str] = set()


def require(holds: bool, invariant: str, *what: object) -> None:
    """Fail, by the number of the invariant, unless it holds."""
    if not holds and (not JUDGED or invariant in JUDGED):
        raise Violation(invariant, *what)


class History:
    """Shadow indexes of the table, kept up commit by commit."""

    def __init__(self, table: WatchedTable) -> None:
        self.table = table
        self.conversations: dict[str, Item] = {}
        # By agent: the conversations assigned to them, from the conversations' side.
        self.held: defaultdict[str, set[str]] = defaultdict(set)
        # By conversation: (number of the commit, agent) each time its holder changed.
        self.holders: defaultdict[str, list[tuple[int, str | None]]] = defaultdict(list)
        # By conversation: the keys of its entries.
        self.entries: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
        self.lengths: defaultdict[str, int] = defaultdict(int)
        self.open: defaultdict[str, set[str]] = defaultdict(set)
        # By conversation: the names its senders gave, and the texts by number.
        self.named: dict[tuple[str, str, str, str], int] = {}
        self.texts: dict[tuple[str, int], str] = {}
        # By conversation: since when somebody waits for a person, from the messages alone.
        self.unanswered: dict[str, str | None] = {}
        # By conversation: when somebody, and when an agent, last wrote in it.
        self.spoken: dict[str, str] = {}
        self.answered: dict[str, str] = {}
        # By conversation: which agents left it unanswered or gave it away, and when.
        self.left: defaultdict[str, dict[str, str]] = defaultdict(dict)
        # By conversation that is snoozed: when the visitor wrote in it since.
        self.asleep: dict[str, str | None] = {}
        # By conversation: the same of its last snooze, once it is over.
        self.woken: dict[str, str | None] = {}
        # By conversation: when it last came to wait in a queue.
        self.queued: dict[str, float] = {}
        # By agent: when they last did something by hand.
        self.acted: dict[str, str] = {}
        # Conversation, the sender's name for it, number and text, as senders were told.
        self.acknowledged: list[tuple[str, str, int, str]] = []
        self.assigned_by: dict[tuple[str, int], Invocation | None] = {}
        self.playbooks: dict[str, list[tuple[float, Playbook]]] = defaultdict(list)
        self.parsed: dict[tuple[str, int], Playbook] = {}
        self.users: dict[str, Item] = {}

    def follow(self, commit: Commit) -> None:
        """Take a commit in."""
        for before, after in commit.conversations:
            self._conversation(commit, before, after)
        for _before, after in commit.messages:
            self._message(after)
        for before, after in commit.entries:
            self._entry(before, after)
        self._rest(commit)

    def _rest(self, commit: Commit) -> None:
        for _before, after in commit.playbooks:
            if "document" in after:
                self._publication(commit.now, after)
        for _before, after in commit.users:
            self.users[after["id"]] = after
        for _before, after in commit.agents:
            self.acted[after["agent"]] = max(
                after.get("acted_at", ""), self.acted.get(after["agent"], "")
            )

    def in_force(self, site: str, now: float) -> list[Playbook]:
        """The versions that somebody may go by at this moment."""
        versions = self.playbooks[site]
        recent = [
            each
            for (_since, each), (until, _next) in pairwise(versions)
            if until > now - STALE_SECONDS
        ]
        return [*recent, versions[-1][1]]

    def could_read(self, conversation: str, agent: str, since: int) -> bool:
        """Whether the agent held it at some moment since that commit."""
        for number, holder in reversed(self.holders[conversation]):
            if holder == agent:
                return True
            if number <= since:
                return False
        return False

    def state_of(self, agent: str) -> Item | None:
        return self.table.item(keys.agent(agent))

    def _publication(self, now: float, item: Item) -> None:
        document = json.loads(zlib.decompress(item["document"]))
        found = parse(document, int(item["sk"].removeprefix("VERSION#")))
        self.playbooks[found.site.id].append((now, found))
        self.parsed[found.site.id, found.version] = found

    def _conversation(self, commit: Commit, before: Item | None, after: Item) -> None:
        id = after["id"]
        self.conversations[id] = after
        was = before.get("agent") if before and before["state"] == "assigned" else None
        now = after.get("agent") if after["state"] == "assigned" else None
        if was != now:
            if was is not None:
                self.held[was].discard(id)
            if now is not None:
                self.held[now].add(id)
                self.assigned_by[id, after["version"]] = commit.by
        holder = after.get("agent")
        if before is None or before.get("agent") != holder:
            self.holders[id].append((commit.number, holder))
        if after["state"] != "snoozed":
            self.woken[id] = self.asleep.pop(id, None)
        elif before is not None and before["state"] != "snoozed":
            self.asleep[id] = None
        self._standing(commit.now, before, after)

    def _standing(self, now: float, before: Item | None, after: Item) -> None:
        if after["state"] == "waiting" and (before is None or before["state"] != "waiting"):
            self.queued[after["id"]] = now
        if after["state"] in OPEN:
            self.open[after["visitor"]].add(after["id"])
        else:
            self.open[after["visitor"]].discard(after["id"])

    def _message(self, item: Item) -> None:
        conversation, author = item["conversation"], item["author"]
        self.texts[conversation, item["number"]] = item["text"]
        if item.get("client_id") is not None:
            name = (conversation, author["kind"], author["id"], item["client_id"])
            self.named[name] = item["number"]
        self.spoken[conversation] = item["sent_at"]
        if author["kind"] == "visitor":
            if conversation in self.asleep and self.asleep[conversation] is None:
                self.asleep[conversation] = item["sent_at"]
            if self.unanswered.get(conversation) is None:
                self.unanswered[conversation] = item["sent_at"]
        elif author["kind"] == "agent":
            self.unanswered[conversation] = None
            self.answered[conversation] = item["sent_at"]
            self.left.pop(conversation, None)

    def _entry(self, before: Item | None, after: Item | None) -> None:
        if before is not None:
            self.entries[before["conversation"]].discard((before["pk"], before["sk"]))
            self.lengths[before["pk"].removeprefix("QUEUE#")] -= 1
        if after is not None:
            self.entries[after["conversation"]].add((after["pk"], after["sk"]))
            self.lengths[after["pk"].removeprefix("QUEUE#")] += 1


def author_of(item: Item) -> tuple[str, str]:
    author: dict[str, Any] = item["author"]
    return author["kind"], author["id"]


def moment(text: str) -> float:
    """A moment as it is stored, in epoch seconds."""
    return datetime.fromisoformat(text).timestamp()
