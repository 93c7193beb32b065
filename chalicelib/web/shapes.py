"""Of which pieces are the shapes of REST resources put together?"""

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.web.schemas import Schema

TEXT: Final[Schema] = {"type": "string"}
NUMBER: Final[Schema] = {"type": "integer"}
FLAG: Final[Schema] = {"type": "boolean"}
MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}
ID: Final[Schema] = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}
STAMPS: Final[Mapping[str, Any]] = {
    "version": {**NUMBER, "readOnly": True},
    "created_at": {**MOMENT, "readOnly": True},
    "updated_at": {**MOMENT, "readOnly": True},
}


def many(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def or_null(kind: str) -> Schema:
    return {"type": [kind, "null"]}


def an_object(name: str, required: tuple[str, ...] = (), /, **properties: Any) -> Schema:
    return {
        "title": name,
        "type": "object",
        "required": list(required),
        "properties": properties,
    }


def a_resource(name: str, required: tuple[str, ...], /, **properties: Any) -> Schema:
    return an_object(name, required, id=ID, **properties, **STAMPS)
