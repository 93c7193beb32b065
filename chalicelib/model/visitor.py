"""What does a site keep of a visitor once somebody has engaged them?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """One visitor of one site: what they were shown, and the one conversation they have open.

    `version` 0 means that nothing is stored yet. `history` is what `rules.history` reads and
    writes. `talked_at` is when `last_conversation` began, or ended.
    """

    site: str
    visitor: str
    version: int = 0
    history: Mapping[str, Any] = field(default_factory=dict)
    open: str | None = None
    conversations: int = 0
    last_agent: str | None = None
    email: str | None = None
    last_conversation: str | None = None
    talked_at: datetime | None = None
