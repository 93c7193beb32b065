"""Has this mail been sent, or may it have been?

A letter is decided in the transaction that makes it due, claimed under a lease, handed to SES, then
marked. A claim whose lease lapsed may or may not have reached SES: it is *unknown*, and not sent
again.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.model import states


class LetterState(StrEnum):
    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    EXPIRED = "expired"


class LetterEvent(StrEnum):
    CLAIMED = "claimed"
    SENT = "sent"
    REFUSED = "refused"
    DEFERRED = "deferred"
    LAPSED = "lapsed"
    EXPIRED = "expired"
    HELD = "held"


TRANSITIONS: dict[LetterState, dict[LetterEvent, LetterState]] = {
    LetterState.PENDING: {
        LetterEvent.CLAIMED: LetterState.CLAIMED,
        # A cap or the breaker stands in its way: its turn comes later.
        LetterEvent.HELD: LetterState.PENDING,
        LetterEvent.EXPIRED: LetterState.EXPIRED,
        LetterEvent.REFUSED: LetterState.FAILED,
    },
    LetterState.CLAIMED: {
        LetterEvent.SENT: LetterState.SENT,
        LetterEvent.REFUSED: LetterState.FAILED,
        # SES said no before taking it (throttled, over quota): certainly not sent.
        LetterEvent.DEFERRED: LetterState.PENDING,
        LetterEvent.LAPSED: LetterState.UNKNOWN,
    },
    LetterState.UNKNOWN: {LetterEvent.SENT: LetterState.SENT},
    LetterState.SENT: {},
    LetterState.FAILED: {},
    LetterState.EXPIRED: {},
}


class LetterKind(StrEnum):
    ACKNOWLEDGEMENT = "acknowledgement"
    INFORMATION = "information"
    UNSEEN_REPLY = "unseen_reply"
    TRANSCRIPT = "transcript"
    CLOSED = "closed"

    @property
    def is_asked_for(self) -> bool:
        """Whether the reader wants this very mail, whatever they said of mail in general."""
        return self in (LetterKind.TRANSCRIPT, LetterKind.CLOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail to one address, as it will be sent.

    From `useless_at` on it is not sent any more, from `erased_at` on nobody finds it. `unless_seen`
    is the message whose reading makes it needless; 0 for none.
    """

    id: str
    site: str
    conversation: str
    kind: LetterKind
    address: str
    sender_name: str
    subject: str
    text: str
    html: str
    due_at: datetime
    useless_at: datetime
    erased_at: datetime
    state: LetterState = LetterState.PENDING
    attempts: int = 0
    lease_expires_at: datetime | None = None
    message_id: str | None = None
    reason: str | None = None
    reply_to: str | None = None
    unless_seen: int = 0

    def after(self, event: LetterEvent, *, reason: str | None = None) -> "Letter":
        """The letter after an event, or `Conflict`."""
        state = states.after(TRANSITIONS, self.state, event, "letter")
        return replace(self, state=state, reason=reason)
