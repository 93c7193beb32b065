"""How does text from outside become values, and how do values become text?

Python's own reader accepts NaN, doubled keys, half characters and any depth. This one does not;
REST and the socket both read through it.
"""

import json
import re
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any, Final, NoReturn

from chalicelib.errors import Invalid
from chalicelib.model.reading import shown
from chalicelib.web.failures import Refused

LARGEST: Final = 65_536
DEEPEST: Final = 16
LONGEST_NUMBER: Final = 20

# One token is a whole string (closed or not, so that no input is scanned twice) or one bracket.
_STRING_OR_BRACKET: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)
_HALF_CHARACTER: Final = re.compile(r"\\u[dD][89a-fA-F]")
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})"
)


def parse_json(raw: bytes | str, *, limit: int = LARGEST, depth: int = DEEPEST) -> object:
    """The JSON in at most `limit` bytes and `depth` levels, or `Refused` 400, 413 or 422."""
    if len(raw) > limit:
        # A flood of brackets is named for what it is; only the first `limit` are looked at.
        head = raw[:limit]
        _refuse_depth(head if isinstance(head, str) else head.decode("latin-1"), depth)
        raise _too_large(limit)
    text = _decoded(raw, limit)
    _refuse_depth(text, depth)
    try:
        document = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise _not_json(f"{error.msg} (line {error.lineno}, column {error.colno})") from None
    if _HALF_CHARACTER.search(text):
        _refuse_half_characters(document)
    return document


def render(document: Any) -> str:
    """Compact JSON with moments in RFC 3339; TypeError or ValueError for what JSON cannot say."""
    return _ENCODER.encode(document)


def moment(when: datetime) -> str:
    """An aware moment as RFC 3339 in UTC, with milliseconds only when they are not zero."""
    if when.tzinfo is None:
        raise ValueError("a moment must know its time zone")
    utc = when.astimezone(UTC).replace(tzinfo=None)
    precision = "milliseconds" if utc.microsecond >= 1000 else "seconds"
    return f"{utc.isoformat(timespec=precision)}Z"


def parse_moment(value: object, path: str = "") -> datetime:
    """The UTC moment an RFC 3339 text names, or `Invalid`."""
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise _not_a_moment(value, path)
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _not_a_moment(value, path) from None


def _not_a_moment(value: object, path: str) -> Invalid:
    return Invalid(path, f"expected a moment like 2026-03-01T09:00:00Z, got {shown(value)}")


def _decoded(raw: bytes | str, limit: int) -> str:
    if isinstance(raw, bytes):
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            raise _not_json("the text is not UTF-8") from None
    try:
        size = len(raw.encode("utf-8"))
    except UnicodeEncodeError:
        raise _half_character() from None
    if size > limit:
        raise _too_large(limit)
    return raw


def _refuse_depth(text: str, deepest: int) -> None:
    """Refuse deep nesting before the parser, which is recursive, sees it."""
    if text.count("[") + text.count("{") <= deepest:
        return
    depth = 0
    for token in _STRING_OR_BRACKET.finditer(text):
        match token[0]:
            case "[" | "{":
                depth += 1
            case "]" | "}":
                depth -= 1
        if depth > deepest:
            raise Refused(400, "too_deep", f"at most {deepest} levels of nesting are accepted")


def _refuse_half_characters(document: object) -> None:
    try:
        json.dumps(document, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise _half_character() from None


def _too_large(limit: int) -> Refused:
    return Refused(413, "too_large", f"at most {limit} bytes are accepted")


def _half_character() -> Refused:
    return Refused(400, "invalid_text", "a text holds half of a character (a lone surrogate)")


def _not_json(problem: str) -> Refused:
    return Refused(400, "invalid_json", f"this is not JSON: {problem}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        names = sorted(name for name, _ in pairs)
        doubled = next(name for name, following in pairwise(names) if name == following)
        raise Refused(400, "duplicate_key", f"{shown(doubled)} stands twice in one object")
    return document


def _whole_number(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise Refused(422, "invalid_field", f"a number has more than {LONGEST_NUMBER} digits")
    return int(text)


def _number(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise _not_json("a number is too large")
    return number


def _constant(_text: str) -> NoReturn:
    raise _not_json("NaN and Infinity are not numbers")


def _written(value: object) -> str:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_whole_number,
    parse_float=_number,
    parse_constant=_constant,
)
_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_written
)
