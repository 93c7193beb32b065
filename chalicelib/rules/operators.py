"""Which verbs does the condition language have?

An operator is built once from the author's value and then asked many times, and asking never
fails. Most come in pairs; the negative one is exactly the opposite, and holds where the fact is
absent.
"""

from collections.abc import Callable, Set
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeAlias

from chalicelib.rules.facts import Kind
from chalicelib.rules.kinds import Extent
from chalicelib.rules.texts import wildcard
from chalicelib.rules.tree import Test

Build: TypeAlias = Callable[[Any], Test]

TEXT: Final = frozenset({Kind.TEXT})
BOOLEAN: Final = frozenset({Kind.BOOLEAN})
LIST: Final = frozenset({Kind.LIST})
ORDERED: Final = frozenset({Kind.NUMBER, Kind.DATE, Kind.TIME})
ANY: Final = frozenset(Kind)

OPERATORS: dict[str, "Operator"] = {}


class Takes(Enum):
    """What stands in `value`."""

    NOTHING = "no value"
    ONE = "one value"
    SEVERAL = "a list of values"
    RANGE = "[low, high]"


@dataclass(frozen=True, slots=True)
class Operator:
    """`positive` names the operator itself, or the one it negates."""

    name: str
    positive: str
    kinds: frozenset[Kind]
    takes: Takes
    extent: Extent
    build: Build

    @property
    def negative(self) -> bool:
        return self.name != self.positive


def register(
    name: str,
    opposite: str | None = None,
    *,
    on: Set[Kind],
    takes: Takes = Takes.ONE,
    extent: Extent = Extent.WHOLE,
) -> Callable[[Build], Build]:
    """Add an operator to the language, and its opposite."""

    def add(build: Build) -> Build:
        def build_opposite(operand: Any) -> Test:
            test = build(operand)
            return lambda value: not test(value)

        for each, builder in ((name, build), (opposite, build_opposite)):
            if each in OPERATORS:
                raise ValueError(f"operator {each!r} is defined twice")
            if each is not None:
                OPERATORS[each] = Operator(each, name, frozenset(on), takes, extent, builder)
        return build

    return add


@register("present", "absent", on=ANY, takes=Takes.NOTHING)
def present(_: None) -> Test:
    return lambda value: True


@register("is", "is_not", on=TEXT | BOOLEAN)
def same(expected: Any) -> Test:
    return lambda value: bool(value == expected)


@register("in", "not_in", on=TEXT, takes=Takes.SEVERAL)
def one_of(expected: frozenset[str]) -> Test:
    return lambda text: text in expected


@register("contains", "not_contains", on=TEXT, extent=Extent.PIECE)
def contains(needle: str) -> Test:
    return lambda text: needle in text


@register("starts_with", "not_starts_with", on=TEXT, extent=Extent.PIECE)
def starts_with(prefix: str) -> Test:
    return lambda text: bool(text.startswith(prefix))


@register("ends_with", "not_ends_with", on=TEXT, extent=Extent.PIECE)
def ends_with(suffix: str) -> Test:
    return lambda text: bool(text.endswith(suffix))


@register("like", "not_like", on=TEXT, extent=Extent.PATTERN)
def like(pattern: str) -> Test:
    """Wildcards, never regular expressions: no author can write a slow one."""
    return wildcard(pattern)


@register("eq", "ne", on=ORDERED)
def equals(expected: Any) -> Test:
    return lambda value: bool(value == expected)


@register("lt", on=ORDERED)
def less(limit: Any) -> Test:
    return lambda value: bool(value < limit)


@register("lte", on=ORDERED)
def at_most(limit: Any) -> Test:
    return lambda value: bool(value <= limit)


@register("gt", on=ORDERED)
def greater(limit: Any) -> Test:
    return lambda value: bool(value > limit)


@register("gte", on=ORDERED)
def at_least(limit: Any) -> Test:
    return lambda value: bool(value >= limit)


@register("between", on=ORDERED, takes=Takes.RANGE)
def between(bounds: tuple[Any, Any]) -> Test:
    """Both ends count; only times may run backwards, over midnight."""
    low, high = bounds
    if low <= high:
        return lambda value: bool(low <= value <= high)
    return lambda value: bool(value >= low or value <= high)


@register("has", on=LIST)
def has(label: str) -> Test:
    return lambda labels: label in labels


@register("has_any", "has_none", on=LIST, takes=Takes.SEVERAL)
def has_any(expected: frozenset[str]) -> Test:
    return lambda labels: not expected.isdisjoint(labels)


@register("has_all", on=LIST, takes=Takes.SEVERAL)
def has_all(expected: frozenset[str]) -> Test:
    return lambda labels: expected <= labels
