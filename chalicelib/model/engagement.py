"""What became of one showing of a notification, or of the chatbox, to one visitor?"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.model import states


class EngagementState(StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    # The rule fired and showed nothing, so that its lift can be measured.
    HELD_OUT = "held_out"


class EngagementEvent(StrEnum):
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


TRANSITIONS: dict[EngagementState, dict[EngagementEvent, EngagementState]] = {
    EngagementState.OFFERED: {
        EngagementEvent.ACCEPTED: EngagementState.ACCEPTED,
        EngagementEvent.DISMISSED: EngagementState.DISMISSED,
        EngagementEvent.EXPIRED: EngagementState.EXPIRED,
        EngagementEvent.WITHDRAWN: EngagementState.WITHDRAWN,
    },
    # A visitor may open the box, then wave it away without having written.
    EngagementState.ACCEPTED: {EngagementEvent.DISMISSED: EngagementState.DISMISSED},
    EngagementState.DISMISSED: {},
    EngagementState.EXPIRED: {},
    EngagementState.WITHDRAWN: {},
    EngagementState.HELD_OUT: {},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    id: str
    site: str
    visitor: str
    visit: str
    rule: str
    campaign: str
    routing_rule: str
    kind: str
    notification: str | None
    format: str | None = None
    playbook_version: int
    offered_at: datetime
    state: EngagementState = EngagementState.OFFERED
    changed_at: datetime | None = None

    def after(self, event: EngagementEvent, now: datetime) -> "Engagement":
        """The engagement after an event, or `Conflict`."""
        state = states.after(TRANSITIONS, self.state, event, "engagement")
        return replace(self, state=state, changed_at=now)
