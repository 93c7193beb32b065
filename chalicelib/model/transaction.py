"""What did a visitor buy after a conversation?"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """`id` is the site's own, once for a visitor; `currency` is of ISO 4217."""

    id: str
    site: str
    visitor: str
    conversation: str
    amount: float
    currency: str
    at: datetime
