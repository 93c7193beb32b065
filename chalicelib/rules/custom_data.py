"""What may a site's own pages tell about a visitor, and of which kind is it?"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from chalicelib.errors import Invalid
from chalicelib.model.reading import Fields, shown
from chalicelib.rules.facts import Kind

_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")


class CustomKind(StrEnum):
    """The kinds a custom datum may be declared as."""

    TEXT = Kind.TEXT.value
    NUMBER = Kind.NUMBER.value
    BOOLEAN = Kind.BOOLEAN.value
    DATE = Kind.DATE.value
    LIST = Kind.LIST.value


def parse_all(documents: Iterable[object], path: str) -> Mapping[str, Kind]:
    """The kind of each declared name, or `Invalid`; the fact it makes is `data.<name>`."""
    kinds: dict[str, Kind] = {}
    ids: set[str] = set()
    for position, document in enumerate(documents):
        fields = Fields(document, f"{path}[{position}]")
        identifier = fields.identifier()
        if identifier in ids:
            raise Invalid(fields.at("id"), f"{identifier!r} is named twice")
        ids.add(identifier)
        name = _name(fields.raw("name"), fields.at("name"))
        if name in kinds:
            raise Invalid(fields.at("name"), f"{name!r} is declared twice")
        kinds[name] = Kind(fields.word("kind", CustomKind))
        fields.done()
    return MappingProxyType(kinds)


def _name(value: object, path: str) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise Invalid(
            path, f"expected a name of letters, digits, _ . and - (at most 64), got {shown(value)}"
        )
    return value
