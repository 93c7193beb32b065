"""How do the notification and the chatbox look, and what do they say in each language?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from chalicelib.errors import Invalid
from chalicelib.model import reading
from chalicelib.model.reading import Fields

COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
ADDRESS = re.compile(r"https?://[^\s\"'<>\\]{1,2000}")
# A list of families as a style sheet has it; nothing that could end the declaration.
FONT = re.compile(r"[\w ,'\"-]+")


class TemplateStatus(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"


class Format(StrEnum):
    CLASSIC = "classic"
    MESSAGING = "messaging"
    BADGE = "badge"
    BANNER = "banner"
    POP_IN = "pop_in"
    CUSTOM_BUTTON = "custom_button"


class Position(StrEnum):
    BOTTOM_RIGHT = "bottom_right"
    BOTTOM_LEFT = "bottom_left"


class Place(StrEnum):
    """Cards have a corner, a banner an edge; a pop-in is in the middle whatever is said here."""

    BOTTOM_RIGHT = "bottom_right"
    BOTTOM_LEFT = "bottom_left"
    TOP = "top"
    BOTTOM = "bottom"


class Animation(StrEnum):
    NONE = "none"
    FADE = "fade"
    SLIDE = "slide"
    GROW = "grow"


class Scheme(StrEnum):
    """`auto` follows what the visitor prefers; a page that is always light may say so."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    id: str
    name: str
    status: TemplateStatus
    format: Format
    texts: Mapping[str, Mapping[str, str]]
    image: str | None
    colours: Mapping[str, str]
    position: Place
    animation: Animation

    def shown(self) -> dict[str, Any]:
        """What a page needs to draw it."""
        return {
            "id": self.id,
            "format": self.format,
            "texts": self.texts,
            "image": self.image,
            "colours": self.colours,
            "position": self.position,
            "animation": self.animation,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Chatbox:
    """`mobile_position`: where the bubble is on a phone, None for the same place."""

    status: TemplateStatus
    colours: Mapping[str, str]
    scheme: Scheme
    font: str | None
    position: Position
    mobile_position: Position | None
    avatar: str | None
    survey: bool
    texts: Mapping[str, Mapping[str, str]]

    def shown(self) -> dict[str, Any]:
        """What a page needs to draw it."""
        return {
            "colours": self.colours,
            "scheme": self.scheme,
            "font": self.font,
            "position": self.position,
            "mobile_position": self.mobile_position,
            "avatar": self.avatar,
            "survey": self.survey,
            "texts": self.texts,
        }


def parse_notification(document: Any, path: str) -> Notification:
    """One notification, or `Invalid`; an active one must say something, but for a custom button."""
    fields = Fields(document, path)
    form = fields.word("format", Format, Format.CLASSIC)
    usual = Place.TOP if form is Format.BANNER else Place.BOTTOM_RIGHT
    notification = Notification(
        id=fields.identifier(),
        name=fields.name(),
        status=fields.word("status", TemplateStatus, TemplateStatus.DRAFT),
        format=form,
        texts=_texts(fields, {"title": 80, "text": 500, "call_to_action": 60}),
        image=_address(fields, "image"),
        colours=_colours(fields, ("background", "text", "button", "button_text")),
        position=fields.word("position", Place, usual),
        animation=fields.word("animation", Animation, Animation.SLIDE),
    )
    fields.done()
    if notification.format is not Format.CUSTOM_BUTTON:
        _speaks(notification.status, notification.texts, "text", fields)
    return notification


def parse_chatbox(document: Any, path: str) -> Chatbox:
    """The chatbox of a site, or `Invalid`; an active one must have a title."""
    fields = Fields(document, path)
    lengths = {"title": 80, "reply_time": 120, "welcome": 500, "waiting": 500, "nobody": 500}
    chatbox = Chatbox(
        status=fields.word("status", TemplateStatus, TemplateStatus.DRAFT),
        colours=_colours(fields, ("primary", "text")),
        scheme=fields.word("scheme", Scheme, Scheme.AUTO),
        font=_font(fields),
        position=fields.word("position", Position, Position.BOTTOM_RIGHT),
        mobile_position=fields.word("mobile_position", Position, None),
        avatar=_address(fields, "avatar"),
        survey=fields.flag("survey", True),
        texts=_texts(fields, {**lengths, "placeholder": 80, "legal": 1000, "consent": 1000}),
    )
    fields.done()
    _speaks(chatbox.status, chatbox.texts, "title", fields)
    return chatbox


def _texts(fields: Fields, lengths: Mapping[str, int]) -> dict[str, dict[str, str]]:
    found = {}
    for language, value, path in Fields(fields.raw("texts", {}), fields.at("texts")).entries():
        words = Fields(value, path)
        taken = {name: words.text(name, None, maximum=most) for name, most in lengths.items()}
        words.done()
        found[language] = {name: text for name, text in taken.items() if text is not None}
    return found


def _speaks(
    status: TemplateStatus, texts: Mapping[str, Mapping[str, str]], needed: str, fields: Fields
) -> None:
    if status is not TemplateStatus.ACTIVE:
        return
    if not texts:
        raise Invalid(fields.at("texts"), "an active template needs texts in at least one language")
    for language, words in texts.items():
        if needed not in words:
            raise Invalid(fields.at(f"texts.{language}.{needed}"), "is required")


def _colours(fields: Fields, names: tuple[str, ...]) -> dict[str, str]:
    colours = Fields(fields.raw("colours", {}), fields.at("colours"))
    found = {}
    for name in names:
        colour = colours.text(name, None, maximum=7)
        if colour is None:
            continue
        if not COLOUR.fullmatch(colour):
            raise Invalid(colours.at(name), f"expected #RRGGBB, got {reading.shown(colour)}")
        found[name] = colour
    colours.done()
    return found


def _address(fields: Fields, name: str) -> str | None:
    """A web address that pages will load; never `javascript:` or `data:`."""
    address: str | None = fields.text(name, None, maximum=2000)
    if address is not None and not ADDRESS.fullmatch(address):
        raise Invalid(fields.at(name), "expected an http or https address")
    return address


def _font(fields: Fields) -> str | None:
    font: str | None = fields.text("font", None, maximum=200)
    if font is not None and not FONT.fullmatch(font):
        raise Invalid(fields.at("font"), "expected names of font families, separated by commas")
    return font
