"""Which rows stand for a text, a label or a flag?

What can be looked up is looked up: whole texts, what they start with and what they end with. Pieces
within a text are searched for, and only the rest is tried question by question.
"""

from bisect import bisect_right
from collections.abc import Iterable
from enum import Enum
from functools import reduce
from operator import or_
from typing import Any, Final, TypeAlias

from chalicelib.rules.index_rows import Ask, Asked, Effect, Predicate, bits, predicates
from chalicelib.rules.tree import Compare, Test

_NO_EFFECT: Final = Effect(0, 0)


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
        keys = self._keys
        place = bisect_right(keys, text) - 1
        while place >= 0:
            if text.startswith(keys[place]):
                return self._effects[place]
            place = self._shorter[place]
        return _NO_EFFECT


class Words:
    """Texts, labels and flags: what can be looked up is looked up, the rest is tried."""

    def __init__(self, asked: Asked, every: int) -> None:
        first, further = _first_affirmed(asked)
        self._base = every & ~bits([row for row, ask in first if ask.affirmed])
        # What a row asks besides its first question must hold too.
        self._further = [(each.test, bits(each.helped)) for each in predicates(further)]
        self._pieces: list[tuple[str, int, int]] = []
        self._tried: list[tuple[Test, int, int]] = []
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
            self._pieces += [(key, *predicate.effect) for key in keys]
        elif how is _How.TRY:
            self._tried.append((predicate.test, *predicate.effect))
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
            helped |= more
            hurt |= less
        if self._ends is not None:
            more, less = self._ends.of(value[::-1])
            helped |= more
            hurt |= less
        for piece, more, less in self._pieces:
            if piece in value:
                helped |= more
                hurt |= less
        for test, more, less in self._tried:
            if test(value):
                helped |= more
                hurt |= less
        rows = self._base | helped
        hurt |= self._never
        if hurt:
            rows &= ~hurt
        return self._but_further(value, rows) if self._further else rows

    def of_labels(self, labels: frozenset[str]) -> int:
        """The rows that stand for a list."""
        effects = [self._equal[label] for label in labels if label in self._equal]
        effects += [Effect(*effect) for test, *effect in self._tried if test(labels)]
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
