"""What do frames hold, field by field, once checked?"""

import re
from collections.abc import Mapping
from typing import Any, Final

from chalicelib.errors import Invalid
from chalicelib.model.attachment import LONGEST_NAME, MOST_ATTACHMENTS
from chalicelib.model.conversation import LONGEST_TEXT, AuthorKind
from chalicelib.model.reading import Fields, one_line, shown
from chalicelib.model.survey import (
    HIGHEST_CSAT,
    HIGHEST_NPS,
    LONGEST_COMMENT,
    LOWEST_CSAT,
    Judgement,
)
from chalicelib.model.visit import Consent, PageView
from chalicelib.rules.kinds import LARGEST_NUMBER
from chalicelib.services.ports.files import Declared

CURRENCY: Final = re.compile("[A-Z]{3}")
LARGEST_AMOUNT: Final = 1e12
LONGEST_URL: Final = 2048
MOST_DATA: Final = 50
MOST_OBSERVED: Final = 50
OBSERVABLE: Final = frozenset(
    {
        "page.seconds",
        "visit.seconds",
        "page.scroll_percent",
        "page.exit_intent",
        "page.idle_seconds",
    }
)


def page_view(fields: Fields) -> PageView:
    """What a `page` frame says of the page and the browser."""
    facts = Fields(fields.raw("facts", {}), "facts")
    cart = Fields(facts.raw("cart", {}), "facts.cart")
    view = PageView(
        url=fields.text("url", maximum=LONGEST_URL),
        title=_cut(fields.raw("title", "")),
        previous_url=fields.text("previous_url", "", maximum=LONGEST_URL, minimum=0),
        language=fields.name("language", "", maximum=35),
        device=fields.name("device", "", maximum=20),
        browser=fields.name("browser", "", maximum=40),
        os=fields.name("os", "", maximum=40),
        consent=fields.word("consent", Consent, Consent.LIGHT),
        cart=_cart(cart),
        data=_data(facts),
        again=fields.flag("again", False),
    )
    facts.done()
    return view


def observed(fields: Fields) -> dict[str, float | bool]:
    """What an `observed` frame reports: counters and exit intent, nothing else."""
    found: dict[str, float | bool] = {}
    entries = Fields(fields.raw("facts"), "facts").entries()
    for name, value, path in entries:
        if name not in OBSERVABLE and not name.startswith("event."):
            raise Invalid(path, "is not something a page observes")
        if len(found) >= MOST_OBSERVED or len(name) > 80:
            raise Invalid(path, "is too much for one frame", "too_large")
        found[name] = _observation(name, value, path)
    return found


def words(fields: Fields, *, nameless: str = "bad_frame") -> tuple[str, str]:
    """The client id and text of a message; `nameless` is the error's code without a good id."""
    client_id = _client_id(fields.raw("client_id", None), nameless)
    _check_length(fields.raw("text"))
    written: str = fields.text("text", maximum=LONGEST_TEXT)
    if not written.strip():
        raise Invalid("text", "must not be blank")
    return client_id, written


def said(fields: Fields, *, nameless: str = "bad_frame") -> tuple[str, str, tuple[str, ...]]:
    """The client id of a message, its text and its files; with files the text may be empty."""
    client_id = _client_id(fields.raw("client_id", None), nameless)
    attachments: tuple[str, ...] = fields.identifiers("attachments", (), maximum=MOST_ATTACHMENTS)
    _check_length(fields.raw("text"))
    written: str = fields.text("text", maximum=LONGEST_TEXT, minimum=0)
    if not written.strip() and not attachments:
        raise Invalid("text", "must not be blank")
    return client_id, written if written.strip() else "", attachments


def declared(fields: Fields, by: AuthorKind) -> Declared:
    """What a browser says of a file that it wants to send."""
    return Declared(
        name=fields.name("name", maximum=LONGEST_NAME),
        type=fields.name("type", maximum=100),
        size=fields.integer("size", minimum=1),
        by=by.value,
    )


def judgement(fields: Fields) -> Judgement:
    """Answers to the questions at the end of a conversation, perhaps to none."""
    comment = fields.text("comment", None, maximum=LONGEST_COMMENT)
    if comment is not None and not comment.strip():
        raise Invalid("comment", "must not be blank")
    return Judgement(
        csat=fields.integer("csat", None, minimum=LOWEST_CSAT, maximum=HIGHEST_CSAT),
        nps=fields.integer("nps", None, maximum=HIGHEST_NPS),
        comment=comment,
    )


def sale(fields: Fields) -> tuple[str, float, str]:
    """What was bought: the site's own id for it, the amount, and in which currency."""
    id = fields.name("transaction", maximum=64)
    amount = _amount(fields.raw("amount"), fields.at("amount"))
    currency = fields.text("currency", maximum=3)
    if not CURRENCY.fullmatch(currency):
        raise Invalid("currency", f"expected three capital letters, got {shown(currency)}")
    return id, amount, currency


def resumption(fields: Fields) -> tuple[str, int] | None:
    """The conversation token a page brings along, and the last number it has."""
    if not fields.has("resume"):
        fields.raw("resume", None)
        return None
    resume = fields.object("resume")
    token = resume.text("token", maximum=8192)
    after: int = resume.integer("after", 0)
    resume.done()
    return token, after


def _client_id(value: object, nameless: str) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= 64:
        raise Invalid("client_id", "expected 1 to 64 characters", nameless)
    one_line(value, "client_id", 64)
    return value


def _check_length(text: object) -> None:
    if isinstance(text, str) and len(text) > LONGEST_TEXT:
        raise Invalid("text", f"at most {LONGEST_TEXT} characters", "too_large")


def _observation(name: str, value: object, path: str) -> float | bool:
    if name == "page.exit_intent":
        if not isinstance(value, bool):
            raise Invalid(path, f"expected true or false, got {shown(value)}")
        return value
    if type(value) is not int and type(value) is not float:
        raise Invalid(path, f"expected a number, got {shown(value)}")
    if not 0 <= value <= 10_000_000:
        raise Invalid(path, "expected 0 to 10000000")
    return int(value)


def _cart(cart: Fields) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for name in ("amount", "items"):
        value = cart.raw(name, None)
        if value is None:
            continue
        found[name] = _amount(value, cart.at(name))
    currency = cart.name("currency", None, maximum=3)
    cart.done()
    return found if currency is None else {**found, "currency": currency}


def _amount(value: object, path: str) -> float:
    if type(value) is not int and type(value) is not float:
        raise Invalid(path, f"expected a number from 0, got {shown(value)}")
    if not 0 <= value <= LARGEST_AMOUNT:
        raise Invalid(path, f"expected a number from 0, got {shown(value)}")
    return value


def _data(facts: Fields) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for name, value, path in Fields(facts.raw("data", {}), "facts.data").entries():
        if len(found) >= MOST_DATA or len(name) > 64:
            raise Invalid(path, f"at most {MOST_DATA} data of 64 characters' name", "too_large")
        found[name] = _datum(value, path)
    return found


def _datum(value: object, path: str) -> object:
    if isinstance(value, int | float):
        # Rules compare no larger numbers, and a pass can carry none.
        if not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
            raise Invalid(path, f"expected at most {LARGEST_NUMBER}, got {shown(value)}")
        return value
    if isinstance(value, list):
        return [one_line(each, path, 200) for each in value[:50]]
    return one_line(value, path, 500)


def _cut(title: object) -> str:
    """A page's title is the host page's business: whatever it holds, we keep a clean beginning."""
    text = title if isinstance(title, str) else ""
    return "".join(each for each in text if each.isprintable())[:300]
