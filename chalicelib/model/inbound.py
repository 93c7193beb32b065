"""What becomes of a mail that somebody sends us?"""

from enum import StrEnum


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
