"""What becomes of a mail that somebody sends us, and of the files that come with it?"""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class MailedFile:
    """A file as its sender names it; nothing of it is believed yet."""

    name: str
    type: str
    content: bytes


class Refusal(StrEnum):
    """Why a mail does not become a message."""

    OVERSIZE = "oversize"
    MALFORMED = "malformed"
    LOOP = "loop"
    REPORT = "report"
    AUTOMATIC = "automatic"
    VIRUS = "virus"
    SPAM = "spam"
    SPOOFED = "spoofed"
    STRANGER = "stranger"
    EXPIRED = "expired"
    EMPTY = "empty"
    TOO_MANY = "too_many"
    CLOSED = "closed"
    CHANGED = "changed"
