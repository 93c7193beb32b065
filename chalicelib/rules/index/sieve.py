"""Which rows hold for these facts, and which are still possible?

First come the columns that leave few rows standing. When hardly any are left, only what these rows
ask is looked at; else what a few values answer is asked together, and then the rest. Counters come
last: most visits are through with most rules before, and as soon as nothing is possible nothing
more is asked.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from numbers import Real
from operator import itemgetter, or_
from typing import Final, TypeAlias

from chalicelib.rules.counters import Span
from chalicelib.rules.facts import Facts, FactValue, Kind
from chalicelib.rules.index.columns import Column, Known, Learn
from chalicelib.rules.index.counters import PENDING, Counter, State, States
from chalicelib.rules.index.groups import grouped
from chalicelib.rules.index.novelty import route
from chalicelib.rules.index.rows import Asked

# So many rows are quicker asked one by one.
FEW: Final = 2
# Of what one value satisfies so seldom, the rows count as gone.
RARE: Final = 0.2

# A fact, whether it is a flag, and the two ways to its rows; None for texts, which are neither yes
# nor one. To a dictionary yes is 1 and no is 0; to a rule a flag is no number, nor a number a flag.
_Lane: TypeAlias = tuple[str, bool | None, Known, Learn]
_Get: TypeAlias = Callable[[str], FactValue]


# The rows that hold, those that do or still may, and what counters say of them, by fact.
Outcomes: TypeAlias = tuple[int, int, States]
NOTHING_STANDS: Final[Outcomes] = (0, 0, ())


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
        self._lists = [(each.fact, each.learn) for each in settled if each.kind is Kind.LIST]
        simple = _ranked([each for each in settled if each.kind is not Kind.LIST], every)
        first = _first(simple, every)
        self._first = [route(column) for column in simple[:first]]
        others = simple[first:]
        groups, rest = grouped(others, every)
        self._groups = [
            (each.facts, itemgetter(*each.facts), each.known, each.learn) for each in groups
        ]
        # Amounts are rarely met twice, so numbers come last.
        self._rest = [
            _lane(each) for each in sorted(rest, key=lambda each: each.kind is Kind.NUMBER)
        ]
        self._bits = [1 << number for number in range(every.bit_length())]
        self._others_of = _lanes_of(others, every)
        self._rest_of = _lanes_of(rest, every)
        self.counters = sorted(counters, key=lambda counter: counter.fact)
        self.hopeless = reduce(or_, (each.hopeless for each in counters), 0)
        self._counts = [(each.fact, each, each.is_flag, each.asking) for each in self.counters]

    def outcomes(self, facts: Facts) -> Outcomes:
        """What stands of all rows for these facts."""
        get = facts.get
        rows = self._every
        try:
            for fact, known, learn in self._first:
                value = get(fact)
                standing = known(value)
                rows &= learn(value) if standing is None else standing
                if not rows:
                    return NOTHING_STANDS
            if rows.bit_count() <= FEW:
                rows = self._one_by_one(get, rows, self._others_of)
            else:
                rows = self._all_at_once(facts, rows)
            return self._counted(facts, rows) if rows else NOTHING_STANDS
        except TypeError:
            return self.outcomes(self._without_lists(facts))

    def _one_by_one(self, get: _Get, rows: int, lanes_of: Sequence[Sequence[_Lane]]) -> int:
        left = rows
        while left:
            number = left.bit_length() - 1
            row = self._bits[number]
            left ^= row
            for fact, is_flag, known, learn in lanes_of[number]:
                value = get(fact)
                if is_flag is not None and (value is True or value is False) is not is_flag:
                    value = None
                standing = known(value)
                if standing is None:
                    standing = learn(value)
                if not standing & row:
                    rows ^= row
                    break
        return rows

    def _all_at_once(self, facts: Facts, rows: int) -> int:
        get = facts.get
        for names, values_of, known_of, learn_of in self._groups:
            try:
                values = values_of(facts)
            except KeyError:
                values = tuple(map(get, names))
            standing = known_of(values)
            rows &= learn_of(values) if standing is None else standing
            if not rows:
                return 0
        if rows.bit_count() <= FEW:
            return self._one_by_one(get, rows, self._rest_of)
        for fact, is_flag, known, learn in self._rest:
            value = get(fact)
            if is_flag is not None and (value is True or value is False) is not is_flag:
                value = None
            standing = known(value)
            rows &= learn(value) if standing is None else standing
            if not rows:
                return 0
        return rows

    def spans_of(self, row: int) -> dict[str, Span]:
        """Between which counts a row wants each counter that it names."""
        found = ((counter.fact, counter.spans.get(row)) for counter in self.counters)
        return {fact: span for fact, span in found if span is not None}

    def _counted(self, facts: Facts, possible: int) -> Outcomes:
        for fact, learn in self._lists:
            possible &= learn(facts.get(fact))
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
        return holding, possible, states

    def _without_lists(self, facts: Facts) -> Facts:
        """Lists cannot be looked up, and count as absent wherever no list is expected."""
        lists = {fact for fact, _ in self._lists}
        return {
            name: value if name in lists or isinstance(value, str | Real) else None
            for name, value in facts.items()
        }


def _lane(column: Column) -> _Lane:
    is_flag = None if column.is_text else column.kind is Kind.BOOLEAN
    return column.fact, is_flag, column.known, column.learn


def _lanes_of(columns: Iterable[Column], every: int) -> list[list[_Lane]]:
    """For each row the lanes that ask it something, first what it is likeliest to fail."""
    wanting: list[list[_Lane]] = [[] for _ in range(every.bit_length())]
    denying: list[list[_Lane]] = [[] for _ in wanting]
    for column in sorted(columns, key=lambda column: column.passing):
        lane = _lane(column)
        for row in column.asking:
            (wanting if column.affirmed >> row & 1 else denying)[row].append(lane)
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
