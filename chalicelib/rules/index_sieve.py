"""Which rows hold for these facts, and which are still possible?

First come the columns that leave few rows standing. When hardly any are left, only what these rows
ask is looked at; else all columns are. Counters come last: most visits are through with most rules
before, and as soon as nothing is possible nothing more is asked.
"""

from collections.abc import Iterable
from numbers import Real
from operator import getitem
from typing import Final, NamedTuple, TypeAlias

from chalicelib.rules.counters import Span
from chalicelib.rules.facts import Facts, Kind
from chalicelib.rules.index_columns import Column
from chalicelib.rules.index_counters import PENDING, Counter, State, States
from chalicelib.rules.index_rows import Asked

# So many rows are quicker asked one by one.
FEW: Final = 4
# Of what one value satisfies so seldom, the rows count as gone.
RARE: Final = 0.2

# A fact, its column, and whether it is a flag. To a dictionary yes is 1 and no is 0; to a rule a
# flag is no number, and no number is a flag.
_Lane: TypeAlias = tuple[str, Column, bool]


class Outcomes(NamedTuple):
    """The rows that hold, those that do or still may, and what counters say of them, by fact."""

    holding: int
    possible: int
    states: States


NOTHING_STANDS: Final = Outcomes(0, 0, ())


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
        self._every = every
        self._lists = [(each.fact, each.rows) for each in settled if each.kind is Kind.LIST]
        simple = _ranked([each for each in settled if each.kind is not Kind.LIST], every)
        first = _first(simple, every)
        self._first = simple[:first]
        self._first_facts = [column.fact for column in self._first]
        others = simple[first:]
        self._texts = [each for each in others if each.is_text]
        self._text_facts = [column.fact for column in self._texts]
        lanes: list[_Lane] = [(each.fact, each, each.kind is Kind.BOOLEAN) for each in others]
        self._looked_at = [lane for lane in lanes if not lane[1].is_text]
        self._others_of: list[list[_Lane]] = [[] for _ in range(every.bit_length())]
        for lane in lanes:
            for row in lane[1].asking:
                self._others_of[row].append(lane)
        self.counters = sorted(counters, key=lambda counter: counter.fact)
        self._counts = [(each.fact, each, each.is_flag, each.asking) for each in self.counters]

    def outcomes(self, facts: Facts) -> Outcomes:
        """What stands of all rows for these facts."""
        rows = self._every
        try:
            for standing in map(getitem, self._first, map(facts.get, self._first_facts)):
                rows &= standing
                if not rows:
                    return NOTHING_STANDS
            if rows.bit_count() <= FEW:
                rows = self._one_by_one(facts, rows)
            else:
                rows = self._all_at_once(facts, rows)
            return self._counted(facts, rows) if rows else NOTHING_STANDS
        except TypeError:
            return self.outcomes(self._without_lists(facts))

    def _one_by_one(self, facts: Facts, rows: int) -> int:
        left = rows
        while left:
            row = left & -left
            left ^= row
            for fact, column, is_flag in self._others_of[row.bit_length() - 1]:
                value = facts.get(fact)
                if (value is True or value is False) is not is_flag and not column.is_text:
                    value = None
                if not column[value] & row:
                    rows ^= row
                    break
        return rows

    def _all_at_once(self, facts: Facts, rows: int) -> int:
        for standing in map(getitem, self._texts, map(facts.get, self._text_facts)):
            rows &= standing
            if not rows:
                return 0
        for fact, column, is_flag in self._looked_at:
            value = facts.get(fact)
            rows &= column[value if (value is True or value is False) is is_flag else None]
        return rows

    def spans_of(self, row: int) -> dict[str, Span]:
        """Between which counts a row wants each counter that it names."""
        found = ((counter.fact, counter.spans.get(row)) for counter in self.counters)
        return {fact: span for fact, span in found if span is not None}

    def _counted(self, facts: Facts, possible: int) -> Outcomes:
        for fact, standing_for in self._lists:
            possible &= standing_for(facts.get(fact))
        holding = possible
        states: list[tuple[Counter, State]] = []
        for fact, counter, is_flag, asking in self._counts:
            if possible & asking:
                value = facts.get(fact, PENDING)
                if (value is True or value is False) is not is_flag and value is not PENDING:
                    value = None
                state = counter[value]
                holding &= state.holding
                possible &= state.possible
                states.append((counter, state))
        return Outcomes(holding, possible, states)

    def _without_lists(self, facts: Facts) -> Facts:
        """Lists cannot be looked up, and count as absent wherever no list is expected."""
        lists = {fact for fact, _ in self._lists}
        return {
            name: value if name in lists or isinstance(value, str | Real) else None
            for name, value in facts.items()
        }


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
