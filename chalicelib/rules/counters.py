"""For which counts does a comparison hold, and can a growing count still get there?

A counter is a whole number that starts at 0 and only grows. A comparison with it is a set of spans
of counts; the rest of the line is where it fails. Fractions an author writes round inwards: `gte
2.5` is `gte 3`.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from chalicelib.rules.facts import Fact


class Span(NamedTuple):
    """Counts from `low` to `high`, both included."""

    low: int
    high: float


Spans: TypeAlias = tuple[Span, ...]


class Reach(NamedTuple):
    """The counts for which a comparison is true, and those for which it is false."""

    true: Spans
    false: Spans

    def wanting(self, wanted: bool) -> Spans:
        return self.true if wanted else self.false


EVERY_COUNT: Final = Span(0, math.inf)

# By the operator's positive name; its negative holds everywhere else.
SPANS: Final[Mapping[str, Callable[[Any], Span]]] = {
    "present": lambda _: EVERY_COUNT,
    "is": lambda flag: Span(int(flag), int(flag)),
    "eq": lambda number: Span(math.ceil(number), math.floor(number)),
    "lt": lambda number: Span(0, math.ceil(number) - 1),
    "lte": lambda number: Span(0, math.floor(number)),
    "gt": lambda number: Span(math.floor(number) + 1, math.inf),
    "gte": lambda number: Span(math.ceil(number), math.inf),
    "between": lambda bounds: Span(math.ceil(bounds[0]), math.floor(bounds[1])),
}


def reach_of(fact: Fact, positive: str, operand: object, *, negative: bool) -> Reach:
    """Where a comparison of a counter holds and where it fails, within what the counter can be."""
    top = math.inf if fact.ceiling is None else fact.ceiling
    low, high = SPANS[positive](operand)
    held = _some(Span(max(low, 0), min(high, top)))
    failed = _outside(held, top)
    return Reach(failed, held) if negative else Reach(held, failed)


def holds(spans: Spans, count: int) -> bool:
    """Whether the count lies in one of the spans."""
    return any(low <= count <= high for low, high in spans)


def ahead(spans: Spans, count: int) -> Spans:
    """The parts of the spans that a count may still come to."""
    return tuple(Span(max(low, count), high) for low, high in spans if high >= count)


def _outside(held: Spans, top: float) -> Spans:
    if not held:
        return (Span(0, top),)
    low, high = held[0]
    after = _some(Span(int(high) + 1, top)) if high < top else ()
    return _some(Span(0, low - 1)) + after


def _some(span: Span) -> Spans:
    return (span,) if span.low <= span.high else ()
