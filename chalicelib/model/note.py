"""What did one member of the staff write down for the others?"""

from dataclasses import dataclass
from datetime import datetime

LONGEST_NOTE = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A remark about a conversation. It has no number, and no visitor ever sees it."""

    id: str
    conversation: str
    author: str
    text: str
    written_at: datetime
