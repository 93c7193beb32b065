"""Which writes would no table take?

A fault here is a mistake of ours, so it is a `ValueError`, and the same one from every table.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import Any, Final

from chalicelib.store.attributes import canonical, size_of
from chalicelib.store.operations import (
    INDEXES,
    KEY_ATTRIBUTES,
    STAMP,
    AnyOf,
    AtMost,
    Check,
    Greater,
    Less,
    Operation,
    Put,
    Update,
    When,
    all_of,
    path_of,
)

OPERATIONS: Final = 100
ITEM_BYTES: Final = 400 * 1024
STAMP_BYTES: Final = 64
PLACES: Final = frozenset(name for pair in INDEXES.values() for name in pair)


def check_operations(operations: Sequence[Operation]) -> None:
    """Refuse what DynamoDB refuses, before anything is sent."""
    if not 1 <= len(operations) <= OPERATIONS:
        raise ValueError(f"a write has 1 to {OPERATIONS} operations, not {len(operations)}")
    if len({each.key for each in operations}) < len(operations):
        raise ValueError("two operations of one transaction on the same key")
    for operation in operations:
        _check_key(operation.key.pk, operation.key.sk)
        _check_when(operation.when)
        match operation:
            case Put(item=item):
                _check_put({**item, "pk": operation.key.pk, "sk": operation.key.sk})
            case Update():
                _check_update(operation)
            case Check(when=()):
                raise ValueError("a check needs a condition")
            case _:
                pass


def _check_key(*parts: str) -> None:
    if not all(parts):
        raise ValueError("a key has no empty part")


def _check_put(item: dict[str, Any]) -> None:
    if STAMP in item:
        raise ValueError(f"{STAMP} is the table's own attribute")
    _check_places(item)
    if size_of(canonical(item)) > ITEM_BYTES - STAMP_BYTES:
        raise ValueError(f"an item has at most {ITEM_BYTES} bytes")


def _check_update(update: Update) -> None:
    paths = sorted(path_of(path) for path in (*update.set, *update.remove, *update.add))
    for path in paths:
        if not path or path[0] in (*KEY_ATTRIBUTES, STAMP):
            raise ValueError(f"{path} cannot be updated")
    for one, other in combinations(paths, 2):
        if other[: len(one)] == one:
            raise ValueError(f"{one} and {other} overlap")
    for value in update.set.values():
        canonical(value)
    for number in update.add.values():
        if type(number) is not int:
            raise ValueError(f"only whole numbers are added, not {number!r}")
    _check_places({name: value for name, value in update.set.items() if isinstance(name, str)})


def _check_places(item: dict[str, Any]) -> None:
    for name in PLACES & item.keys():
        if not isinstance(item[name], str) or not item[name]:
            raise ValueError(f"{name} places the item in an index: a text, not empty")


def _check_when(when: When) -> None:
    for condition in all_of(when):
        match condition:
            case Less(value=value) | AtMost(value=value) | Greater(value=value):
                if isinstance(value, bool) or not isinstance(value, int | float | str | bytes):
                    raise ValueError(f"{value!r} has no order")
            case AnyOf(conditions=conditions):
                if not conditions or () in conditions:
                    raise ValueError("an empty choice")
                for each in conditions:
                    _check_when(each)
            case _:
                pass
