"""How is a value of each kind read, when a fact holds it and when an author wrote it?

Both come out in the same comparable shape. A fact's value of another kind counts as absent: what a
browser reports can make a rule silent, never make it fail.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, Final

from chalicelib.errors import Invalid
from chalicelib.model.reading import plain_text, shown
from chalicelib.rules import urls
from chalicelib.rules.facts import Fact, Form, Kind
from chalicelib.rules.texts import fold

LONGEST_TEXT: Final = 2048
LARGEST_NUMBER: Final = 10**15
STEP_MINUTES: Final = 15

_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Reader:
    """`of_fact` answers None for no value; `of_author` raises `Invalid` with the given path."""

    of_fact: Callable[[object], Any]
    of_author: Callable[[object, str], Any]


class Extent(Enum):
    """How much of a text an author writes to have it compared."""

    WHOLE = "all of it"
    PATTERN = "all of it, with wildcards"
    PIECE = "some of it"


def reader(fact: Fact, extent: Extent) -> Reader:
    """How the values of a fact are read, and what an author may write of it."""
    if fact.is_counter and fact.kind is Kind.NUMBER:
        return Reader(_COUNTS[fact.ceiling], _author_number)
    if fact.words and extent is Extent.WHOLE:
        return Reader(_TEXTS[Form.PLAIN].of_fact, _word_of(fact.words))
    if fact.form is Form.LANGUAGE and extent is not Extent.WHOLE:
        return _TEXTS[Form.PLAIN]
    if fact.form is Form.URL and extent is Extent.PIECE:
        return _PIECES_OF_URLS
    return _TEXTS[fact.form] if fact.kind is Kind.TEXT else _READERS[fact.kind]


def primary_language(tag: str) -> str:
    """The part of a language tag that conditions compare: `fr` of `fr-CA`."""
    return fold(tag).replace("_", "-").partition("-")[0]


def _text_of(folding: Callable[[str], str], *, empty: bool = False) -> Callable[[object], Any]:
    def read(value: object) -> str | None:
        return folding(value) if isinstance(value, str) and (value or empty) else None

    return read


def _author_text_of(folding: Callable[[str], str]) -> Callable[[object, str], Any]:
    return lambda value, path: folding(plain_text(value, path, LONGEST_TEXT))


def _word_of(words: tuple[str, ...]) -> Callable[[object, str], Any]:
    def read(value: object, path: str) -> str:
        if not isinstance(value, str) or fold(value) not in words:
            raise Invalid(path, f"expected one of {', '.join(words)}, got {shown(value)}")
        return fold(value)

    return read


def _number(value: object) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if -LARGEST_NUMBER <= value <= LARGEST_NUMBER else None


def _count(value: object) -> int | None:
    number = _number(value)
    return None if number is None else max(0, math.floor(number))


def _percent(value: object) -> int | None:
    count = _count(value)
    return None if count is None else min(count, 100)


def _author_number(value: object, path: str) -> int | float:
    number = _number(value)
    if number is None:
        raise Invalid(path, f"expected a number, got {shown(value)}")
    return number


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _author_flag(value: object, path: str) -> bool:
    if not isinstance(value, bool):
        raise Invalid(path, f"expected true or false, got {shown(value)}")
    return value


def _date(value: object) -> date | None:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _author_date(value: object, path: str) -> date:
    day = _date(value)
    if day is None:
        raise Invalid(path, f"expected a date such as 2026-12-24, got {shown(value)}")
    return day


def _minutes(value: object) -> int | None:
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    return int(match[1]) * 60 + int(match[2]) if match else None


def _time(value: object) -> int | None:
    minutes = _minutes(value)
    return None if minutes is None else minutes - minutes % STEP_MINUTES


def _author_time(value: object, path: str) -> int:
    minutes = _minutes(value)
    if minutes is None or minutes % STEP_MINUTES:
        raise Invalid(path, f"expected a quarter of an hour such as 18:45, got {shown(value)}")
    return minutes


def _labels(value: object) -> frozenset[str] | None:
    if isinstance(value, str) or not isinstance(value, list | tuple | set | frozenset):
        return None
    return frozenset(fold(each) for each in value if isinstance(each, str))


_TEXTS: Final[Mapping[Form, Reader]] = {
    Form.PLAIN: Reader(_text_of(fold), _author_text_of(fold)),
    Form.QUERY: Reader(_text_of(fold, empty=True), _author_text_of(fold)),
    Form.URL: Reader(urls.read, _author_text_of(urls.folded)),
    Form.LANGUAGE: Reader(_text_of(primary_language), _author_text_of(primary_language)),
}
_PIECES_OF_URLS: Final = Reader(urls.read, _author_text_of(urls.folded_piece))

# By a counter's ceiling: no page can report more than there is.
_COUNTS: Final[Mapping[int | None, Callable[[object], Any]]] = {None: _count, 100: _percent}

_READERS: Final[Mapping[Kind, Reader]] = {
    Kind.NUMBER: Reader(_number, _author_number),
    Kind.BOOLEAN: Reader(_flag, _author_flag),
    Kind.DATE: Reader(_date, _author_date),
    Kind.TIME: Reader(_time, _author_time),
    Kind.LIST: Reader(_labels, _author_text_of(fold)),
}
