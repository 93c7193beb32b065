"""What may a rule ask about a visitor, a page or a conversation?

`CATALOGUE` is the vocabulary: a rule may mention nothing else. A fact has one of three states.

- *known*: `Facts` holds a value.
- *absent*: known to have no value. `Facts` holds `ABSENT`, or has no entry for a fact that is known
  at once.
- *pending*: `Facts` has no entry for a fact that becomes known later, while the page is shown.

Facts that become known later are all *counters*: whole numbers from 0 that only grow while the page
is shown (exit intent counts from false to true; idleness is the longest spell so far). So a known
counter is what it is *so far*: `page.seconds` 12 can still become 30, never 11.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias

from chalicelib.model.hours import DAYS

FactValue: TypeAlias = str | int | float | bool | Sequence[str] | None
Facts: TypeAlias = Mapping[str, FactValue]

ABSENT: Final = None


class Kind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    LIST = "list"


class Form(StrEnum):
    """How a text is written, hence how two of them compare."""

    PLAIN = "plain"
    URL = "url"
    LANGUAGE = "language"
    QUERY = "query"


class Family(StrEnum):
    PAGE = "page"
    VISIT = "visit"
    VISITOR = "visitor"
    CART = "cart"
    DATA = "data"
    EVENT = "event"
    CLOCK = "clock"
    CONVERSATION = "conversation"


class Known(StrEnum):
    AT_ONCE = "at_once"
    LATER = "pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """`words`: the only values it takes, if few; `ceiling`: the most a counter reaches."""

    name: str
    kind: Kind
    family: Family
    known: Known = Known.AT_ONCE
    form: Form = Form.PLAIN
    words: tuple[str, ...] = ()
    ceiling: int | None = None
    routing_only: bool = False

    @property
    def is_counter(self) -> bool:
        return self.known is Known.LATER


OPEN_OR_CLOSED: Final = ("open", "closed")
DEVICES: Final = ("desktop", "mobile", "tablet")
SOURCES: Final = ("direct", "search", "social", "email", "ads", "referral")


def _texts(family: Family, *names: str, form: Form = Form.PLAIN) -> tuple[Fact, ...]:
    return tuple(Fact(name=name, kind=Kind.TEXT, family=family, form=form) for name in names)


def _words(family: Family, name: str, words: tuple[str, ...]) -> Fact:
    return Fact(name=name, kind=Kind.TEXT, family=family, words=words)


def _known(family: Family, kind: Kind, *names: str) -> tuple[Fact, ...]:
    return tuple(Fact(name=name, kind=kind, family=family) for name in names)


def _counter(family: Family, name: str, ceiling: int | None = None) -> Fact:
    return Fact(name=name, kind=Kind.NUMBER, family=family, known=Known.LATER, ceiling=ceiling)


def _routing(name: str, kind: Kind = Kind.TEXT, form: Form = Form.PLAIN) -> Fact:
    return Fact(name=name, kind=kind, family=Family.CONVERSATION, form=form, routing_only=True)


_FACTS: Final = (
    *_texts(Family.PAGE, "page.url", "page.host", "page.path", form=Form.URL),
    *_texts(Family.PAGE, "page.previous_url", form=Form.URL),
    *_texts(Family.PAGE, "page.title"),
    _counter(Family.PAGE, "page.seconds"),
    _counter(Family.PAGE, "page.scroll_percent", ceiling=100),
    _counter(Family.PAGE, "page.idle_seconds"),
    Fact(
        name="page.exit_intent",
        kind=Kind.BOOLEAN,
        family=Family.PAGE,
        known=Known.LATER,
        ceiling=1,
    ),
    _counter(Family.VISIT, "visit.seconds"),
    *_known(Family.VISIT, Kind.NUMBER, "visit.pages"),
    *_texts(Family.VISIT, "visit.landing_url", "visit.referrer", form=Form.URL),
    _words(Family.VISIT, "visit.source", SOURCES),
    *_known(Family.VISITOR, Kind.NUMBER, "visitor.visits", "visitor.hours_since_last_visit"),
    *_known(Family.VISITOR, Kind.NUMBER, "visitor.conversations"),
    *_known(Family.VISITOR, Kind.BOOLEAN, "visitor.returning", "visitor.email_known"),
    *_known(Family.VISITOR, Kind.BOOLEAN, "visitor.identified"),
    *_texts(Family.VISITOR, "visitor.language", form=Form.LANGUAGE),
    *_texts(Family.VISITOR, "visitor.country", "visitor.browser", "visitor.os"),
    _words(Family.VISITOR, "visitor.device", DEVICES),
    *_known(Family.CART, Kind.NUMBER, "cart.amount", "cart.items"),
    *_texts(Family.CART, "cart.currency"),
    *_known(Family.CLOCK, Kind.TIME, "clock.time"),
    *_known(Family.CLOCK, Kind.DATE, "clock.date"),
    _words(Family.CLOCK, "clock.day", DAYS),
    _words(Family.CLOCK, "hours", OPEN_OR_CLOSED),
    _routing("conversation.language", form=Form.LANGUAGE),
    _routing("conversation.targeting_rule"),
    _routing("conversation.campaign"),
    _routing("conversation.tags", Kind.LIST),
    Fact(
        name="group.hours",
        kind=Kind.TEXT,
        family=Family.CONVERSATION,
        words=OPEN_OR_CLOSED,
        routing_only=True,
    ),
)

# Facts whose last part an author or a page invents; `data.NAME` is declared site by site.
_FAMILIES: Final = (
    *_texts(Family.PAGE, "page.query.NAME", form=Form.QUERY),
    *_texts(Family.VISIT, "visit.utm.NAME"),
    _counter(Family.EVENT, "event.NAME"),
    *_texts(Family.DATA, "data.NAME"),
)

OPEN_NAMES: Final[Mapping[str, Fact]] = MappingProxyType(
    {fact.name.removesuffix("NAME"): fact for fact in _FAMILIES}
)
CATALOGUE: Final[Mapping[str, Fact]] = MappingProxyType(
    {fact.name: fact for fact in (*_FACTS, *_FAMILIES)}
)
