"""Which rows does the value of a fact leave standing?

One column per fact, one bit per row: a set bit says that the value contradicts nothing that the row
asks of the fact. A value that comes often is looked at once, and then its rows are known. How they
are found is the affair of a table.
"""

from collections import Counter
from collections.abc import Callable, Hashable
from typing import Any, Final, NamedTuple, TypeAlias

from chalicelib.rules.facts import Kind
from chalicelib.rules.index.line import Line
from chalicelib.rules.index.rows import Asked, bits
from chalicelib.rules.index.words import words

Table: TypeAlias = Callable[[Any], int]
Known: TypeAlias = Callable[[object], int | None]
Learn: TypeAlias = Callable[[object], int]

MOST_VALUES: Final = 4096
# What is remembered of one fact takes no more than this, in bits of rows.
MOST_BITS: Final = 1 << 25
LONGEST_VALUE: Final = 256

_NO_TEXTS: Final = frozenset({Kind.BOOLEAN, Kind.NUMBER, Kind.LIST})
_ORDERED: Final = frozenset({Kind.NUMBER, Kind.DATE, Kind.TIME})


class Parts(NamedTuple):
    """How a value is read, the rows that stand when it is none, and those that stand for it."""

    read: Callable[[object], Any]
    absent: int
    table: Table


class Column:
    """What the rows ask of one fact: those that are `known` to stand for a value, or to `learn`."""

    __slots__ = (
        *("affirmed", "asking", "fact", "is_text", "kind"),
        *("known", "learn", "parts", "passing"),
    )

    def __init__(self, asked: Asked, every: int) -> None:
        compare = asked[0][1].compare
        self.fact = compare.fact
        self.kind = compare.kind
        self.is_text = self.kind not in _NO_TEXTS
        self.asking = sorted({row for row, _ in asked})
        self.affirmed = bits([row for row, ask in asked if ask.affirmed])
        self.passing = _passing(asked)
        met: dict[Hashable, int] = {}
        # Asked before `learn`, because most values were met before.
        self.known = met.get
        self.parts = Parts(compare.read, every & ~self.affirmed, _table(self.kind, asked, every))
        self.learn = _learner(self.parts, met, most_values(every))


def _learner(parts: Parts, met: dict[Hashable, int], limit: int) -> Learn:
    read, absent, table = parts

    def learn(value: Any) -> int:
        found = read(value)
        rows = absent if found is None else table(found)
        if _can_be_met_again(value):
            if len(met) >= limit:
                met.clear()
            met[value] = rows
        return rows

    return learn


def _can_be_met_again(value: object) -> bool:
    """Amounts and long texts are not worth remembering, and lists cannot be."""
    if isinstance(value, str):
        return len(value) <= LONGEST_VALUE
    return value is None or isinstance(value, int)


def most_values(every: int) -> int:
    """How many values of one fact are remembered with their rows."""
    return min(MOST_VALUES, max(64, MOST_BITS // (every.bit_length() + 1)))


def _passing(asked: Asked) -> float:
    """The share of what rows want that one value is likely to satisfy."""
    if asked[0][1].compare.kind in _ORDERED:
        return 0.5
    # Two more than there are: few rules do not name all values.
    wanted = Counter(ask.compare.operand for _, ask in asked if ask.affirmed)
    return sum(times * times for times in wanted.values()) / (wanted.total() + 2) ** 2


def _table(kind: Kind, asked: Asked, every: int) -> Table:
    if kind in _ORDERED:
        return Line(asked, every).rows
    return words(asked, every, listed=kind is Kind.LIST)
