"""How does the simulator see every read and every commit of the one table?"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.store.attributes import copied
from chalicelib.store.effects import holds
from chalicelib.store.memory import MemoryTable
from chalicelib.store.operations import Item, Key, Operation, WriteConflict, readable
from tests.sim.scheduler import Invocation, Scheduler

# Before and after; of an entry of a queue, the second is None when it is gone. Nothing else goes.
Change = tuple[Any, Any]
LAG_SECONDS = 5.0


@dataclass(slots=True)
class Commit:
    """What one transaction changed, as (before, after), by what kind of thing it is."""

    number: int
    now: float
    by: Invocation | None
    conversations: list[Change] = field(default_factory=list)
    messages: list[Change] = field(default_factory=list)
    reasons: list[Change] = field(default_factory=list)
    agents: list[Change] = field(default_factory=list)
    entries: list[Change] = field(default_factory=list)
    counters: list[Change] = field(default_factory=list)
    ledgers: list[Change] = field(default_factory=list)
    runs: list[Change] = field(default_factory=list)
    letters: list[Change] = field(default_factory=list)
    engagements: list[Change] = field(default_factory=list)
    decisions: list[Change] = field(default_factory=list)
    playbooks: list[Change] = field(default_factory=list)
    users: list[Change] = field(default_factory=list)


# By how a partition's key begins; of a conversation's partition, by how the place begins.
KINDS = {
    "AGE": "agents",
    "QUE": "entries",
    "GRO": "counters",
    "RUN": "runs",
    "PLA": "playbooks",
    "DEC": "decisions",
}
OF_A_VISITOR = {"LED": "ledgers", "ENG": "engagements"}
IN_A_CONVERSATION = {"C": "conversations", "M": "messages", "W": "reasons"}


class WatchedTable(MemoryTable):
    """A table in memory that tells what was read, and what each commit changed."""

    # Every write is stamped, so whoever sends it again knows it when they meet it.
    knows_its_own = True

    def __init__(self, scheduler: Scheduler, committed: Callable[[Commit], None]) -> None:
        super().__init__(lambda: scheduler.now, scheduler.call)
        self._scheduler = scheduler
        self._committed = committed
        self._changes: list[tuple[Key, Item | None, Item | None]] = []
        # What an index may not have heard of yet: when, what, and what stood there before.
        self._lately: deque[tuple[float, Key, Item | None]] = deque()
        self.commits = 0

    def item(self, key: Key) -> Item | None:
        """What stands there, for an onlooker: no call, no copy, no expiry."""
        return self._items.get(key)

    def everything(self, kind: str) -> list[Item]:
        """All items whose place is called so."""
        return [item for key, item in self._items.items() if key.sk == kind]

    def snapshot(self) -> list[str]:
        """Everything as text."""
        return [f"{key} {item}" for key, item in self._items.items()]

    def write(self, *operations: Operation) -> None:
        super().write(*operations)
        running = self._scheduler.running()
        self.commits += 1
        commit = Commit(self.commits, self._scheduler.now, running)
        for key, before, after in self._changes:
            kind = _kind(key)
            if kind is not None:
                getattr(commit, kind).append((before, after))
            if key.sk == "CONVERSATION" and running is not None and _newer(before, after):
                running.looks[after["id"]] = self.commits
        self._changes.clear()
        self._committed(commit)
        if self._scheduler.fail_after(running):
            self._sent_again(operations)

    def _sent_again(self, operations: Sequence[Operation]) -> None:
        """The same request once more: what stands in its way now is its own write."""
        for position, operation in enumerate(operations):
            if not holds(operation.when, self._items.get(operation.key)):
                if not self.knows_its_own:
                    raise WriteConflict(position, None)
                return

    def get(self, key: Key) -> Item | None:
        found = super().get(key)
        self._looked(found)
        return found

    def get_many(self, keys: Any) -> dict[Key, Item]:
        found = super().get_many(keys)
        running = self._scheduler.running()
        if running is not None:
            for key, item in found.items():
                if key.sk == "COUNTER":
                    running.counters[key.pk] = item.get("waiting", 0)
        return found

    def query(self, pk: str, **how: Any) -> list[Item]:
        found = super().query(pk, **how)
        if how.get("index") is not None:
            return self._as_it_was(found)
        running = self._scheduler.running()
        if running is not None:
            if pk.startswith("QUEUE#"):
                running.queues[pk] = self._scheduler.now, found
            elif found and found[-1]["sk"] == "CONVERSATION":
                running.looks[found[-1]["id"]] = self.commits
        return found

    def _as_it_was(self, found: list[Item]) -> list[Item]:
        """An index some moments ago: what is new is not there yet, what has changed is as before.

        What has left meanwhile is not brought back: it would be read again from the table anyway.
        """
        since = self._scheduler.now - self._scheduler.chance() * LAG_SECONDS
        while self._lately and self._lately[0][0] < self._scheduler.now - LAG_SECONDS:
            self._lately.popleft()
        earlier: dict[Key, Item | None] = {}
        for at, key, before in reversed(self._lately):
            if at < since:
                break
            earlier[key] = before
        was = (earlier.get(Key(each["pk"], each["sk"]), each) for each in found)
        return [readable(copied(each), self._scheduler.now) or each for each in was if each]

    def _looked(self, item: Item | None) -> None:
        running = self._scheduler.running()
        if item is not None and running is not None and item["sk"] == "CONVERSATION":
            running.looks[item["id"]] = self.commits

    def _store(self, key: Key, item: Item | None) -> None:
        before = self._items.get(key)
        super()._store(key, item)
        if before is not item:
            self._changes.append((key, before, item))
            self._lately.append((self._scheduler.now, key, before))


def _kind(key: Key) -> str | None:
    beginning = key.pk[:3]
    if beginning == "CON":
        return IN_A_CONVERSATION.get(key.sk[0])
    if beginning == "VIS":
        return OF_A_VISITOR.get(key.sk[:3])
    if beginning == "LET":
        return "letters" if key.sk == "LETTER" else None
    if beginning == "STA":
        return "users" if key.sk.startswith("USER#") else None
    return KINDS.get(beginning)


def _newer(before: Item | None, after: Item) -> bool:
    """Whether it was written as it had been read: a mark is raised whoever has it."""
    return before is None or before["updated_at"] != after["updated_at"]
