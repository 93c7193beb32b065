"""Which part of a partition does a query read, and where does its next page start?"""

import base64
import json
from dataclasses import dataclass
from typing import Any

from chalicelib.errors import Invalid
from chalicelib.store.operations import INDEXES, KEY_ATTRIBUTES, Item

FIRST_SURROGATE = "\ud800"
AFTER_SURROGATES = "\ue000"
LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Range:
    """Sort keys from `first` on (itself included), up to `end` (itself not); None is no bound."""

    first: str | None
    end: str | None

    @classmethod
    def between(cls, prefix: str | None, after: str | None, before: str | None) -> "Range":
        """The keys with this prefix, strictly between the two."""
        # Nothing sorts between a text and the same text with a NUL behind it.
        firsts = [each for each in (prefix, after and f"{after}\0") if each]
        ends = [each for each in (_following(prefix or ""), before) if each]
        return cls(max(firsts, default=None), min(ends, default=None))

    def __contains__(self, sk: str) -> bool:
        above = self.first is None or sk >= self.first
        return above and (self.end is None or sk < self.end)

    @property
    def empty(self) -> bool:
        """Whether no sort key can lie within."""
        return self.first is not None and self.end is not None and self.first >= self.end


def names_of(index: str | None) -> tuple[str, str]:
    """The two attributes that place an item in the table, or in the index."""
    return KEY_ATTRIBUTES if index is None else INDEXES[index]


def place_in(item: Item, index: str | None) -> tuple[str, ...]:
    """What an item's order in the table, or in the index, depends on."""
    if index is None:
        return (item["sk"],)
    return (item[names_of(index)[1]], item["pk"], item["sk"])


def cursor_after(item: Item, index: str | None) -> str:
    """A cursor that continues behind this item."""
    text = json.dumps(place_in(item, index), separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place_at(cursor: str | None, index: str | None, wanted: Range) -> tuple[str, ...] | None:
    """The place a cursor names; raises `Invalid` for one that this list never gave out."""
    if cursor is None:
        return None
    place = _read(cursor)
    texts = isinstance(place, list) and all(isinstance(each, str) and each for each in place)
    if not texts or len(place) != (1 if index is None else 3) or place[0] not in wanted:
        raise Invalid("cursor", "expected what `next_cursor` of this list said")
    return tuple(place)


def _read(cursor: str) -> Any:
    try:
        return json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", True))
    except (ValueError, RecursionError):
        return None


def _following(prefix: str) -> str | None:
    """The smallest text above every text with this prefix; None when there is none."""
    rest = prefix.rstrip(LAST)
    if not rest:
        return None
    following = chr(ord(rest[-1]) + 1)
    return rest[:-1] + (AFTER_SURROGATES if following == FIRST_SURROGATE else following)
