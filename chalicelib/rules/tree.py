"""What is a condition once it is parsed?

Five nodes, frozen, compared by what the author wrote. Past the parser nothing about them is wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from chalicelib.rules.counters import Reach
from chalicelib.rules.facts import Kind

Test: TypeAlias = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Compare:
    """A fact against a value.

    `read` turns a fact's value into what `test` takes, or None when it has none. `negative`
    operators hold where the fact is absent. `positive` names the operator that `negative` ones
    deny, `operand` what it was built from. `reach`, of counters: where it is true, where false.
    """

    fact: str
    op: str
    value: object
    kind: Kind = field(compare=False, repr=False)
    negative: bool
    positive: str = field(compare=False, repr=False)
    operand: Any = field(compare=False, repr=False)
    read: Callable[[object], Any] = field(compare=False, repr=False)
    test: Test = field(compare=False, repr=False)
    reach: Reach | None = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; with no parts, always."""

    of: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    of: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    of: "Condition"


@dataclass(frozen=True, slots=True)
class Segment:
    """A condition known by its segment's id."""

    name: str
    of: "Condition"


Condition: TypeAlias = Compare | All | AnyOf | Not | Segment

ALWAYS = All(())
