"""Which rows does a growing count leave standing, and what do the others wait for?

A count so far leaves three kinds of rows: those it satisfies, those it may still grow into, and
those it has left behind. Between two bounds that rows name nothing changes, so there is one answer
per stretch.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import reduce
from itertools import accumulate
from math import inf
from operator import or_
from typing import Any, Final, NamedTuple, TypeAlias

from chalicelib.rules.counters import Span
from chalicelib.rules.facts import Kind
from chalicelib.rules.index.columns import MOST_VALUES
from chalicelib.rules.index.rows import Asked, bits
from chalicelib.rules.watch import ELAPSING, Watch

PENDING: Final = object()
MOST_COMPARED: Final = 8
# Of so many rows the earliest is quicker found by asking each.
FEW: Final = 4


class State(NamedTuple):
    """What one count says about every row.

    `holding`: satisfied now; `possible`: satisfied, or not yet; `hopeful`: all but those that no
    count would satisfy; `ahead`: those for which it must grow; `absent`: it is no count at all.
    """

    holding: int
    possible: int
    hopeful: int
    ahead: int
    absent: bool


class Counter(dict[Hashable, State]):
    """What the rows ask of one counter: by value, their state. A value not met yet is learnt."""

    __slots__ = (
        *("_absent", "_bounds", "_by_low", "_every", "_groups", "_hopeful", "_pending"),
        *("_rank_of", "_read", "_states", "_watches"),
        *("asking", "elapses", "fact", "hopeless", "is_flag", "spans"),
    )

    def __init__(self, asked: Asked, every: int) -> None:
        super().__init__()
        compare = asked[0][1].compare
        self.fact = compare.fact
        self.is_flag = compare.kind is Kind.BOOLEAN
        self.elapses = self.fact in ELAPSING
        self.spans = _joined(asked)
        self._read = compare.read
        self._every = every
        groups: defaultdict[Span, list[int]] = defaultdict(list)
        for row, span in self.spans.items():
            groups[span].append(row)
        self._groups = {span: bits(rows) for span, rows in groups.items()}
        self.hopeless = self._where(lambda span: span.low > span.high)
        self._hopeful = every & ~self.hopeless
        ends = {span.low for span in groups} | {span.high + 1 for span in groups}
        self._bounds = sorted(end for end in ends if 0 < end < inf)
        lows = sorted({span.low for span in groups})
        rank = {low: place for place, low in enumerate(lows)}
        self._rank_of = {row: rank[span.low] for row, span in self.spans.items()}
        self._watches = [Watch(self.fact, "gte", low) for low in lows]
        # The rows that ask for this count or for a smaller one.
        at_low = dict.fromkeys(lows, 0)
        for span, rows in self._groups.items():
            at_low[span.low] |= rows
        self._by_low = [*accumulate(at_low.values(), or_)]
        self.asking = bits([*self.spans])
        self._pending = State(every & ~self.asking, every, self._hopeful, self.asking, False)
        standing = every & ~bits([row for row, ask in asked if ask.affirmed])
        self._absent = State(standing, standing, every, 0, True)
        self._states: dict[int, State] = {}

    def __missing__(self, value: Any) -> State:
        if value is PENDING:
            return self._pending
        count = self._read(value)
        state = self._absent if count is None else self._at(bisect_right(self._bounds, count))
        if len(self) >= MOST_VALUES:
            self.clear()
        self[value] = state
        return state

    def state(self, facts: dict[str, Any]) -> State:
        """What these facts say of it; a number is no flag, nor a flag a number."""
        value = facts.get(self.fact, PENDING)
        if value is not PENDING and (value is True or value is False) is not self.is_flag:
            value = None
        return self[value]

    def earliest(self, rows: int) -> list[Watch]:
        """What to look out for on behalf of these rows, for each of which the count must grow."""
        if self.is_flag:
            flags = (flag for flag in (0, 1) if rows & self._where(_includes(flag)))
            return [Watch(self.fact, "is", bool(flag)) for flag in flags]
        if rows.bit_count() > FEW:
            first = bisect_left(self._by_low, True, key=lambda some: bool(some & rows))
            return [self._watches[first]]
        first = len(self._watches)
        while rows:
            number = rows.bit_length() - 1
            first = min(first, self._rank_of[number])
            rows ^= 1 << number
        return [self._watches[first]]

    def _where(self, suits: Callable[[Span], bool]) -> int:
        return reduce(or_, (rows for span, rows in self._groups.items() if suits(span)), 0)

    def _at(self, stretch: int) -> State:
        state = self._states.get(stretch)
        if state is None:
            count = self._bounds[stretch - 1] if stretch else 0
            early = self._where(lambda span: count < span.low)
            late = self._where(lambda span: count > span.high)
            possible = self._every & ~late
            state = State(possible & ~early, possible, self._hopeful, early, False)
            self._states[stretch] = state
        return state


States: TypeAlias = Sequence[tuple[Counter, State]]


def _joined(asked: Asked) -> dict[int, Span]:
    """Between which counts each row wants the counter; none where a row contradicts itself."""
    spans: dict[int, Span] = {}
    for row, ask in asked:
        if ask.span is not None:
            low, high = spans.get(row, ask.span)
            spans[row] = Span(max(low, ask.span.low), min(high, ask.span.high))
    return spans


def _includes(count: int) -> Callable[[Span], bool]:
    return lambda span: span.low <= count <= span.high


def none_asks_more(rows: Sequence[Mapping[str, Span]]) -> bool:
    """Whether all rows of a rule are to be watched whenever they are possible.

    A row that asks for all that another one asks, and more, need not be watched. Where that cannot
    happen, or makes no difference, the rows need not be compared again for every page.
    """
    different = [row for place, row in enumerate(rows) if row and row not in rows[:place]]
    return len(different) <= MOST_COMPARED and not any(
        one.keys() < other.keys() or (one.keys() == other.keys() and len(one) > 1)
        for one in different
        for other in different
        if one is not other
    )
