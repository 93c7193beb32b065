"""What would the table say, if it were a dict?

The same answers as `DynamoTable`, under the same contract test. Every call copies what goes in and
out, is atomic under threads, and tells `on_call` its name before it begins: a simulator switches
tasks, or fails the call, there.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable
from threading import RLock
from typing import Any

from chalicelib.store.attributes import canonical, copied, size_of
from chalicelib.store.effects import holds, updated
from chalicelib.store.operations import (
    INDEXES,
    Check,
    Clock,
    Delete,
    Item,
    Key,
    Operation,
    Put,
    Update,
    WriteConflict,
    readable,
)
from chalicelib.store.ranges import Range, cursor_after, names_of, place_at, place_in
from chalicelib.store.validity import ITEM_BYTES, check_operations


def _nothing(_name: str) -> None:
    pass


class MemoryTable:
    """A `Table` in memory; `now` gives epoch seconds, `on_call` is told each call's name first."""

    def __init__(self, now: Clock, on_call: Callable[[str], None] = _nothing) -> None:
        self._now = now
        self._on_call = on_call
        self._lock = RLock()
        # By index (None is the table itself) and partition: every place in it, in order.
        self._partitions: dict[tuple[str | None, str], list[tuple[str, ...]]] = {}
        self._items: dict[Key, Item] = {}

    def get(self, key: Key) -> Item | None:
        """The item as last written."""
        self._on_call("get")
        with self._lock:
            return self._read(key)

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        """The items that exist among these."""
        self._on_call("get_many")
        with self._lock:
            found = {key: self._read(key) for key in keys}
        return {key: item for key, item in found.items() if item is not None}

    def query(
        self,
        pk: str,
        *,
        prefix: str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: int | None = None,
        reverse: bool = False,
        index: str | None = None,
        consistent: bool = True,
    ) -> list[Item]:
        """A partition's items in order; memory is always consistent."""
        self._on_call("query")
        wanted = Range.between(prefix, after, before)
        return self._select(pk, wanted, limit, reverse=reverse, index=index)

    def query_page(
        self,
        pk: str,
        *,
        limit: int,
        start: str | None = None,
        prefix: str | None = None,
        reverse: bool = False,
        index: str | None = None,
    ) -> tuple[list[Item], str | None]:
        """One page and where the next one starts."""
        self._on_call("query_page")
        wanted = Range.between(prefix, None, None)
        place = place_at(start, index, wanted)
        items = self._select(pk, wanted, limit + 1, reverse=reverse, index=index, place=place)
        if len(items) <= limit:
            return items, None
        return items[:limit], cursor_after(items[limit - 1], index)

    def write(self, *operations: Operation) -> None:
        """Do all of it or nothing."""
        self._on_call("write")
        check_operations(operations)
        with self._lock:
            after: dict[Key, Item | None] = {}
            for position, operation in enumerate(operations):
                if not holds(operation.when, self._items.get(operation.key)):
                    raise WriteConflict(position, self._read(operation.key))
                after[operation.key] = self._after(operation)
            for key, item in after.items():
                self._store(key, item)

    def _read(self, key: Key) -> Item | None:
        item = self._items.get(key)
        return None if item is None else readable(copied(item), self._now())

    def _select(
        self,
        pk: str,
        wanted: Range,
        limit: int | None,
        *,
        reverse: bool,
        index: str | None,
        place: tuple[str, ...] | None = None,
    ) -> list[Item]:
        found: list[Item] = []
        if limit == 0:
            return found
        with self._lock:
            places = self._places(self._partitions.get((index, pk), []), wanted, place, reverse)
            for each in places:
                item = self._read(Key(pk, each[0]) if index is None else Key(each[1], each[2]))
                if item is not None:
                    found.append(item)
                if len(found) == limit:
                    break
        return found

    def _places(
        self,
        places: list[tuple[str, ...]],
        wanted: Range,
        place: tuple[str, ...] | None,
        reverse: bool,
    ) -> list[tuple[str, ...]]:
        """The part of a partition that a query reads, in its order."""
        first = 0 if wanted.first is None else bisect_left(places, (wanted.first,))
        end = len(places) if wanted.end is None else bisect_left(places, (wanted.end,))
        if not reverse:
            after = first if place is None else max(first, bisect_right(places, place))
            return places[after:end]
        before = end if place is None else min(end, bisect_left(places, place))
        return places[first:before][::-1]

    def _after(self, operation: Operation) -> Item | None:
        match operation:
            case Put(key=key, item=item):
                return {**canonical(dict(item)), "pk": key.pk, "sk": key.sk}
            case Update(key=key):
                old = self._items.get(key, {"pk": key.pk, "sk": key.sk})
                item = updated(copied(old), operation)
                if size_of(item) > ITEM_BYTES:
                    raise ValueError(f"{key} would grow beyond {ITEM_BYTES} bytes")
                return item
            case Delete():
                return None
            case Check(key=key):
                return self._items.get(key)

    def _store(self, key: Key, item: Item | None) -> None:
        before = self._items.pop(key, {})
        for index, pk, place in _entries(before):
            places = self._partitions[index, pk]
            del places[bisect_left(places, place)]
        if item is not None:
            self._items[key] = item
            for index, pk, place in _entries(item):
                insort(self._partitions.setdefault((index, pk), []), place)


def _entries(item: dict[str, Any]) -> Iterable[tuple[str | None, str, tuple[str, ...]]]:
    """Where the item is found: in the table, and in each index whose two attributes it has."""
    for index in (None, *INDEXES):
        pk, sk = names_of(index)
        if pk in item and sk in item:
            yield index, item[pk], place_in(item, index)
