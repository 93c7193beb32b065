"""What does an e-mail-request flow say: after which wait, for whom, in which words?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from chalicelib.errors import Invalid
from chalicelib.flows.templates import texts
from chalicelib.model.reading import Fields

SHORTEST_DELAY: Final = 5
LONGEST_DELAY: Final = 86_400

# Leaves room for names within the 4,000 characters of a message.
LONGEST_MESSAGE: Final = 2_000
LONGEST_SUBJECT: Final = 150
LONGEST_MAIL: Final = 10_000

Texts: TypeAlias = Mapping[str, str]


class FlowKind(StrEnum):
    EMAIL_REQUEST = "email_request"


class FlowStatus(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"


class FlowHours(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Messages:
    """Texts per language; empty where a flow that is not active has none yet.

    `request` and `confirmation` serve an unknown address, `information` a known one.
    """

    request: Texts
    confirmation: Texts
    information: Texts


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The mail that confirms an address; subject and text per language."""

    enabled: bool
    subject: Texts
    text: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailRequest:
    """One flow. Empty rules mean all; no hours mean any time."""

    id: str
    name: str
    status: FlowStatus
    delay_seconds: int
    hours: FlowHours | None
    targeting_rules: tuple[str, ...]
    routing_rules: tuple[str, ...]
    priority: int
    messages: Messages
    acknowledgement: Acknowledgement


def parse(document: object, path: str, languages: Sequence[str]) -> EmailRequest:
    """A flow from its JSON, in the site's `languages` (first = fallback), or `Invalid`."""
    fields = Fields(document, path)
    fields.word("kind", FlowKind)
    status = fields.word("status", FlowStatus, FlowStatus.DRAFT)
    is_active = status is FlowStatus.ACTIVE
    flow = EmailRequest(
        id=fields.identifier(),
        name=fields.name(),
        status=status,
        delay_seconds=fields.integer(
            "delay_seconds", minimum=SHORTEST_DELAY, maximum=LONGEST_DELAY
        ),
        hours=fields.word("hours", FlowHours, None),
        targeting_rules=fields.identifiers("targeting_rules", ()),
        routing_rules=fields.identifiers("routing_rules", ()),
        priority=fields.integer("priority", 0, minimum=-1000, maximum=1000),
        messages=_messages(fields.object("messages", {}), languages, is_active),
        acknowledgement=_acknowledgement(
            fields.object("acknowledgement", {}), languages, is_active
        ),
    )
    fields.done()
    return flow


def _messages(fields: Fields, languages: Sequence[str], is_active: bool) -> Messages:
    unknown, known = fields.object("unknown", {}), fields.object("known", {})
    messages = Messages(
        request=_texts(unknown, "request", languages, is_active, LONGEST_MESSAGE),
        confirmation=_texts(unknown, "confirmation", languages, is_active, LONGEST_MESSAGE),
        information=_texts(known, "information", languages, is_active, LONGEST_MESSAGE),
    )
    for each in (unknown, known, fields):
        each.done()
    return messages


def _acknowledgement(fields: Fields, languages: Sequence[str], is_active: bool) -> Acknowledgement:
    enabled = fields.flag("enabled", False)
    needed = enabled and is_active
    found = Acknowledgement(
        enabled=enabled,
        subject=_texts(fields, "subject", languages, needed, LONGEST_SUBJECT, is_line=True),
        text=_texts(fields, "text", languages, needed, LONGEST_MAIL),
    )
    fields.done()
    return found


def _texts(
    fields: Fields,
    name: str,
    languages: Sequence[str],
    needed: bool,
    maximum: int,
    *,
    is_line: bool = False,
) -> Texts:
    value = fields.raw(name, None)
    if value is None or value == "":
        if needed:
            raise Invalid(fields.at(name), "is required while the flow is active")
        return {}
    return texts(value, fields.at(name), languages, maximum=maximum, is_line=is_line)
