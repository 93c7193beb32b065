"""Which rows does the value of a fact leave standing?

One column per fact, one bit per row: a set bit says that the value contradicts nothing that the row
asks of the fact. A value is looked at once; the next time its rows are known. How they are found is
the affair of a table.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from enum import Enum
from functools import reduce
from operator import or_
from typing import Any, Final, TypeAlias

from chalicelib.rules.facts import Kind
from chalicelib.rules.index_line import Line
from chalicelib.rules.index_rows import Ask, Asked, Effect, Predicate, bits, predicates
from chalicelib.rules.tree import Compare, Test

Table: TypeAlias = Callable[[Any], int]

MOST_VALUES: Final = 4096
# What is remembered of one fact takes no more than this, in bits of rows.
MOST_BITS: Final = 1 << 25
LONGEST_VALUE: Final = 256

_NO_EFFECT: Final = Effect(0, 0)
_NO_TEXTS: Final = frozenset({Kind.BOOLEAN, Kind.NUMBER, Kind.LIST})
_ORDERED: Final = frozenset({Kind.NUMBER, Kind.DATE, Kind.TIME})


class Column(dict[Hashable, int]):
    """What the rows ask of one fact: by value, those that stand. A value not met yet is learnt."""

    __slots__ = (
        *("_absent", "_limit", "_read", "_table"),
        *("affirmed", "asking", "fact", "is_text", "kind", "passing"),
    )

    def __init__(self, asked: Asked, every: int) -> None:
        super().__init__()
        compare = asked[0][1].compare
        self.fact = compare.fact
        self.kind = compare.kind
        self.is_text = self.kind not in _NO_TEXTS
        self.asking = sorted({row for row, _ in asked})
        self.affirmed = bits([row for row, ask in asked if ask.affirmed])
        self.passing = _passing(asked)
        self._absent = every & ~self.affirmed
        self._limit = min(MOST_VALUES, max(64, MOST_BITS // (every.bit_length() + 1)))
        self._read = compare.read
        self._table = _table(self.kind, asked, every)

    def rows(self, value: object) -> int:
        """The rows that stand for this value, whatever it is; nothing is remembered."""
        found = self._read(value)
        return self._absent if found is None else self._table(found)

    def __missing__(self, value: Any) -> int:
        found = self._read(value)
        rows = self._absent if found is None else self._table(found)
        kind = value.__class__
        if kind is float or (kind is str and len(value) > LONGEST_VALUE):
            return rows
        if len(self) >= self._limit:
            self.clear()
        self[value] = rows
        return rows


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
    words = _Words(asked, every)
    return words.of_labels if kind is Kind.LIST else words.of_one


class _How(Enum):
    """How it is found out which of many predicates hold of a text."""

    ALWAYS = "they do"
    EQUAL = "look the text up"
    START = "look up its first characters"
    END = "look up its last characters"
    PIECE = "see whether the text has the piece"
    TRY = "try each"


# For each key, the rows that a match helps, and those that it rules out.
_Lookup: TypeAlias = dict[Any, tuple[list[int], list[int]]]


class _Starts:
    """What comes of the keys that a text starts with.

    In sorted order the last key not behind the text starts with every key that the text starts
    with, so they are all found on the way from it to ever shorter ones.
    """

    def __init__(self, lookup: _Lookup) -> None:
        effects = _effects(lookup)
        self._keys: list[str] = sorted(effects)
        self._shorter: list[int] = []
        self._effects: list[Effect] = []
        for place, key in enumerate(self._keys):
            shorter = place - 1
            while shorter >= 0 and not key.startswith(self._keys[shorter]):
                shorter = self._shorter[shorter]
            effect = effects[key]
            if shorter >= 0:
                before = self._effects[shorter]
                effect = Effect(effect.helped | before.helped, effect.hurt | before.hurt)
            self._shorter.append(shorter)
            self._effects.append(effect)

    def of(self, text: str) -> Effect:
        """What comes of all of them together."""
        place = bisect_right(self._keys, text) - 1
        while place >= 0:
            if text.startswith(self._keys[place]):
                return self._effects[place]
            place = self._shorter[place]
        return _NO_EFFECT


class _Words:
    """Texts, labels and flags: what can be looked up is looked up, the rest is tried."""

    def __init__(self, asked: Asked, every: int) -> None:
        first, further = _first_affirmed(asked)
        self._base = every & ~bits([row for row, ask in first if ask.affirmed])
        # What a row asks besides its first question must hold too.
        self._further = [(each.test, bits(each.helped)) for each in predicates(further)]
        self._pieces: list[tuple[str, Effect]] = []
        self._tried: list[tuple[Test, Effect]] = []
        self._never = 0
        lookups: dict[_How, _Lookup] = {_How.EQUAL: {}, _How.START: {}, _How.END: {}}
        for predicate in predicates(first):
            self._place(predicate, lookups)
        self._equal = _effects(lookups[_How.EQUAL])
        backwards = {key[::-1]: rows for key, rows in lookups[_How.END].items()}
        self._starts = _Starts(lookups[_How.START]) if lookups[_How.START] else None
        self._ends = _Starts(backwards) if backwards else None

    def _place(self, predicate: Predicate, lookups: dict[_How, _Lookup]) -> None:
        how, keys = _how(predicate.compare)
        if how is _How.ALWAYS:
            self._base |= predicate.effect.helped
            self._never = predicate.effect.hurt
        elif how is _How.PIECE:
            self._pieces += [(key, predicate.effect) for key in keys]
        elif how is _How.TRY:
            self._tried.append((predicate.test, predicate.effect))
        else:
            for key in keys:
                helped, hurt = lookups[how].setdefault(key, ([], []))
                helped += predicate.helped
                hurt += predicate.hurt

    def of_one(self, value: Any) -> int:
        """The rows that stand for a text, or for yes or no."""
        helped, hurt = self._equal.get(value, _NO_EFFECT)
        if self._starts is not None:
            more, less = self._starts.of(value)
            helped, hurt = helped | more, hurt | less
        if self._ends is not None:
            more, less = self._ends.of(value[::-1])
            helped, hurt = helped | more, hurt | less
        for piece, effect in self._pieces:
            if piece in value:
                helped, hurt = helped | effect[0], hurt | effect[1]
        for test, effect in self._tried:
            if test(value):
                helped, hurt = helped | effect[0], hurt | effect[1]
        rows = (self._base | helped) & ~(self._never | hurt)
        return self._but_further(value, rows) if self._further else rows

    def of_labels(self, labels: frozenset[str]) -> int:
        """The rows that stand for a list."""
        effects = [self._equal[label] for label in labels if label in self._equal]
        effects += [effect for test, effect in self._tried if test(labels)]
        helped = reduce(or_, (effect.helped for effect in effects), self._base)
        hurt = reduce(or_, (effect.hurt for effect in effects), self._never)
        return self._but_further(labels, helped & ~hurt)

    def _but_further(self, value: Any, rows: int) -> int:
        for test, wanting in self._further:
            if rows & wanting and not test(value):
                rows &= ~wanting
        return rows


def _first_affirmed(asked: Asked) -> tuple[Asked, Asked]:
    """Apart from the rest: what a row affirms of a fact of which it affirmed something already."""
    first: list[tuple[int, Ask]] = []
    further: list[tuple[int, Ask]] = []
    last = -1
    for row, ask in asked:
        (further if ask.affirmed and row == last else first).append((row, ask))
        last = row if ask.affirmed else last
    return first, further


def _effects(lookup: _Lookup) -> dict[Any, Effect]:
    return {
        key: Effect(bits(sorted(helped)), bits(sorted(hurt)))
        for key, (helped, hurt) in lookup.items()
    }


def _how(compare: Compare) -> tuple[_How, Iterable[Any]]:
    operand = compare.operand
    match compare.positive:
        case "present":
            return _How.ALWAYS, ()
        case "is" | "has":
            return _How.EQUAL, (operand,)
        case "in" | "has_any":
            return _How.EQUAL, operand
        case "starts_with":
            return _How.START, (operand,)
        case "ends_with" if operand:
            return _How.END, (operand,)
        case "contains":
            return _How.PIECE, (operand,)
        case "like":
            return _pattern(operand)
        case _:
            return _How.TRY, ()


def _pattern(pattern: str) -> tuple[_How, Iterable[str]]:
    """Most patterns are no more than a text with a star before it, behind it, or both."""
    text = pattern.strip("*")
    if not text or "*" in text or "?" in text:
        return _How.TRY, ()
    match pattern[0] == "*", pattern[-1] == "*":
        case True, True:
            return _How.PIECE, (text,)
        case True, False:
            return _How.END, (text,)
        case False, True:
            return _How.START, (text,)
        case _:
            return _How.EQUAL, (text,)
