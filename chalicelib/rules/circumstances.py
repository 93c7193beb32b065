"""On what does a decision depend, beside the rules and the facts?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.rules.campaign import Campaign
from chalicelib.rules.history import History
from chalicelib.rules.rule import Frequency


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """A moment, aware, of a site in its `zone`, and who is there.

    `unavailable` are the rules whose conversation nobody could take; they are passed over.
    """

    campaigns: Mapping[str, Campaign]
    zone: ZoneInfo
    frequency_cap: Frequency
    now: datetime
    visitor: str
    visit: str
    history: History
    open_conversation: bool
    unavailable: frozenset[str]
