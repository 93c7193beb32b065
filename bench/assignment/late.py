"""What does a claim see of a table that others write to at the same moment?

Events are handled one by one, each at the moment its write is carried out. Its reads happened
before that: they see the table as it was a round trip or two ago, and the free lists as they were
`lag` seconds earlier still.
"""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from typing import Any

from chalicelib.store.memory import MemoryTable
from chalicelib.store.operations import Item, Key, Operation

READ_SECONDS = 0.005
WRITE_SECONDS = 0.010


class View:
    """The items of one kind, as they were some seconds ago."""

    def __init__(self, now: Callable[[], float], age: float) -> None:
        self._now = now
        self._age = age
        self._items: dict[Key, Item] = {}
        self._order: dict[str, list[str]] = defaultdict(list)
        self._coming: deque[tuple[float, Key, Item | None]] = deque()

    def note(self, key: Key, item: Item | None) -> None:
        """This stands there now; it will be seen in a while."""
        self._coming.append((self._now() + self._age, key, item))

    def items(self) -> dict[Key, Item]:
        """What can be seen by now."""
        while self._coming and self._coming[0][0] <= self._now():
            _at, key, item = self._coming.popleft()
            known, places = self._items.pop(key, None), self._order[key.pk]
            if item is not None:
                self._items[key] = item
            if known is None and item is not None:
                insort(places, key.sk)
            elif known is not None and item is None:
                del places[bisect_left(places, key.sk)]
        return self._items

    def behind(self, pk: str, after: str | None, limit: int) -> list[Item]:
        """The first items of a partition behind a place."""
        items, places = self.items(), self._order[pk]
        first = 0 if after is None else bisect_right(places, after)
        return [items[Key(pk, sk)] for sk in places[first : first + limit]]


class LateTable:
    """A `Table` whose batches and queries are late; what decides, a condition, never is."""

    def __init__(self, now: Callable[[], float], lag: float) -> None:
        self._truth = MemoryTable(now)
        self._states = View(now, WRITE_SECONDS)
        self._lists = View(now, WRITE_SECONDS + READ_SECONDS + lag)

    def get(self, key: Key) -> Item | None:
        return self._truth.get(key)

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        items = self._states.items()
        return {key: items[key] for key in keys if key in items}

    def query(self, pk: str, **bounds: Any) -> list[Item]:
        if pk.startswith("FREE#"):
            return self._lists.behind(pk, bounds.get("after"), bounds["limit"])
        return self._truth.query(pk, **bounds)

    def query_page(self, pk: str, **bounds: Any) -> tuple[list[Item], str | None]:
        return self._truth.query_page(pk, **bounds)

    def write(self, *operations: Operation) -> None:
        self._truth.write(*operations)
        for operation in operations:
            view = self._lists if operation.key.pk.startswith("FREE#") else self._states
            view.note(operation.key, self._truth.get(operation.key))
