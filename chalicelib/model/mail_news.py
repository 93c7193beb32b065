"""What can be heard of a mail after it was handed over?"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NewsKind(StrEnum):
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    SOFT_BOUNCED = "soft_bounced"
    COMPLAINED = "complained"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailNews:
    """`id` is the news's own name, `message_id` what SES called the mail."""

    id: str
    kind: NewsKind
    site: str
    letter: str
    message_id: str
    at: datetime
