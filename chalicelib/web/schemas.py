"""Which JSON Schema describes a Python type?

>>> Components().schema_of(list[int | None])
{'type': 'array', 'items': {'anyOf': [{'type': 'integer'}, {'type': 'null'}]}}
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

Schema = dict[str, Any]

SIMPLE: Final[Mapping[object, Schema]] = {
    Any: {},
    object: {},
    NoneType: {"type": "null"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
}


@dataclass(frozen=True, slots=True)
class Page:
    """The answer of a collection: a page of `item`s."""

    item: Any


class Components:
    """Schemas by name: one for each dataclass, and each hand-written schema with a title."""

    def __init__(self) -> None:
        self.schemas: dict[str, Schema] = {}
        self._sources: dict[str, Any] = {}

    def schema_of(self, kind: Any) -> Schema:
        """The schema of a type or hand-written schema; TypeError for a type JSON cannot say."""
        match kind:
            case dict():
                return self._named(kind["title"], kind, lambda: kind) if "title" in kind else kind
            case Page():
                return _page(self.schema_of(kind.item))
            case type() if is_dataclass(kind):
                return self._named(kind.__name__, kind, lambda: self._record(kind))
            case type() if issubclass(kind, StrEnum):
                return {"type": "string", "enum": [str(word) for word in kind]}
            case _ if get_origin(kind) is not None:
                return self._generic(get_origin(kind), get_args(kind))
            case _ if kind in SIMPLE:
                return dict(SIMPLE[kind])
        raise TypeError(f"{kind!r} has no schema")

    def _named(self, name: str, source: Any, describe: Callable[[], Schema]) -> Schema:
        known = self._sources.setdefault(name, source)
        if known is not source and known != source:
            raise ValueError(f"two schemas are called {name!r}")
        if name not in self.schemas:
            self.schemas[name] = {}  # a record may hold its own kind
            self.schemas[name] = describe()
        return {"$ref": f"#/components/schemas/{name}"}

    def _record(self, kind: Any) -> Schema:
        hints = get_type_hints(kind)
        return {
            "type": "object",
            "required": [each.name for each in fields(kind) if _is_required(each)],
            "properties": {each.name: self.schema_of(hints[each.name]) for each in fields(kind)},
        }

    def _generic(self, origin: Any, arguments: tuple[Any, ...]) -> Schema:
        if origin in (Union, UnionType):
            return {"anyOf": [self.schema_of(each) for each in arguments]}
        if origin is Literal:
            return {"enum": list(arguments)}
        if issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self.schema_of(arguments[1])}
        if origin is tuple and arguments[-1] is not Ellipsis:
            return {"type": "array", "prefixItems": [self.schema_of(each) for each in arguments]}
        return {"type": "array", "items": self.schema_of(arguments[0])}


def _page(item: Schema) -> Schema:
    return {
        "type": "object",
        "required": ["items", "next_cursor"],
        "properties": {
            "items": {"type": "array", "items": item},
            "next_cursor": {"type": ["string", "null"]},
        },
    }


def _is_required(each: Field[Any]) -> bool:
    return each.default is MISSING and each.default_factory is MISSING
