"""Which facts and segments may the conditions of one site name?"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Final

from chalicelib.errors import Invalid
from chalicelib.model.reading import shown
from chalicelib.rules.facts import CATALOGUE, OPEN_NAMES, Fact, Family, Kind
from chalicelib.rules.tree import Condition

# Query parameters are named by other people's software; our own names are plain words.
_OPEN_NAME: Final = {
    Family.PAGE: re.compile(r"[^\s\x00-\x1f\x7f]{1,100}"),
    Family.VISIT: re.compile(r"[A-Za-z0-9_.:-]{1,64}"),
    Family.EVENT: re.compile(r"[A-Za-z0-9_.:-]{1,64}"),
}
_LONGEST_NAME: Final = 120
_DATA: Final = "data."


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`custom_data`: each declared name's kind; `routing` admits what only conversations have."""

    segments: Mapping[str, Condition]
    custom_data: Mapping[str, Kind]
    routing: bool = False

    def fact(self, name: object, path: str) -> Fact:
        """The fact of that name, or `Invalid` with the nearest one."""
        if not isinstance(name, str):
            raise Invalid(path, f"expected the name of a fact, got {shown(name)}")
        fact = self._find(name)
        if fact is None:
            raise Invalid(path, f"no fact named {_quoted(name)}{self._hint(name)}")
        if fact.routing_only and not self.routing:
            raise Invalid(path, f"{name!r} is known to routing rules only")
        return fact

    def segment(self, name: object, path: str) -> Condition:
        """The condition of the segment with that id, or `Invalid` with the nearest one."""
        if not isinstance(name, str):
            raise Invalid(path, f"expected the id of a segment, got {shown(name)}")
        if name not in self.segments:
            raise Invalid(path, f"no segment named {_quoted(name)}{nearest(name, self.segments)}")
        return self.segments[name]

    def _find(self, name: str) -> Fact | None:
        for prefix, family in OPEN_NAMES.items():
            if name.startswith(prefix):
                return self._open(family, name, name.removeprefix(prefix))
        return CATALOGUE.get(name)

    def _open(self, family: Fact, name: str, rest: str) -> Fact | None:
        if family.family is Family.DATA:
            kind = self.custom_data.get(rest)
            return None if kind is None else replace(family, name=name, kind=kind)
        known = _OPEN_NAME[family.family].fullmatch(rest)
        return replace(family, name=name) if known else None

    def _hint(self, wrong: str) -> str:
        if wrong.startswith(_DATA):
            near = get_close_matches(wrong[len(_DATA) : _LONGEST_NAME], list(self.custom_data), n=1)
            declared = f"did you mean '{_DATA}{near[0]}'?" if near else "no such data are declared"
            return f"; {declared}"
        known = [fact.name for fact in CATALOGUE.values() if self.routing or not fact.routing_only]
        return nearest(wrong, [f"{_DATA}{name}" for name in self.custom_data] + known)


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint for an error: the known name that looks most like this one, if any does."""
    near = get_close_matches(name[:_LONGEST_NAME], list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _quoted(name: str) -> str:
    return repr(name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}...")
