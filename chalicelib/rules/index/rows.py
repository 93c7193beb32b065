"""In which ways can a condition hold?

A condition is cut into *rows*. A row is a list of comparisons that must all come out as wanted; the
condition is true when any row is. Segments and negations dissolve on the way.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple, TypeAlias, assert_never

from chalicelib.rules.counters import Span
from chalicelib.rules.rule import TargetingRule
from chalicelib.rules.tree import All, AnyOf, Compare, Condition, Not, Segment
from chalicelib.rules.watch import MOST_ROWS

# A comparison of a counter that no count can make true.
NOWHERE: Final = Span(0, -1)


class Ask(NamedTuple):
    """The positive operator must hold, or must not; of a counter, for which counts it then does."""

    compare: Compare
    affirmed: bool
    span: Span | None


Row: TypeAlias = tuple[Ask, ...]

# What the rows ask of one fact: each row's bit, in ascending order, and the comparison.
Asked: TypeAlias = Sequence[tuple[int, Ask]]


class Place(NamedTuple):
    """A rule and the bits of its rows; `whole` when they say all about its condition."""

    rule: TargetingRule
    rows: int
    whole: bool


def places_in(rows: int, place_of: Sequence[Place]) -> Iterator[Place]:
    """The places that have one of these rows, the first first; `place_of` is by row."""
    while rows:
        place = place_of[(rows & -rows).bit_length() - 1]
        yield place
        rows &= ~place.rows


class Rows(NamedTuple):
    """`whole`: the rows say all; else a condition that holds satisfies one of them, and more."""

    rows: Sequence[Row]
    whole: bool


def rows_of(condition: Condition) -> Rows:
    """At most `MOST_ROWS` rows, of which the condition satisfies one whenever it holds."""
    return _rows(condition, True)


def _rows(condition: Condition, wanted: bool) -> Rows:
    match condition:
        case Compare():
            return Rows(_asked(condition, wanted), True)
        case All(of=parts):
            return _every(parts, wanted) if wanted else _some(parts, wanted)
        case AnyOf(of=parts):
            return _some(parts, wanted) if wanted else _every(parts, wanted)
        case Not(of=part):
            return _rows(part, not wanted)
        case Segment(of=part):
            return _rows(part, wanted)
        case _:
            assert_never(condition)


def _asked(compare: Compare, wanted: bool) -> list[Row]:
    spans: Sequence[Span | None] = (None,)
    if compare.reach is not None:
        spans = compare.reach.wanting(wanted) or (NOWHERE,)
    affirmed = wanted is not compare.negative
    return [(Ask(compare, affirmed, span),) for span in spans]


def _some(parts: Sequence[Condition], wanted: bool) -> Rows:
    found = [_rows(part, wanted) for part in parts]
    rows = [row for each in found for row in each.rows]
    if len(rows) > MOST_ROWS:
        return Rows([()], False)
    return Rows(rows, all(each.whole for each in found))


def _every(parts: Sequence[Condition], wanted: bool) -> Rows:
    """Rows that satisfy one row of every part; parts that would make too many are left out."""
    found = [_rows(part, wanted) for part in parts]
    if not all(each.rows for each in found):
        return Rows((), True)
    whole = all(each.whole for each in found)
    single = tuple(ask for each in found if len(each.rows) == 1 for ask in each.rows[0])
    rows: list[Row] = [single]
    for several in sorted((each.rows for each in found if len(each.rows) > 1), key=len):
        if len(rows) * len(several) > MOST_ROWS:
            return Rows(rows, False)
        rows = [one + other for one in rows for other in several]
    return Rows(rows, whole)


class Effect(NamedTuple):
    """What it means that a predicate holds: these rows may stand, those fall."""

    helped: int
    hurt: int


class Predicate(NamedTuple):
    """A question, with the rows that want it answered yes and those that want no."""

    compare: Compare
    helped: list[int]
    hurt: list[int]

    @property
    def effect(self) -> Effect:
        """What comes of the answer yes."""
        return Effect(bits(self.helped), bits(self.hurt))

    def test(self, value: Any) -> bool:
        """Whether the answer is yes."""
        return self.compare.test(value) is not self.compare.negative


def predicates(asked: Asked) -> list[Predicate]:
    """Each question once."""
    found: dict[tuple[str, Any], Predicate] = {}
    for row, ask in asked:
        compare = ask.compare
        key = compare.positive, compare.operand
        predicate = found.get(key)
        if predicate is None:
            predicate = found[key] = Predicate(compare, [], [])
        (predicate.helped if ask.affirmed else predicate.hurt).append(row)
    return list(found.values())


def bits(rows: Sequence[int]) -> int:
    """The number in which the bits of these rows, ascending, are set."""
    if len(rows) < 4:
        return sum(1 << row for row in dict.fromkeys(rows))
    octets = bytearray((rows[-1] >> 3) + 1)
    for row in rows:
        octets[row >> 3] |= 1 << (row & 7)
    return int.from_bytes(octets, "little")
