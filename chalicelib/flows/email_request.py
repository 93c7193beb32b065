"""What does an e-mail-request flow say: after which wait, for whom, in which words?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chalicelib.flows import criteria
from chalicelib.flows.criteria import Criteria, read_texts
from chalicelib.flows.templates import LONGEST_MESSAGE, Texts
from chalicelib.model.reading import Fields

SHORTEST_DELAY: Final = 5
LONGEST_DELAY: Final = 86_400

LONGEST_SUBJECT: Final = 150
LONGEST_MAIL: Final = 10_000


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

    @property
    def is_ready(self) -> bool:
        """Whether there is a mail to send: a flow that was put back to draft may lack its words."""
        return self.enabled and bool(self.subject) and bool(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailRequest:
    """One flow; the delay is in seconds."""

    id: str
    name: str
    criteria: Criteria
    delay_seconds: int
    messages: Messages
    acknowledgement: Acknowledgement


def read(fields: Fields, languages: Sequence[str]) -> EmailRequest:
    """A flow from its fields, in the site's `languages` (first = fallback), or `Invalid`."""
    found = criteria.read(fields)
    acknowledgement = fields.object("acknowledgement", {})
    return EmailRequest(
        id=fields.identifier(),
        name=fields.name(),
        criteria=found,
        delay_seconds=fields.integer(
            "delay_seconds", minimum=SHORTEST_DELAY, maximum=LONGEST_DELAY
        ),
        messages=_messages(fields.object("messages", {}), languages, found.is_active),
        acknowledgement=_acknowledgement(acknowledgement, languages, found.is_active),
    )


def _messages(fields: Fields, languages: Sequence[str], is_active: bool) -> Messages:
    unknown, known = fields.object("unknown", {}), fields.object("known", {})
    messages = Messages(
        request=read_texts(unknown, "request", languages, is_active, LONGEST_MESSAGE),
        confirmation=read_texts(unknown, "confirmation", languages, is_active, LONGEST_MESSAGE),
        information=read_texts(known, "information", languages, is_active, LONGEST_MESSAGE),
    )
    for each in (unknown, known, fields):
        each.done()
    return messages


def _acknowledgement(fields: Fields, languages: Sequence[str], is_active: bool) -> Acknowledgement:
    enabled = fields.flag("enabled", False)
    needed = enabled and is_active
    found = Acknowledgement(
        enabled=enabled,
        subject=read_texts(fields, "subject", languages, needed, LONGEST_SUBJECT, is_line=True),
        text=read_texts(fields, "text", languages, needed, LONGEST_MAIL),
    )
    fields.done()
    return found
