"""Does a condition hold for these facts?

Three answers: true, false, and None for *unknown*: it does not hold now, but what this page may
still show could make it hold. Unknown combines as in Kleene's logic.

A condition is true when it is true of what is known **now**: `page.seconds lt 30` holds at 12
seconds, although it will not at 31. A comparison of a counter that fails now is unknown as long as
the counter can still grow into it (`gte 30` at 12), false after (`lt 30` at 31). A pending fact
makes its comparison unknown, and its negation too. `not` asks the same question of the opposite
comparison: `not (page.seconds gte 30)` is `page.seconds lt 30`, so it holds at 12, and `not
(page.seconds lt 30)` is unknown there. No condition is ever true together with its negation.
"""

from collections.abc import Iterable
from typing import assert_never

from chalicelib.rules.counters import ahead
from chalicelib.rules.facts import Facts
from chalicelib.rules.tree import All, AnyOf, Compare, Condition, Not, Segment


def evaluate(condition: Condition, facts: Facts) -> bool | None:
    """Whether the condition holds; None when this page may still make it hold."""
    return comes_out(condition, facts, True)


def comes_out(condition: Condition, facts: Facts, wanted: bool) -> bool | None:
    """Whether the condition has the wanted outcome; None when this page may still cause it."""
    match condition:
        case Compare():
            return _compare(condition, facts, wanted)
        case All(of=parts):
            outcomes = (comes_out(part, facts, wanted) for part in parts)
            return _every(outcomes) if wanted else _some(outcomes)
        case AnyOf(of=parts):
            outcomes = (comes_out(part, facts, wanted) for part in parts)
            return _some(outcomes) if wanted else _every(outcomes)
        case Not(of=part):
            return comes_out(part, facts, not wanted)
        case Segment(of=part):
            return comes_out(part, facts, wanted)
        case _:
            assert_never(condition)


def _compare(comparison: Compare, facts: Facts, wanted: bool) -> bool | None:
    reach = comparison.reach
    if reach is not None and comparison.fact not in facts:
        return None
    value = comparison.read(facts.get(comparison.fact))
    if value is None:
        return comparison.negative is wanted
    if comparison.test(value) is wanted:
        return True
    if reach is None:
        return False
    return None if ahead(reach.wanting(wanted), value) else False


def _every(outcomes: Iterable[bool | None]) -> bool | None:
    result: bool | None = True
    for outcome in outcomes:
        if outcome is False:
            return False
        if outcome is None:
            result = None
    return result


def _some(outcomes: Iterable[bool | None]) -> bool | None:
    result: bool | None = False
    for outcome in outcomes:
        if outcome is True:
            return True
        if outcome is None:
            result = None
    return result
