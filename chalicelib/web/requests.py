"""What does an HTTP request hold, once checked?"""

import re
from base64 import b64decode
from typing import Any, Final

from chalice.app import Request

from chalicelib.errors import Invalid, NotFound
from chalicelib.model.reading import IDENTIFIER, Fields, shown
from chalicelib.web.encoding import DEEPEST, LARGEST, parse_json
from chalicelib.web.failures import Refused

JSON_TYPES: Final = frozenset({"application/json", "application/merge-patch+json"})
_VERSION: Final = re.compile(r'(?:W/)?("?)([0-9]{1,9})\1')


def body_of(request: Request, *, limit: int = LARGEST, depth: int = DEEPEST) -> object:
    """The JSON body; `Refused` 400, 413 or 415 when it is no such thing."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in JSON_TYPES:
        raise Refused(415, "unsupported_media_type", "send the body as application/json")
    event = request.to_original_event()
    # Chalice's own `raw_body` fails on half characters; the event holds what was sent.
    body: Any = event.get("body") or ""
    raw = b64decode(body) if event.get("isBase64Encoded") else body
    return parse_json(raw, limit=limit, depth=depth)


def query_of(request: Request) -> Fields:
    """The query's parameters, each given once, to be read like the fields of a body."""
    given = request.to_original_event().get("multiValueQueryStringParameters") or {}
    for name, values in given.items():
        if len(values) != 1:
            raise Invalid(name, f"is given {len(values)} times")
    return Fields({name: values[0] for name, values in given.items()})


def path_id(text: str) -> str:
    """An id from the path; what cannot be an id names nothing, so `NotFound`."""
    if not IDENTIFIER.fullmatch(text):
        raise NotFound
    return text


def wanted_version(request: Request) -> int | None:
    """The version that `If-Match` names, None without one, or `Invalid`."""
    given = request.headers.get("if-match")
    if given is None or given.strip() == "*":
        return None
    version = _VERSION.fullmatch(given.strip())
    if version is None:
        raise Invalid("If-Match", f"expected the version of the resource, got {shown(given)}")
    return int(version[2])
