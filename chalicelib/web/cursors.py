"""Where does the next page of a collection begin?

A cursor is a signed token bound to the collection it came from, so that it opens no other.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from chalicelib.errors import Invalid, VestibuleError
from chalicelib.model.reading import shown
from chalicelib.model.tokens import Kind, Signer
from chalicelib.web.failures import Refused

LIFETIME_SECONDS: Final = 86_400
USUAL_PAGE: Final = 25
LARGEST_PAGE: Final = 100


def encode(signer: Signer, collection: str, start: Mapping[str, Any], *, now: datetime) -> str:
    """The cursor of the page that begins after `start` in `collection` (its path, site and all)."""
    return signer.sign(Kind.CURSOR, {"in": collection, "after": dict(start)}, now=now)


def decode(signer: Signer, collection: str, cursor: str, *, now: datetime) -> dict[str, Any]:
    """Where the page begins, or `Refused` 400 `invalid_cursor`: altered, foreign or a day old."""
    try:
        claims = signer.read(Kind.CURSOR, cursor, now=now, maximum_age_seconds=LIFETIME_SECONDS)
    except VestibuleError:
        raise _invalid() from None
    if claims["in"] != collection:
        raise _invalid()
    start: dict[str, Any] = claims["after"]
    return start


def page_size(limit: str | None) -> int:
    """How many items a page holds: `?limit=`, 1 to 100, or `Invalid`."""
    if limit is None:
        return USUAL_PAGE
    if not (limit.isascii() and limit.isdigit() and len(limit) <= 3):
        raise Invalid("limit", f"expected a whole number, got {shown(limit)}")
    if not 1 <= int(limit) <= LARGEST_PAGE:
        raise Invalid("limit", f"expected 1 to {LARGEST_PAGE}, got {limit}")
    return int(limit)


def number(text: str) -> int:
    """The message number after which a page begins, or `Invalid`."""
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise Invalid("after", f"expected a number, got {shown(text)}")
    return int(text)


def _invalid() -> Refused:
    return Refused(400, "invalid_cursor", "the cursor does not belong to this collection")
