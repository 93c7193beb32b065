"""Which rows hold for these facts, and which are still possible?

First come the columns that leave few rows standing. When hardly any are left, only what these rows
ask is looked at; else what a few values answer is asked together, and then the rest. Counters come
last: most visits are through with most rules before, and as soon as nothing is possible nothing
more is asked.
"""

from collections.abc import Iterable, Sequence
from functools import reduce
from numbers import Real
from operator import or_
from typing import Any, Final, TypeAlias

from chalicelib.rules.counters import Span
from chalicelib.rules.facts import Facts, Kind
from chalicelib.rules.index.columns import Column
from chalicelib.rules.index.counters import Counter, State, States
from chalicelib.rules.index.groups import grouped
from chalicelib.rules.index.rows import Asked

# So many rows are quicker asked one by one.
FEW: Final = 2
# Of what one value satisfies so seldom, the rows count as gone.
RARE: Final = 0.2

# The rows that hold, those that do or still may, and what counters say of them, by fact.
Outcomes: TypeAlias = tuple[int, int, States]
NOTHING_STANDS: Final[Outcomes] = (0, 0, ())
# Facts in the form that is looked up fastest.
_Known: TypeAlias = dict[str, Any]


class Sieve:
    """All columns, in the order in which they are asked."""

    def __init__(self, asked: Iterable[Asked], every: int) -> None:
        settled: list[Column] = []
        counters: list[Counter] = []
        for each in asked:
            if each[0][1].span is None:
                settled.append(Column(each, every))
            else:
                counters.append(Counter(each, every))
        self._every: int = every
        self._lists = [each for each in settled if each.kind is Kind.LIST]
        simple = _ranked([each for each in settled if each.kind is not Kind.LIST], every)
        first = _first(simple, every)
        self._first = simple[:first]
        others = simple[first:]
        self._groups, rest = grouped(others, every)
        # Amounts are rarely met twice, so numbers come last.
        self._rest = sorted(rest, key=lambda each: each.kind is Kind.NUMBER)
        self._bits: list[int] = [1 << number for number in range(every.bit_length())]
        self._others_of = _columns_of(others, every)
        self._rest_of = _columns_of(rest, every)
        self.counters = sorted(counters, key=lambda counter: counter.fact)
        self.hopeless = reduce(or_, (each.hopeless for each in counters), 0)

    def outcomes(self, facts: Facts) -> Outcomes:
        """What stands of all rows for these facts."""
        known = facts if isinstance(facts, dict) else dict(facts)
        try:
            return self._outcomes(known)
        except TypeError:
            return self._outcomes(self._without_lists(known))

    def _outcomes(self, facts: _Known) -> Outcomes:
        rows = self._every
        for column in self._first:
            rows &= column.standing(facts)
            if not rows:
                return NOTHING_STANDS
        if rows.bit_count() <= FEW:
            rows = self._one_by_one(facts, rows, self._others_of)
        else:
            rows = self._all_at_once(facts, rows)
        return self._counted(facts, rows) if rows else NOTHING_STANDS

    def _one_by_one(self, facts: _Known, rows: int, columns_of: Sequence[Sequence[Column]]) -> int:
        left = rows
        while left:
            number = left.bit_length() - 1
            row = self._bits[number]
            left ^= row
            for column in columns_of[number]:
                if not column.standing(facts) & row:
                    rows ^= row
                    break
        return rows

    def _all_at_once(self, facts: _Known, rows: int) -> int:
        for group in self._groups:
            rows &= group.standing(facts)
            if not rows:
                return 0
        if rows.bit_count() <= FEW:
            return self._one_by_one(facts, rows, self._rest_of)
        for column in self._rest:
            if rows & column.asked:
                rows &= column.standing(facts)
                if not rows:
                    return 0
        return rows

    def spans_of(self, row: int) -> dict[str, Span]:
        """Between which counts a row wants each counter that it names."""
        found = ((counter.fact, counter.spans.get(row)) for counter in self.counters)
        return {fact: span for fact, span in found if span is not None}

    def _counted(self, facts: _Known, possible: int) -> Outcomes:
        for column in self._lists:
            possible &= column.rows(facts.get(column.fact))
        holding = possible
        states: list[tuple[Counter, State]] = []
        for counter in self.counters:
            if possible & counter.asking:
                state = counter.state(facts)
                holding &= state.holding
                possible &= state.possible
                states.append((counter, state))
        return holding, possible, states

    def _without_lists(self, facts: _Known) -> _Known:
        """Lists cannot be looked up, and count as absent wherever no list is expected."""
        lists = {column.fact for column in self._lists}
        return {
            name: value if name in lists or isinstance(value, str | Real) else None
            for name, value in facts.items()
        }


def _columns_of(columns: Iterable[Column], every: int) -> list[list[Column]]:
    """For each row the columns that ask it something, first what it is likeliest to fail."""
    wanting: list[list[Column]] = [[] for _ in range(every.bit_length())]
    denying: list[list[Column]] = [[] for _ in wanting]
    for column in sorted(columns, key=lambda column: column.passing):
        for row in column.asking:
            (wanting if column.affirmed >> row & 1 else denying)[row].append(column)
    return [one + other for one, other in zip(wanting, denying, strict=True)]


def _ranked(columns: list[Column], every: int) -> list[Column]:
    """In the order in which they thin out the rows fastest: each where the former ones do least."""
    ranked: list[Column] = []
    left = sorted(columns, key=lambda column: column.fact)
    rows = every
    while left:
        best = max(left, key=lambda each: (each.affirmed & rows).bit_count() * (1 - each.passing))
        if best.passing < RARE:
            rows = rows & ~best.affirmed or every
        left = [column for column in left if column is not best]
        ranked.append(best)
    return ranked


def _first(ranked: list[Column], every: int) -> int:
    """How many columns it takes until each row has been asked what few values satisfy."""
    number = 0
    while number < len(ranked) and every and ranked[number].is_text:
        if ranked[number].passing < RARE:
            every &= ~ranked[number].affirmed
        number += 1
    return number
