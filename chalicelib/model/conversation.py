"""A conversation and its messages, and the only ways its state may change."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.model import states
from chalicelib.model.flow_run import FlowRun

LONGEST_TEXT = 4_000


class ConversationState(StrEnum):
    WAITING = "waiting"
    ASSIGNED = "assigned"
    SNOOZED = "snoozed"
    CLOSED = "closed"
    MISSED = "missed"


class ConversationEvent(StrEnum):
    ASSIGNED = "assigned"
    REQUEUED = "requeued"
    SNOOZED = "snoozed"
    WOKEN = "woken"
    CLOSED = "closed"


TRANSITIONS: dict[ConversationState, dict[ConversationEvent, ConversationState]] = {
    ConversationState.WAITING: {
        ConversationEvent.ASSIGNED: ConversationState.ASSIGNED,
        ConversationEvent.CLOSED: ConversationState.CLOSED,
    },
    ConversationState.ASSIGNED: {
        ConversationEvent.REQUEUED: ConversationState.WAITING,
        ConversationEvent.SNOOZED: ConversationState.SNOOZED,
        ConversationEvent.CLOSED: ConversationState.CLOSED,
    },
    ConversationState.SNOOZED: {
        ConversationEvent.WOKEN: ConversationState.WAITING,
        ConversationEvent.ASSIGNED: ConversationState.ASSIGNED,
        ConversationEvent.CLOSED: ConversationState.CLOSED,
    },
    ConversationState.CLOSED: {},
    ConversationState.MISSED: {},
}

OPEN_STATES = frozenset(
    {ConversationState.WAITING, ConversationState.ASSIGNED, ConversationState.SNOOZED}
)


class AuthorKind(StrEnum):
    VISITOR = "visitor"
    AGENT = "agent"
    FLOW = "flow"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    kind: AuthorKind
    id: str = ""
    name: str = ""
    avatar: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One numbered text; `client_id` is its sender's own name for it, in this conversation."""

    conversation: str
    number: int
    author: Author
    text: str
    sent_at: datetime
    client_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    url: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A thread between one visitor and a site's agents.

    `version` rises by one at each change of state, `last_number` at each message.
    `unanswered_since` is the moment of the visitor's first message that waits for a person;
    `asked_by` is the flow run that asked for an address, if one did; `mailed_number` is the last
    message that went out by mail.
    """

    id: str
    site: str
    visitor: str
    state: ConversationState
    opened_at: datetime
    updated_at: datetime
    waiting_since: datetime
    group: str | None = None
    agent: str | None = None
    language: str | None = None
    targeting_rule: str | None = None
    campaign: str | None = None
    routing_rule: str | None = None
    engagement: str | None = None
    playbook_version: int = 0
    version: int = 1
    last_number: int = 0
    requeues: int = 0
    priority: int = 0
    visitor_seen: int = 0
    agent_seen: int = 0
    agent_wrote: int = 0
    mailed_number: int = 0
    unanswered_since: datetime | None = None
    flow_run: str | None = None
    asked_by: str | None = None
    email: str | None = None
    closed_at: datetime | None = None
    page: Page = Page()

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    def after(self, event: ConversationEvent, now: datetime) -> "Conversation":
        """The conversation after an event, one version later, or `Conflict`."""
        state = states.after(TRANSITIONS, self.state, event, "conversation")
        return replace(self, state=state, version=self.version + 1, updated_at=now)

    def assigned_to(self, agent: str, group: str | None, now: datetime) -> "Conversation":
        after = self.after(ConversationEvent.ASSIGNED, now)
        return replace(after, agent=agent, group=group)

    def requeued(self, now: datetime) -> "Conversation":
        """Back to its queue; `waiting_since` stays, so the place is kept."""
        after = self.after(ConversationEvent.REQUEUED, now)
        return replace(after, agent=None, requeues=self.requeues + 1)

    def closed(self, now: datetime) -> "Conversation":
        return replace(self.after(ConversationEvent.CLOSED, now), closed_at=now)

    def with_message(self, author: AuthorKind, now: datetime) -> "Conversation":
        """One message longer; who writes has seen all before, a person's answer ends the wait."""
        number = self.last_number + 1
        longer = replace(self, last_number=number, updated_at=now)
        match author:
            case AuthorKind.VISITOR:
                since = self.unanswered_since or now
                return replace(longer, visitor_seen=number, unanswered_since=since)
            case AuthorKind.AGENT:
                return replace(longer, agent_seen=number, agent_wrote=number, unanswered_since=None)
            case AuthorKind.FLOW | AuthorKind.SYSTEM:
                return longer

    def placed_with(self, agent: str, group: str) -> "Conversation":
        """A new conversation that has its agent from the first moment."""
        return replace(self, state=ConversationState.ASSIGNED, agent=agent, group=group)

    def queued_in(self, group: str) -> "Conversation":
        return replace(self, group=group)

    def missed(self, now: datetime) -> "Conversation":
        """A new conversation that nobody could take: recorded, never open."""
        return replace(self, state=ConversationState.MISSED, closed_at=now)

    def with_run(self, run: FlowRun | None) -> "Conversation":
        """The wait of this conversation is watched by a flow run, if there is one."""
        return self if run is None else replace(self, flow_run=run.id)
