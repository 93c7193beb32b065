"""Which rows does the value of a fact leave standing?

One column per fact, one bit per row: a set bit says that the value contradicts nothing that the row
asks of the fact. A value that comes often is looked at once, and then its rows are known. How they
are found is the affair of a table.
"""

from collections import Counter
from typing import Any, Final

from chalicelib.rules.facts import Kind
from chalicelib.rules.index.line import Line
from chalicelib.rules.index.rows import Asked, bits
from chalicelib.rules.index.words import Table, words

MOST_VALUES: Final = 4096
# What is remembered of one fact takes no more than this, in bits of rows.
MOST_BITS: Final = 1 << 25
LONGEST_VALUE: Final = 256

# After so many new values it is seen how many of the next ones are new.
PATIENCE: Final = 256
TRIAL: Final = 64
MOST_NEW: Final = 56
# Then so many are read without a look at what was met before.
IN_VAIN: Final = 8192

_NO_TEXTS: Final = frozenset({Kind.BOOLEAN, Kind.NUMBER, Kind.LIST})
_ORDERED: Final = frozenset({Kind.NUMBER, Kind.DATE, Kind.TIME})


class Column:
    """What the rows ask of one fact; `met` has the rows that stand for the values it remembers.

    `met` is asked first, and `learn` only where it has no answer: most values were met before.
    Where nearly every value is new, as paths may be that name a product or a search, looking for
    it and keeping it costs more than it ever gives back. So now and then a few values are counted,
    and if hardly any was known, `met` is empty for a while, and the values are just read.
    """

    __slots__ = (
        *("_absent", "_limit", "_memory", "_read", "_table"),
        *("_in_vain", "_missed", "_new", "_tried"),
        *("affirmed", "asked", "asking", "fact", "is_flag", "is_text", "kind", "met", "passing"),
    )

    def __init__(self, asked: Asked, every: int) -> None:
        compare = asked[0][1].compare
        self.fact = compare.fact
        self.kind = compare.kind
        self.is_text = self.kind not in _NO_TEXTS
        self.is_flag = self.kind is Kind.BOOLEAN
        self.asking = sorted({row for row, _ in asked})
        self.asked = bits(self.asking)
        self.affirmed = bits([row for row, ask in asked if ask.affirmed])
        self.passing = _passing(asked)
        self._read = compare.read
        self._absent = every & ~self.affirmed
        self._table = _table(self.kind, asked, every)
        self._limit = most_values(every)
        self._memory: dict[object, int] = {}
        self.met = self._memory
        self._new = self._tried = self._missed = self._in_vain = 0

    def standing(self, facts: dict[str, Any]) -> int:
        """The rows that stand for these facts; raises `TypeError` for a list."""
        value = facts.get(self.fact)
        # To a dictionary yes is 1 and no is 0; to a rule a flag is no number, nor a number a flag.
        if (value is True or value is False) is not self.is_flag:
            value = None
        rows = self.met.get(value)
        return self.learn(value) if rows is None else rows

    def rows(self, value: object) -> int:
        """The rows that stand for a value."""
        found = self._read(value)
        return self._absent if found is None else self._table(found)

    def learn(self, value: object) -> int:
        """The rows that stand for a value that is not among those met."""
        if self.met is not self._memory:
            return self._doubted(value)
        self._new += 1
        if self._new == PATIENCE:
            self._new = 0
            self.met = {}
        return self._kept(value)

    def _doubted(self, value: object) -> int:
        if self._in_vain:
            self._in_vain -= 1
            return self.rows(value)
        rows = self._memory.get(value)
        if rows is None:
            self._missed += 1
            rows = self._kept(value)
        self._tried += 1
        if self._tried == TRIAL:
            if self._missed < MOST_NEW:
                self.met = self._memory
            else:
                self._in_vain = IN_VAIN
            self._tried = self._missed = 0
        return rows

    def _kept(self, value: object) -> int:
        rows = self.rows(value)
        if _can_be_met_again(value):
            if len(self._memory) >= self._limit:
                self._memory.clear()
            self._memory[value] = rows
        return rows


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
