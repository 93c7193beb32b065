"""Which observations could make an unknown condition true?

The page stays silent until one of them happens. A condition is cut into *rows*: each row is one way
for it to become true, the counts between which every fact in it must be. A watch is the earliest
count that any row still asks of a fact, so a page that has reached no watch cannot have made any
row true. Time passes by itself: a row that waits for something else too is not watched for time,
so a page that nobody scrolls is not asked to report its thirtieth second.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, assert_never

from chalicelib.rules.counters import Span, ahead, holds
from chalicelib.rules.evaluate import comes_out, evaluate
from chalicelib.rules.facts import CATALOGUE, Facts, Kind
from chalicelib.rules.tree import All, AnyOf, Compare, Condition, Not, Segment

Row: TypeAlias = Mapping[str, Span]

MOST_ROWS: Final = 64

# Counters that grow whatever the visitor does.
ELAPSING: Final = frozenset({"page.seconds", "visit.seconds"})

# The low end of a span that the count has entered already: nothing to wait for, only not to leave.
ENTERED: Final = -1


@dataclass(frozen=True, slots=True, order=True)
class Watch:
    """Tell us when `fact` compares so; `gte` for counts, `is` for yes or no."""

    fact: str
    op: str
    value: int | bool


def watches(conditions: Iterable[Condition], facts: Facts) -> tuple[Watch, ...]:
    """What to look out for, sorted by fact; of several counts of a fact, the first to come."""
    spans: defaultdict[str, list[Span]] = defaultdict(list)
    for condition in conditions:
        if evaluate(condition, facts) is None:
            for row in _minimal(_rows(condition, facts, True)):
                for fact, span in _awaited(row):
                    spans[fact].append(span)
    return tuple(sorted(watch for fact, each in spans.items() for watch in _watches_of(fact, each)))


def merged(found: Iterable[Watch]) -> tuple[Watch, ...]:
    """What several lists of watches ask for together, sorted by fact."""
    earliest: dict[tuple[str, str, bool], Watch] = {}
    for each in sorted(found, reverse=True):
        earliest[each.fact, each.op, each.value is True] = each
    return tuple(sorted(earliest.values()))


def _awaited(row: Row) -> Iterable[tuple[str, Span]]:
    """What has to happen before the row can be true, of which the page need only tell some."""
    ahead = [(fact, span) for fact, span in row.items() if span.low > ENTERED]
    return [each for each in ahead if each[0] not in ELAPSING] or ahead


def _watches_of(fact: str, spans: Sequence[Span]) -> Iterable[Watch]:
    known = CATALOGUE.get(fact)
    if known is not None and known.kind is Kind.BOOLEAN:
        return [Watch(fact, "is", bool(count)) for count in (0, 1) if holds(tuple(spans), count)]
    return [Watch(fact, "gte", min(span.low for span in spans))]


def _rows(condition: Condition, facts: Facts, wanted: bool) -> list[Row]:
    match condition:
        case Compare():
            return _compared(condition, facts, wanted)
        case All(of=parts):
            return _every(parts, facts, wanted) if wanted else _some(parts, facts, wanted)
        case AnyOf(of=parts):
            return _some(parts, facts, wanted) if wanted else _every(parts, facts, wanted)
        case Not(of=part):
            return _rows(part, facts, not wanted)
        case Segment(of=part):
            return _rows(part, facts, wanted)
        case _:
            assert_never(condition)


def _compared(comparison: Compare, facts: Facts, wanted: bool) -> list[Row]:
    outcome = comes_out(comparison, facts, wanted)
    reach, fact = comparison.reach, comparison.fact
    so_far = comparison.read(facts.get(fact))
    if reach is None or (so_far is None and outcome is not None):
        return [{}] if outcome else []
    spans = ahead(reach.wanting(wanted), so_far or 0)
    if so_far is None:
        return [{fact: span} for span in spans]
    return [{fact: Span(ENTERED if low == so_far else low, high)} for low, high in spans]


def _some(parts: Sequence[Condition], facts: Facts, wanted: bool) -> list[Row]:
    return [row for part in parts for row in _rows(part, facts, wanted)]


def _every(parts: Sequence[Condition], facts: Facts, wanted: bool) -> list[Row]:
    """Rows that satisfy one row of every part; parts that would make too many are left out.

    Leaving a part out asks for less, so a watch may come early but never late. The first part that
    fails now is always in, so something is always watched.
    """
    failing_first = sorted(
        ((comes_out(part, facts, wanted) is True, _rows(part, facts, wanted)) for part in parts),
        key=lambda each: (each[0], len(each[1])),
    )
    result: list[Row] = [{}]
    for _, rows in failing_first:
        if min(len(result), len(rows)) <= 1 or len(result) * len(rows) <= MOST_ROWS:
            pairs = (_joined(one, other) for one in result for other in rows)
            result = [row for row in pairs if row is not None]
    return result


def _joined(one: Row, other: Row) -> Row | None:
    """What satisfies both rows, or None when nothing can."""
    joined = dict(one)
    for fact, span in other.items():
        low, high = joined.get(fact, span)
        joined[fact] = Span(max(low, span.low), min(high, span.high))
        if joined[fact].low > joined[fact].high:
            return None
    return joined


def _minimal(rows: list[Row]) -> list[Row]:
    """Without the rows that ask for all that another one asks, and more."""
    if len(rows) > MOST_ROWS:
        return rows
    kept: list[Row] = []
    for row in sorted(rows, key=len):
        if not any(_asks_no_more(other, row) for other in kept):
            kept.append(row)
    return kept


def _asks_no_more(one: Row, other: Row) -> bool:
    return all(
        fact in other and span.low <= other[fact].low and other[fact].high <= span.high
        for fact, span in one.items()
    )
