"""Which OpenAPI 3.1 document describes these routes?

>>> route = Route("GET", "/v1/sites/{site}", "One site", roles=("admin",), answer=dict[str, str])
>>> document([route], version="1")["paths"]["/v1/sites/{site}"]["get"]["operationId"]
'get_sites_site'
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from chalicelib.web.schemas import Components, Page, Schema

IDENTIFIER: Final[Schema] = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}
ERROR: Final[Schema] = {
    "title": "Error",
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "request_id"],
            "properties": {
                "code": {"type": "string", "description": "what programs read"},
                "message": {"type": "string", "description": "what people read"},
                "path": {"type": "string", "description": "the field at fault"},
                "request_id": {"type": "string"},
            },
        }
    },
}
HEADERS: Final[Mapping[str, str]] = {
    "POST": "Idempotency-Key",
    "PUT": "If-Match",
    "PATCH": "If-Match",
    "DELETE": "If-Match",
}
# What the method itself can end in: a key that was used, a version that is gone, a rule broken.
_CHANGES: Final = frozenset({409, 412, 422})
FAILURES: Final[Mapping[str, frozenset[int]]] = {
    "POST": frozenset({400, 409, 422, 429}),
    "PUT": _CHANGES,
    "PATCH": _CHANGES,
    "DELETE": _CHANGES,
}


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path. `body` and `answer` are dataclasses, types or hand-written schemas.

    No roles: public. `statuses` adds to the failures that follow from the rest. `keeps_seconds` is
    how long a POST repeats its answer to the same Idempotency-Key.
    """

    method: str
    path: str
    summary: str
    roles: tuple[str, ...] = ()
    body: Any = None
    answer: Any = None
    status: int = 200
    statuses: tuple[int, ...] = ()
    query: Mapping[str, Any] = field(default_factory=dict)
    keeps_seconds: int = 86_400


def document(routes: Iterable[Route], *, version: str, server: str = "/") -> Schema:
    """The whole document; ValueError when two routes share a method and path."""
    components = Components()
    components.schema_of(ERROR)
    paths: dict[str, Schema] = {}
    for route in routes:
        operations = paths.setdefault(route.path, {})
        if route.method.lower() in operations:
            raise ValueError(f"{route.method} {route.path} is described twice")
        operations[route.method.lower()] = _operation(route, components)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Vestibule", "version": version},
        "servers": [{"url": server}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.schemas.items())),
            "securitySchemes": {
                "staff": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
        },
    }


def _operation(route: Route, components: Components) -> Schema:
    operation: Schema = {
        "operationId": "_".join([route.method.lower(), *re.findall(r"[a-z]+", route.path)[1:]]),
        "summary": route.summary,
        "parameters": _parameters(route, components),
        "responses": _responses(route, components),
        "security": [{"staff": []}] if route.roles else [],
    }
    if route.roles:
        operation["x-roles"] = list(route.roles)
    if route.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": components.schema_of(route.body)}},
        }
    return operation


def _parameters(route: Route, components: Components) -> list[Schema]:
    found = [_parameter(name, "path", IDENTIFIER) for name in _in_path(route)]
    query = dict(route.query)
    if isinstance(route.answer, Page):
        query |= {"limit": {"type": "integer", "minimum": 1, "maximum": 100}, "cursor": str}
    found += [_parameter(name, "query", components.schema_of(kind)) for name, kind in query.items()]
    # Only for somebody who is known are answers kept.
    header = HEADERS.get(route.method) if route.roles else None
    return [*found, _parameter(header, "header", {"type": "string"})] if header else found


def _parameter(name: str, place: str, schema: Schema) -> Schema:
    return {"name": name, "in": place, "required": place == "path", "schema": schema}


def _responses(route: Route, components: Components) -> Schema:
    success: Schema = {"description": HTTPStatus(route.status).phrase}
    if route.answer is not None:
        success["content"] = {"application/json": {"schema": components.schema_of(route.answer)}}
    responses = {str(route.status): success}
    failure = {"application/json": {"schema": components.schema_of(ERROR)}}
    for status in _failures(route):
        responses[str(status)] = {"description": HTTPStatus(status).phrase, "content": failure}
    return responses


def _failures(route: Route) -> list[int]:
    """The failures that follow from a route's form, and those it adds itself."""
    found = {500, 503, *route.statuses}
    found |= {401, 403} if route.roles else set()
    found |= {404} if _in_path(route) else set()
    found |= {400, 413, 415, 422} if route.body is not None else set()
    found |= {400, 422} if isinstance(route.answer, Page) else set()
    found |= {422} if route.query else set()
    found |= FAILURES.get(route.method, frozenset()) if route.roles else set()
    return sorted(found)


def _in_path(route: Route) -> list[str]:
    return re.findall(r"{(\w+)}", route.path)
