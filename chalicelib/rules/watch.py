"""Which observations could make an unknown condition true?

The page stays silent until one of them happens. A condition is cut into *rows*: each row is one way
for it to become true, the counts that every fact in it must come to. A watch is the earliest count
that any row asks of a fact, so a page that has reached no watch cannot have made any row true.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, assert_never

from chalicelib.rules.counters import Span, ahead
from chalicelib.rules.evaluate import comes_out, evaluate
from chalicelib.rules.facts import CATALOGUE, Facts, Kind
from chalicelib.rules.tree import All, AnyOf, Compare, Condition, Not, Segment

Row: TypeAlias = Mapping[str, Span]

MOST_ROWS: Final = 64


@dataclass(frozen=True, slots=True, order=True)
class Watch:
    """Tell us when `fact` compares so; `gte` for counts, `is` for yes or no."""

    fact: str
    op: str
    value: int | bool


def watches(conditions: Iterable[Condition], facts: Facts) -> tuple[Watch, ...]:
    """What to look out for, by fact: at most one watch each, as late as it may be."""
    earliest: dict[str, int] = {}
    for condition in conditions:
        if evaluate(condition, facts) is None:
            for row in _minimal(_rows(condition, facts, True)):
                for fact, span in row.items():
                    earliest[fact] = min(span.low, earliest.get(fact, span.low))
    return tuple(sorted(_watch(fact, count) for fact, count in earliest.items()))


def _watch(fact: str, count: int) -> Watch:
    known = CATALOGUE.get(fact)
    if known is not None and known.kind is Kind.BOOLEAN:
        return Watch(fact, "is", bool(count))
    return Watch(fact, "gte", int(count))


def _rows(condition: Condition, facts: Facts, wanted: bool) -> list[Row]:
    match condition:
        case Compare():
            return _compared(condition, facts, wanted)
        case All(of=parts):
            each = [_rows(part, facts, wanted) for part in parts]
            return _together(each) if wanted else _either(each)
        case AnyOf(of=parts):
            each = [_rows(part, facts, wanted) for part in parts]
            return _either(each) if wanted else _together(each)
        case Not(of=part):
            return _rows(part, facts, not wanted)
        case Segment(of=part):
            return _rows(part, facts, wanted)
        case _:
            assert_never(condition)


def _compared(comparison: Compare, facts: Facts, wanted: bool) -> list[Row]:
    outcome = comes_out(comparison, facts, wanted)
    if outcome is not None or comparison.reach is None:
        return [{}] if outcome else []
    so_far = comparison.read(facts.get(comparison.fact)) or 0
    return [{comparison.fact: span} for span in ahead(comparison.reach.wanting(wanted), so_far)]


def _either(each: Sequence[list[Row]]) -> list[Row]:
    return [row for rows in each for row in rows]


def _together(each: Sequence[list[Row]]) -> list[Row]:
    """Rows that satisfy one row of every part; some parts are left out when they would be too many.

    Leaving a part out asks for less, so a watch may come early but never late.
    """
    result: list[Row] = [{}]
    for rows in sorted(each, key=len):
        if len(rows) <= 1 or len(result) * len(rows) <= MOST_ROWS:
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
