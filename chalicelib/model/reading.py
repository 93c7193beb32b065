"""How is an author's JSON object read, field by field, so that each fault names its place?

`Fields` is the one reader of every document and command. Each method takes one field, checks it,
and remembers that it was taken; `done()` refuses whatever is left.

>>> fields = Fields({"name": "Loans", "queue_limit": 5}, "groups[0]")
>>> fields.text("name"), fields.integer("queue_limit", minimum=0), fields.done()
('Loans', 5, None)
>>> Fields({"queue_limit": True}, "groups[0]").integer("queue_limit", minimum=0)
Traceback (most recent call last):
    ...
chalicelib.errors.Invalid: groups[0].queue_limit: expected a whole number, got true
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, Final, TypeVar

from chalicelib.errors import Invalid

IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,64}")
NOTHING: Final[Any] = object()
Word = TypeVar("Word", bound=StrEnum)

# Characters that reorder or hide text (CVE-2021-42574) have no place in a name.
BIDIRECTIONAL = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Fields:
    """One JSON object at `path`; raises `Invalid` when `document` is not an object."""

    def __init__(self, document: object, path: str = "") -> None:
        if not isinstance(document, dict):
            raise Invalid(path, f"expected an object, got {shown(document)}")
        self._document: dict[str, Any] = document
        self._path = path
        self._taken: set[str] = set()

    def at(self, name: str) -> str:
        """The path of a field, as errors name it."""
        return f"{self._path}.{name}" if self._path else name

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._document.get(name) is not None

    def raw(self, name: str, default: Any = NOTHING) -> Any:
        """Whatever the field holds, unchecked; null counts as absent."""
        self._taken.add(name)
        value = self._document.get(name)
        if value is None:
            if default is NOTHING:
                raise Invalid(self.at(name), "is required")
            return default
        return value

    def text(
        self, name: str, default: Any = NOTHING, *, maximum: int = 200, minimum: int = 1
    ) -> Any:
        """A string of `minimum` to `maximum` characters; of control characters, newline and tab."""
        value = self.raw(name, default)
        return value if value is default else plain_text(value, self.at(name), maximum, minimum)

    def name(self, name: str = "name", default: Any = NOTHING, *, maximum: int = 200) -> Any:
        """A one-line text for people: no control or reordering characters, trimmed, not empty."""
        value = self.raw(name, default)
        return value if value is default else one_line(value, self.at(name), maximum)

    def integer(
        self, name: str, default: Any = NOTHING, *, minimum: int = 0, maximum: int = 2**31
    ) -> Any:
        """A whole number within bounds; `true`, `1.0` and `"1"` are not whole numbers."""
        value = self.raw(name, default)
        if value is default:
            return value
        if type(value) is not int:
            raise Invalid(self.at(name), f"expected a whole number, got {shown(value)}")
        if not minimum <= value <= maximum:
            raise Invalid(self.at(name), f"expected {minimum} to {maximum}, got {value}")
        return value

    def flag(self, name: str, default: Any = NOTHING) -> Any:
        """True or false."""
        value = self.raw(name, default)
        if value is not default and not isinstance(value, bool):
            raise Invalid(self.at(name), f"expected true or false, got {shown(value)}")
        return value

    def word(self, name: str, words: type[Word], default: Any = NOTHING) -> Any:
        """One word of a closed set, as its enumeration member."""
        value = self.raw(name, default)
        if value is default:
            return value
        return word(value, words, self.at(name))

    def identifier(self, name: str = "id", default: Any = NOTHING) -> Any:
        """An id: letters, digits, `_` and `-`, at most 64."""
        value = self.raw(name, default)
        return value if value is default else identifier(value, self.at(name))

    def identifiers(self, name: str, default: Any = NOTHING, *, maximum: int = 1000) -> Any:
        """A list of distinct ids, as a tuple."""
        value = self.raw(name, default)
        if value is default:
            return value
        found = tuple(identifier(each, path) for each, path in _each(value, self.at(name), maximum))
        return _distinct(found, self.at(name))

    def names(self, name: str, default: Any = NOTHING, *, maximum: int = 100) -> Any:
        """A list of distinct one-line texts, as a tuple."""
        value = self.raw(name, default)
        if value is default:
            return value
        found = tuple(
            one_line(each, path, 100) for each, path in _each(value, self.at(name), maximum)
        )
        return _distinct(found, self.at(name))

    def object(self, name: str, default: Any = NOTHING) -> "Fields":
        """The object in the field, as a reader of its own."""
        return Fields(self.raw(name, default), self.at(name))

    def each(
        self, name: str, default: Any = NOTHING, *, maximum: int = 1000
    ) -> Iterator[tuple[Any, str]]:
        """The members of a list with their paths."""
        return _each(self.raw(name, default), self.at(name), maximum)

    def entries(self) -> Iterator[tuple[str, Any, str]]:
        """Every name, value and path of an object whose names are data, not fields."""
        for name, value in self._document.items():
            self._taken.add(name)
            yield name, value, self.at(name)

    def done(self) -> None:
        """Refuse the fields that nobody took."""
        for name in self._document:
            if name not in self._taken:
                near = get_close_matches(name, self._taken, n=1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                raise Invalid(self.at(name), f"no such field{hint}", "unknown_field")


def identifier(value: object, path: str) -> str:
    """An id, or `Invalid`."""
    if not isinstance(value, str) or not IDENTIFIER.fullmatch(value):
        raise Invalid(
            path, f"expected an id of letters, digits, _ and - (at most 64), got {shown(value)}"
        )
    return value


def word(value: object, words: type[Word], path: str) -> Word:
    """A member of a closed set of words, or `Invalid` naming them."""
    for member in words:
        if value == member.value:
            return member
    raise Invalid(path, f"expected one of {', '.join(words)}, got {shown(value)}")


def plain_text(value: object, path: str, maximum: int, minimum: int = 1) -> str:
    """A text that people wrote: newlines and tabs are kept, other control characters refused."""
    if not isinstance(value, str):
        raise Invalid(path, f"expected a text, got {shown(value)}")
    if not minimum <= len(value) <= maximum:
        raise Invalid(path, f"expected {minimum} to {maximum} characters, got {len(value)}")
    if any(unicodedata.category(each) in ("Cc", "Cs") and each not in "\n\r\t" for each in value):
        raise Invalid(path, "control characters are not allowed", "invalid_text")
    return value


def one_line(value: object, path: str, maximum: int = 200) -> str:
    """A name: one line, trimmed, nothing invisible that could deceive."""
    text = plain_text(value, path, maximum).strip()
    if not text:
        raise Invalid(path, "must not be blank")
    if any(each in "\n\r\t\u2028\u2029" or each in BIDIRECTIONAL for each in text):
        raise Invalid(path, "line breaks and reordering characters are not allowed", "invalid_text")
    return text


def shown(value: object) -> str:
    """A value as an error may show it: JSON, cut short."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = type(value).__name__
    return text if len(text) <= 60 else f"{text[:57]}..."


def _each(value: object, path: str, maximum: int) -> Iterator[tuple[Any, str]]:
    if not isinstance(value, list | tuple):
        raise Invalid(path, f"expected a list, got {shown(value)}")
    if len(value) > maximum:
        raise Invalid(path, f"expected at most {maximum} entries, got {len(value)}")
    for position, each in enumerate(value):
        yield each, f"{path}[{position}]"


def _distinct(found: tuple[str, ...], path: str) -> tuple[str, ...]:
    for position, each in enumerate(found):
        if each in found[:position]:
            raise Invalid(f"{path}[{position}]", f"{each!r} is named twice")
    return found
