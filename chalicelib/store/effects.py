"""Does a condition hold for an item, and what does an update make of it?

DynamoDB answers these itself; this is how `MemoryTable` answers alike.
"""

from typing import Any, Final, assert_never

from chalicelib.store.attributes import canonical, encode, total
from chalicelib.store.operations import (
    Absent,
    AnyOf,
    AtMost,
    Condition,
    Equals,
    Greater,
    Has,
    Item,
    Less,
    Missing,
    NotEquals,
    Path,
    Present,
    SizeBelow,
    Update,
    When,
    all_of,
    path_of,
)

NOTHING: Final[Any] = object()


def holds(when: When, item: Item | None) -> bool:
    """Whether all of it holds for what stands there; None is no item."""
    return all(_holds(each, item) for each in all_of(when))


def updated(item: Item, update: Update) -> Item:
    """The item, changed in place; its paths do not overlap, so their order does not matter."""
    for path, value in update.set.items():
        parent, name = _parent(item, path)
        parent[name] = canonical(value)
    for path, number in update.add.items():
        parent, name = _parent(item, path)
        parent[name] = _sum(parent.get(name, 0), number)
    for path in update.remove:
        parent, name = _parent(item, path)
        parent.pop(name, None)
    return item


def _holds(condition: Condition, item: Item | None) -> bool:
    match condition:
        case Absent(expired_at=now):
            return item is None or (now is not None and _at_most(item.get("expires_at"), now))
        case Present():
            return item is not None
        case AnyOf(conditions=conditions):
            return any(holds(each, item) for each in conditions)
        case SizeBelow(path=path, limit=limit):
            return _below(item or {}, path, limit)
        case _:
            return _compares(condition, _found(item or {}, condition.path))


def _compares(
    condition: Equals | NotEquals | Less | AtMost | Greater | Missing | Has, found: Any
) -> bool:
    match condition:
        case Missing():
            return found is NOTHING
        case Has():
            return found is not NOTHING
        case Equals(value=value):
            return _same(found, value)
        case NotEquals(value=value):
            return not _same(found, value)
        case Less(value=value):
            return _ordered(found, value) == -1
        case AtMost(value=value):
            return _at_most(found, value)
        case Greater(value=value):
            return _ordered(found, value) == 1
        case _:
            assert_never(condition)


def _below(item: Item, path: Path, limit: int | Path) -> bool:
    members = _found(item, path)
    bound = limit if isinstance(limit, int) else _found(item, limit)
    return isinstance(members, dict | list) and _ordered(len(members), bound) == -1


def _found(item: Item, path: Path) -> Any:
    found: Any = item
    for name in path_of(path):
        if not isinstance(found, dict) or name not in found:
            return NOTHING
        found = found[name]
    return found


def _same(found: Any, value: Any) -> bool:
    if type(found) is str and type(value) is str:
        return found == value
    # By their spelling: Python holds True equal to 1, the table does not.
    return found is not NOTHING and encode(found) == encode(value)


def _at_most(found: Any, value: Any) -> bool:
    return _ordered(found, value) in (-1, 0)


def _ordered(found: Any, value: Any) -> int | None:
    """-1, 0 or 1; None when they are not of one kind that has an order."""
    kinds: tuple[Any, ...] = (int | float, str, bytes)
    alike = any(isinstance(found, kind) and isinstance(value, kind) for kind in kinds)
    if not alike or isinstance(found, bool):
        return None
    return int(found > value) - int(found < value)


def _sum(found: Any, increment: int) -> float:
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise ValueError(f"nothing can be added to {type(found).__name__}")
    return total(found, increment)


def _parent(item: Item, path: Path) -> tuple[dict[str, Any], str]:
    *above, name = path_of(path)
    parent = _found(item, tuple(above))
    if not isinstance(parent, dict):
        raise ValueError(f"no map at {'.'.join(above)}")
    return parent, name
