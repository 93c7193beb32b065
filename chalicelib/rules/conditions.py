"""What does an author say must hold, and is it said right?

JSON at rest, frozen values in memory. `parse` is the only door between the two, and whatever it
lets through evaluates without error and in bounded time.

>>> from chalicelib.rules.evaluate import evaluate
>>> from chalicelib.rules.vocabulary import Vocabulary
>>> plain = Vocabulary(segments={}, custom_data={})
>>> when = parse({"fact": "visit.pages", "is": "gte", "value": 3}, "when", plain)
>>> evaluate(when, {"visit.pages": 4})
True
>>> parse({"all": [{"fact": "page.ulr", "is": "present"}]}, "when", plain)
Traceback (most recent call last):
    ...
chalicelib.errors.Invalid: when.all[0].fact: no fact named 'page.ulr'; did you mean 'page.url'?
"""

from collections.abc import Sequence
from typing import Any, Final

from chalicelib.errors import Invalid
from chalicelib.model.reading import shown
from chalicelib.rules.comparisons import parse as parse_comparison
from chalicelib.rules.tree import ALWAYS, All, AnyOf, Compare, Condition, Not, Segment
from chalicelib.rules.vocabulary import Vocabulary

__all__ = ["ALWAYS", "All", "AnyOf", "Compare", "Condition", "Not", "Segment", "parse"]

DEEPEST: Final = 8
MOST_COMPARISONS: Final = 200

# Segments bring their own trees along; this bounds what naming them in each other can add up to.
DEEPEST_WITH_SEGMENTS: Final = 40

_SHAPES: Final = "all, any, not, segment or fact"
_FIELDS: Final = ("all", "any", "not", "segment", "fact")


def parse(document: object, path: str, vocabulary: Vocabulary) -> Condition:
    """Turn an author's JSON into a condition, or raise `Invalid`; `{}` and null mean always."""
    condition = _parse(document, path, vocabulary, 0)
    depth, asked = _size(condition)
    if asked > MOST_COMPARISONS:
        raise Invalid(
            path,
            f"expected at most {MOST_COMPARISONS} comparisons, segments included, got {asked}",
        )
    if depth > DEEPEST_WITH_SEGMENTS:
        raise Invalid(path, f"its segments nest deeper than {DEEPEST_WITH_SEGMENTS} levels")
    return condition


def _parse(document: object, path: str, vocabulary: Vocabulary, depth: int) -> Condition:
    if depth > DEEPEST:
        raise Invalid(path, f"nested deeper than {DEEPEST} levels")
    if document is None or document == {}:
        return ALWAYS
    if not isinstance(document, dict):
        raise Invalid(path, f"expected a condition ({_SHAPES}), got {shown(document)}")
    if "fact" in document:
        return parse_comparison(document, path, vocabulary)
    return _parse_node(document, path, vocabulary, depth)


def _parse_node(
    document: dict[str, Any], path: str, vocabulary: Vocabulary, depth: int
) -> Condition:
    match list(document.items()):
        case [("all", parts)]:
            return All(_parse_each(parts, f"{path}.all", vocabulary, depth))
        case [("any", parts)]:
            return AnyOf(_parse_each(parts, f"{path}.any", vocabulary, depth))
        case [("not", part)]:
            return Not(_parse(part, f"{path}.not", vocabulary, depth + 1))
        case [("segment", name)]:
            return Segment(str(name), vocabulary.segment(name, f"{path}.segment"))
        case _:
            raise Invalid(path, _misshapen(document))


def _parse_each(
    parts: object, path: str, vocabulary: Vocabulary, depth: int
) -> tuple[Condition, ...]:
    if not isinstance(parts, list):
        raise Invalid(path, f"expected a list of conditions, got {shown(parts)}")
    if not parts:
        raise Invalid(path, "expected at least one condition; {} means always")
    if len(parts) > MOST_COMPARISONS:
        raise Invalid(path, f"expected at most {MOST_COMPARISONS} conditions, got {len(parts)}")
    return tuple(
        _parse(part, f"{path}[{position}]", vocabulary, depth + 1)
        for position, part in enumerate(parts)
    )


def _misshapen(document: dict[str, Any]) -> str:
    shapes = [name for name in _FIELDS if name in document]
    if shapes:
        others = ", ".join(repr(name) for name in document if name != shapes[0])
        return f"{shapes[0]!r} stands alone in a condition; take out {others}"
    return f"expected one of {_SHAPES}, got {shown(list(document))}"


def _size(condition: Condition) -> tuple[int, int]:
    """How deep it goes, and how many questions it asks at most."""
    match condition:
        case Compare() | All(of=()):
            return 0, 1
        case All(of=parts) | AnyOf(of=parts):
            return _widest([_size(part) for part in parts])
        case Not(of=part) | Segment(of=part):
            return _widest([_size(part)])


def _widest(sizes: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return 1 + max(depth for depth, _ in sizes), sum(asked for _, asked in sizes)
