"""Which JSON Schema has each frame, in and out?"""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Final, get_args, get_origin, get_type_hints

from chalicelib.model.notices import Notice
from chalicelib.model.reading import IDENTIFIER
from chalicelib.web.schemas import Components
from docs.generate import glossary
from docs.generate.reading import Taken

Schema = dict[str, Any]

FRAME_ID: Final[Schema] = {
    "type": "string",
    "maxLength": 64,
    "description": "chosen by the client; the answer brings it back",
}
_BY_READER: Final[Mapping[str, Schema]] = {
    "raw": {},
    "text": {"type": "string"},
    "name": {"type": "string"},
    "integer": {"type": "integer", "minimum": 0},
    "flag": {"type": "boolean"},
    "word": {"type": "string"},
    "identifier": {"type": "string", "pattern": f"^{IDENTIFIER.pattern}$"},
    "identifiers": {"type": "array", "items": {"type": "string"}},
    "names": {"type": "array", "items": {"type": "string"}},
    "object": {"type": "object"},
}


def kinds() -> tuple[type, ...]:
    """Every notice, in the order in which the code declares them."""
    return get_args(Notice)


def word_of(kind: type) -> str:
    """What stands in `type` on the wire."""
    return str(vars(kind)["type"])


def inward(action: str, taken: Mapping[str, Taken]) -> Schema:
    """The schema of a client's frame."""
    properties = {"action": {"const": action}, "id": FRAME_ID}
    properties |= {name: _inward_field(each) for name, each in taken.items()}
    return _object(properties, ["action", *_required(taken)])


def outward(kind: type) -> Schema:
    """The schema of a frame of ours."""
    properties: Schema = {"type": {"const": word_of(kind)}}
    described = _record(kind)
    properties |= described["properties"]
    required = ["type", *described["required"]]
    if "id" in properties:
        # `web.words` names it twice, so that an answer's `id` may be the client's.
        properties["conversation"] = properties["id"]
        required[required.index("id")] = "conversation"
    return _object({**properties, "id": {"type": "string"}}, required)


def _inward_field(taken: Taken) -> Schema:
    meaning, known = glossary.FIELDS[taken.name]
    schema: Schema = {**_BY_READER[taken.reader], **known, "description": meaning}
    if taken.words:
        schema["enum"] = list(taken.words)
    if taken.maximum is not None:
        schema["maxItems" if schema.get("type") == "array" else "maxLength"] = taken.maximum
    if taken.inner:
        inner = {name: _inward_field(each) for name, each in taken.inner.items()}
        schema |= _object(inner, _required(taken.inner))
    return schema


def _required(taken: Mapping[str, Taken]) -> list[str]:
    return [each.name for each in taken.values() if is_required(each)]


def is_required(taken: Taken) -> bool:
    """Whether a frame without this field is refused."""
    return taken.required or taken.name in glossary.DEMANDED


def _record(kind: type) -> Schema:
    hints = get_type_hints(kind)
    properties = {
        each.metadata.get("name", each.name): _outward_field(hints[each.name])
        for each in fields(kind)
    }
    required = [each.metadata.get("name", each.name) for each in fields(kind) if _always(each)]
    return {"properties": properties, "required": required}


def _always(each: Any) -> bool:
    return each.default is MISSING and each.default_factory is MISSING


def _outward_field(hint: Any) -> Schema:
    """A field that is there when it has a value: what is absent is left out, never null."""
    if get_origin(hint) is UnionType:
        (hint,) = (each for each in get_args(hint) if each is not NoneType)
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _outward_field(get_args(hint)[0])}
    if isinstance(hint, type) and is_dataclass(hint):
        described = _record(hint)
        return _object(described["properties"], described["required"])
    if get_origin(hint) is dict:
        return {"type": "object"}
    return Components().schema_of(hint)


def _object(properties: Mapping[str, Any], required: list[str]) -> Schema:
    return {"type": "object", "required": required, "properties": dict(properties)}
