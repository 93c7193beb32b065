"""What can be asked of the table, and what must hold for a write to happen?

Values only. `MemoryTable` and `DynamoTable` answer them alike. An item is a dict of str, int,
float, bool, None, list, dict and bytes; reading gives it back with its `pk` and `sk`. An item whose
`expires_at` (epoch seconds) has passed is not read any more, but it may still stand in the way of a
condition: `Absent(expired_at=now)` takes its place.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Protocol

from chalicelib.errors import Conflict, VestibuleError

Item = dict[str, Any]
Path = str | tuple[str, ...]
Clock = Callable[[], float]
# By path. A Mapping is invariant in its keys: with Path here, no dict[str, …] could be given.
Values = Mapping[Any, Any]
Increments = Mapping[Any, int]

KEY_ATTRIBUTES: Final = ("pk", "sk")
STAMP: Final = "written_by"
INDEXES: Final = {"listing": ("listing_pk", "listing_sk"), "due": ("due_pk", "due_sk")}


class Key(NamedTuple):
    """The name of one item: its partition and its place in it."""

    pk: str
    sk: str


@dataclass(frozen=True, slots=True)
class Absent:
    """No item stands there; one that expired by `expired_at` (epoch seconds) counts as none."""

    expired_at: float | None = None


@dataclass(frozen=True, slots=True)
class Present:
    """An item stands there."""


@dataclass(frozen=True, slots=True)
class Equals:
    """The attribute is there and holds this value, of the same type."""

    path: Path
    value: Any


@dataclass(frozen=True, slots=True)
class NotEquals:
    """The attribute is missing or holds something else."""

    path: Path
    value: Any


@dataclass(frozen=True, slots=True)
class Less:
    """The attribute is a number (text, bytes) below this one."""

    path: Path
    value: float | str | bytes


@dataclass(frozen=True, slots=True)
class AtMost:
    """The attribute is a number (text, bytes) not above this one."""

    path: Path
    value: float | str | bytes


@dataclass(frozen=True, slots=True)
class Greater:
    """The attribute is a number (text, bytes) above this one."""

    path: Path
    value: float | str | bytes


@dataclass(frozen=True, slots=True)
class Missing:
    """The attribute is not there; null counts as there."""

    path: Path


@dataclass(frozen=True, slots=True)
class Has:
    """The attribute is there, be it null."""

    path: Path


@dataclass(frozen=True, slots=True)
class SizeBelow:
    """The map or list has fewer members than a number says, given here or held at another path."""

    path: Path
    limit: int | Path


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of them holds; a tuple among them holds as a whole."""

    conditions: "tuple[When, ...]"


Condition = (
    Absent
    | Present
    | Equals
    | NotEquals
    | Less
    | AtMost
    | Greater
    | Missing
    | Has
    | SizeBelow
    | AnyOf
)
When = Condition | tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Put:
    """Write the whole item, replacing what stood there."""

    key: Key
    item: Mapping[str, Any]
    when: When = ()


@dataclass(frozen=True, slots=True)
class Update:
    """Change some attributes, creating the item if need be; the maps on a path must exist.

    `add` counts a missing attribute as 0. Repeated after a lost answer it adds once, unless another
    writer came between: what must be exact goes with a second operation in one transaction.
    """

    key: Key
    set: Values = field(default_factory=dict)
    remove: tuple[Path, ...] = ()
    add: Increments = field(default_factory=dict)
    when: When = ()


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove the item; without a condition, removing nothing is fine."""

    key: Key
    when: When = ()


@dataclass(frozen=True, slots=True)
class Check:
    """Change nothing, but let the transaction happen only under this condition."""

    key: Key
    when: When


Operation = Put | Update | Delete | Check


class WriteConflict(Conflict):
    """A condition did not hold: of operation number `index`, because `existing` stood there."""

    def __init__(self, index: int, existing: Item | None) -> None:
        super().__init__("someone else changed it first")
        self.index = index
        self.existing = existing


class Busy(VestibuleError):
    """The table cannot take the request now, after all our retries: ask again in a moment."""

    def __init__(self) -> None:
        super().__init__("too much at once; try again in a moment", "busy")


class Table(Protocol):
    """One table of consistent reads and conditional writes; every method may raise `Busy`."""

    def get(self, key: Key) -> Item | None:
        """The item as last written."""

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        """The items that exist among these, each as last written."""

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
        """A partition's items in order of sort key, strictly between `after` and `before`.

        `limit` counts living items. Through an index the answer may be some moments old.
        """

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
        """One page and where the next one starts, None at the end.

        Raises `Invalid` for a `start` that no page gave out.
        """

    def write(self, *operations: Operation) -> None:
        """Do all of it or nothing.

        Raises `WriteConflict`, or `ValueError` for what no table would take: two operations on one
        key, a number that is not finite, a path through a map that is not there, 400 KB.
        """


def path_of(path: Path) -> tuple[str, ...]:
    """The members to walk through, outermost first."""
    return (path,) if isinstance(path, str) else path


def all_of(when: When) -> tuple[Condition, ...]:
    """The conditions that must hold together."""
    return when if isinstance(when, tuple) else (when,)


def readable(item: Item, now: float) -> Item | None:
    """The item as a reader may see it: alive, without the table's own mark."""
    expires_at = item.get("expires_at")
    if isinstance(expires_at, int | float) and expires_at <= now:
        return None
    item.pop(STAMP, None)
    return item
