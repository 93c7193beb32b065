"""Which rows stand for a text, a label or a flag?

What can be looked up is looked up: whole texts, what they start with and what they end with. Pieces
within a text are searched for, and only the rest is tried question by question.
"""

from collections.abc import Callable, Iterable
from enum import Enum
from functools import reduce
from operator import or_
from typing import Any, TypeAlias

from chalicelib.rules.index.matcher import Matcher
from chalicelib.rules.index.rows import Ask, Asked, Predicate, bits, predicates
from chalicelib.rules.tree import Compare, Test


class _How(Enum):
    """How it is found out which of many predicates hold of a text."""

    ALWAYS = "they do"
    EQUAL = "look the text up"
    START = "look up its first characters"
    END = "look up its last characters"
    PIECE = "see whether the text has the piece"
    TRY = "try each"


# Finds the rows of a value.
Table: TypeAlias = Callable[[Any], int]
# For each key, the rows of which it decides; ascending by the order in which they are added.
_Lookup: TypeAlias = dict[Any, list[int]]


class _Findings:
    """What comes of the answer yes to many questions about one value: a set of rows of each."""

    def __init__(self) -> None:
        self._always = 0
        self._lookups: dict[_How, _Lookup] = {_How.EQUAL: {}, _How.START: {}, _How.END: {}}
        self._pieces: list[tuple[str, int]] = []
        self._tried: list[tuple[Test, int]] = []

    def add(self, predicate: Predicate, rows: list[int]) -> None:
        """Where the predicate holds these rows are among those found."""
        if not rows:
            return
        how, keys = _how(predicate.compare)
        if how is _How.ALWAYS:
            self._always |= bits(rows)
        elif how is _How.PIECE:
            self._pieces += [(key, bits(rows)) for key in keys]
        elif how is _How.TRY:
            self._tried.append((predicate.test, bits(rows)))
        else:
            for key in keys:
                self._lookups[how].setdefault(key, []).extend(rows)

    def of_one(self, base: int) -> Table:
        """Finds the rows of a text, or of yes or no, and `base` besides."""
        base |= self._always
        equal, starts, ends = (_found(lookup) for lookup in self._lookups.values())
        match_whole = Matcher(base, equal, starts, self._pieces).rows
        if not ends and not self._tried:
            return match_whole
        backwards = Matcher(0, {}, {key[::-1]: rows for key, rows in ends.items()}, ()).rows
        tried = self._tried

        def match(value: Any) -> int:
            rows = match_whole(value)
            if ends:
                rows |= backwards(value[::-1])
            for test, more in tried:
                if test(value):
                    rows |= more
            return rows

        return match

    def of_labels(self, base: int) -> Table:
        """Finds the rows of a list, and `base` besides."""
        base |= self._always
        equal = _found(self._lookups[_How.EQUAL])

        def match(labels: frozenset[str]) -> int:
            rows = [equal[label] for label in labels if label in equal]
            rows += [more for test, more in self._tried if test(labels)]
            return reduce(or_, rows, base)

        return match


def words(asked: Asked, every: int, *, listed: bool) -> Table:
    """Finds the rows that stand for a text, a label or a flag; or, when `listed`, for a list."""
    first, further = _first_affirmed(asked)
    helping, hurting = _Findings(), _Findings()
    hurts = False
    for predicate in predicates(first):
        helping.add(predicate, predicate.helped)
        hurting.add(predicate, predicate.hurt)
        hurts = hurts or bool(predicate.hurt)
    base = every & ~bits([row for row, ask in first if ask.affirmed])
    helped = helping.of_labels(base) if listed else helping.of_one(base)
    if not hurts and not further:
        return helped
    hurt = hurting.of_labels(0) if listed else hurting.of_one(0)
    # What a row asks besides its first question must hold too.
    besides = [(each.test, bits(each.helped)) for each in predicates(further)]

    def match(value: Any) -> int:
        rows = helped(value) & ~hurt(value)
        for test, wanting in besides:
            if rows & wanting and not test(value):
                rows &= ~wanting
        return rows

    return match


def _first_affirmed(asked: Asked) -> tuple[Asked, Asked]:
    """Apart from the rest: what a row affirms of a fact of which it affirmed something already."""
    first: list[tuple[int, Ask]] = []
    further: list[tuple[int, Ask]] = []
    last = -1
    for row, ask in asked:
        (further if ask.affirmed and row == last else first).append((row, ask))
        last = row if ask.affirmed else last
    return first, further


def _found(lookup: _Lookup) -> dict[Any, int]:
    return {key: bits(sorted(rows)) for key, rows in lookup.items()}


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
