"""Which rows stand for a number, a date or a time?"""

from bisect import bisect_left
from itertools import accumulate
from operator import or_
from typing import Any

from chalicelib.rules.index.rows import Asked, Predicate, bits, predicates
from chalicelib.rules.tree import Compare


class Line:
    """The bounds that rows name cut the line into points and gaps.

    Gap 0 is before the first bound, gap 2n behind the last, point 2i + 1 is the bound i. What fails
    on one side of a bound fails on all of that side, so two sweeps find what stands where.
    """

    def __init__(self, asked: Asked, every: int) -> None:
        compared = [each for each in predicates(asked) if each.compare.positive != "present"]
        ends = {end for each in compared for end in _ends(each.compare)}
        self._bounds = sorted(map(_quickest, ends))
        size = 2 * len(self._bounds) + 1
        self._below, self._above = [0] * size, [0] * size
        self._within: list[tuple[int, int, int]] = []
        hurt = [row for row, ask in asked if ask.compare.positive == "present" and not ask.affirmed]
        fallen = [bits(hurt)] * size
        for predicate in compared:
            self._place(predicate)
        for first, last, rows in self._within:
            for place in range(first, last + 1):
                fallen[place] |= rows
        below = reversed([*accumulate(reversed(self._below), or_)])
        above = accumulate(self._above, or_)
        self._standing: list[int] = [
            every & ~(one | other | third)
            for one, other, third in zip(below, above, fallen, strict=True)
        ]

    def rows(self, value: Any) -> int:
        """The rows that stand for this value."""
        bounds = self._bounds
        after = bisect_left(bounds, value)
        on_bound = after < len(bounds) and bounds[after] == value
        return self._standing[2 * after + on_bound]

    def _place(self, predicate: Predicate) -> None:
        first, last, inside = self._where(predicate.compare)
        helped, hurt = predicate.effect
        self._only(first, last, *((helped, hurt) if inside else (hurt, helped)))

    def _only(self, first: int, last: int, inside: int, outside: int) -> None:
        """Between these places, both included, `inside` stands; everywhere else, `outside`."""
        end = len(self._below) - 1
        if first > 0:
            self._below[first - 1] |= inside
        if last < end:
            self._above[last + 1] |= inside
        if first == 0:
            self._below[last] |= outside
        elif last == end:
            self._above[first] |= outside
        elif outside:
            self._within.append((first, last, outside))

    def _where(self, compare: Compare) -> tuple[int, int, bool]:
        """From where to where a comparison holds; or, if it goes over midnight, where it fails."""
        low, high = (2 * bisect_left(self._bounds, end) + 1 for end in _ends(compare))
        end = len(self._below) - 1
        if low > high:
            return high + 1, low - 1, False
        whole = {
            "lt": (0, low - 1),
            "lte": (0, low),
            "gt": (low + 1, end),
            "gte": (low, end),
        }
        return *whole.get(compare.positive, (low, high)), True


def _quickest(end: Any) -> Any:
    """The same number as a float: amounts are, and two of one kind compare twice as fast."""
    # No number that an author may write is too long for it.
    return float(end) if isinstance(end, int) else end


def _ends(compare: Compare) -> tuple[Any, Any]:
    if compare.positive == "between":
        low, high = compare.operand
        return low, high
    return compare.operand, compare.operand
