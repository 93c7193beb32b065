"""Which rows does the value of a fact leave standing?

One column per fact, one bit per row: a set bit says that the value contradicts nothing that the row
asks of the fact. A value that comes often is looked at once, and then its rows are known. How they
are found is the affair of a table.
"""

from collections import Counter
from collections.abc import Callable, Hashable
from typing import Any, Final, TypeAlias

from chalicelib.rules.facts import Kind
from chalicelib.rules.index_line import Line
from chalicelib.rules.index_rows import Asked, bits
from chalicelib.rules.index_words import words

Table: TypeAlias = Callable[[Any], int]
Known: TypeAlias = Callable[[object], int | None]
Learn: TypeAlias = Callable[[object], int]

MOST_VALUES: Final = 4096
# What is remembered of one fact takes no more than this, in bits of rows.
MOST_BITS: Final = 1 << 25
LONGEST_VALUE: Final = 256
# For so many times its size a full memory takes in nothing new.
REST: Final = 8

_NO_TEXTS: Final = frozenset({Kind.BOOLEAN, Kind.NUMBER, Kind.LIST})
_ORDERED: Final = frozenset({Kind.NUMBER, Kind.DATE, Kind.TIME})


class Column:
    """What the rows ask of one fact: those that are `known` to stand for a value, or to `learn`."""

    __slots__ = (
        *("_absent", "_learnt", "_limit", "_read", "_rows", "_table"),
        *("affirmed", "asking", "fact", "is_text", "kind", "known", "passing"),
    )

    def __init__(self, asked: Asked, every: int) -> None:
        self._rows: dict[Hashable, int] = {}
        # Asked before `learn`, because most values were met before.
        self.known = self._rows.get
        compare = asked[0][1].compare
        self.fact = compare.fact
        self.kind = compare.kind
        self.is_text = self.kind not in _NO_TEXTS
        self.asking = sorted({row for row, _ in asked})
        self.affirmed = bits([row for row, ask in asked if ask.affirmed])
        self.passing = _passing(asked)
        self._absent = every & ~self.affirmed
        self._limit = most_values(every)
        self._learnt = 0
        self._read = compare.read
        self._table = _table(self.kind, asked, every)

    def rows(self, value: object) -> int:
        """The rows that stand for this value, whatever it is; nothing is remembered."""
        found = self._read(value)
        return self._absent if found is None else self._table(found)

    def learn(self, value: Any) -> int:
        """The rows that stand for a value that is not known."""
        found = self._read(value)
        rows = self._absent if found is None else self._table(found)
        self._learnt += 1
        if self._learnt > self._limit:
            # What comes often is in by now, what comes once need not be: rest, then start anew.
            if self._learnt < self._limit * REST:
                return rows
            self._learnt = 0
            self._rows.clear()
        kind = value.__class__
        if kind is not float and (kind is not str or len(value) <= LONGEST_VALUE):
            self._rows[value] = rows
        return rows


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
