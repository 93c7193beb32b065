"""A conversation and its messages, and the only ways its state may change."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from chalicelib.model import pace, states
from chalicelib.model.attachment import Attachment
from chalicelib.model.flow_run import FlowKind, FlowRun

LONGEST_TEXT = 4_000
# An item stays small, however many agents leave a conversation unanswered.
MOST_OFFERED = 100
# It leaves all of them in one transaction, two of its hundred writes each.
MOST_QUEUES = 40


class ConversationState(StrEnum):
    WAITING = "waiting"
    ASSIGNED = "assigned"
    SNOOZED = "snoozed"
    CLOSED = "closed"
    MISSED = "missed"


class ConversationEvent(StrEnum):
    ASSIGNED = "assigned"
    REQUEUED = "requeued"
    TRANSFERRED = "transferred"
    REROUTED = "rerouted"
    SNOOZED = "snoozed"
    WOKEN = "woken"
    CLOSED = "closed"


TRANSITIONS: dict[ConversationState, dict[ConversationEvent, ConversationState]] = {
    ConversationState.WAITING: {
        ConversationEvent.ASSIGNED: ConversationState.ASSIGNED,
        ConversationEvent.REROUTED: ConversationState.WAITING,
        ConversationEvent.CLOSED: ConversationState.CLOSED,
    },
    ConversationState.ASSIGNED: {
        ConversationEvent.REQUEUED: ConversationState.WAITING,
        ConversationEvent.TRANSFERRED: ConversationState.ASSIGNED,
        ConversationEvent.SNOOZED: ConversationState.SNOOZED,
        ConversationEvent.CLOSED: ConversationState.CLOSED,
    },
    ConversationState.SNOOZED: {
        ConversationEvent.WOKEN: ConversationState.WAITING,
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
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    url: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A thread between one visitor and a site's agents.

    `version` rises by one at each change of state, `last_number` at each message. `ordinal` counts
    the visitor's conversations.
    `unanswered_since` is the moment of the visitor's first message that waits for a person;
    `flow_run` and `estimate_run` watch its wait; `asked_by` is the flow that asked for an address,
    `told_by` the one that told how long the wait may be, if one did. `mailed_number` is the last
    message that went out by mail. `visitor_name` is what the site's own server called the visitor.

    Of its place: `branch` of the routing rule brought it to `group`, and `overflowed` names further
    groups in whose queues it waits too. `offered` says which agents left it unanswered or gave it
    back, and when. It waits for the agent `kept_for` first, until `kept_until`. `due_at` is the
    soonest of its waits, or a moment before it. `busy_until` is each side's pace. Once over, nobody
    finds it from `erased_at` on.
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
    assigned_at: datetime | None = None
    language: str | None = None
    targeting_rule: str | None = None
    campaign: str | None = None
    routing_rule: str | None = None
    branch: str | None = None
    overflowed: tuple[str, ...] = ()
    offered: Mapping[str, datetime] = field(default_factory=dict)
    kept_for: str | None = None
    kept_until: datetime | None = None
    snoozed_until: datetime | None = None
    due_at: datetime | None = None
    engagement: str | None = None
    playbook_version: int = 0
    ordinal: int = 1
    version: int = 1
    last_number: int = 0
    requeues: int = 0
    priority: int = 0
    busy_until: Mapping[str, datetime] = field(default_factory=dict)
    visitor_seen: int = 0
    agent_seen: int = 0
    agent_wrote: int = 0
    mailed_number: int = 0
    last_message_at: datetime | None = None
    answered_at: datetime | None = None
    unanswered_since: datetime | None = None
    flow_run: str | None = None
    estimate_run: str | None = None
    asked_by: str | None = None
    told_by: str | None = None
    email: str | None = None
    visitor_name: str | None = None
    tags: tuple[str, ...] = ()
    closed_at: datetime | None = None
    closed_by: str | None = None
    close_reason: str | None = None
    erased_at: datetime | None = None
    page: Page = Page()

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def queues(self) -> tuple[str, ...]:
        """The groups in whose queues it waits, its own first."""
        if self.state is not ConversationState.WAITING or self.group is None:
            return ()
        return (self.group, *self.overflowed)

    @property
    def awaits_its_agent(self) -> bool:
        """Whether the visitor waits for an agent who has written nothing since it is theirs."""
        if self.assigned_at is None or self.unanswered_since is None:
            return False
        return self.answered_at is None or self.answered_at < self.assigned_at

    def after(self, event: ConversationEvent, now: datetime) -> "Conversation":
        """The conversation after an event, one version later, or `Conflict`."""
        state = states.after(TRANSITIONS, self.state, event, "conversation")
        return replace(self, state=state, version=self.version + 1, updated_at=now)

    def requeued(self, now: datetime, *, left: bool = False) -> "Conversation":
        """Back to its queue; `waiting_since` stays, so the place is kept.

        `left`: its agent had it and did not answer, or gave it back.
        """
        after = self.after(ConversationEvent.REQUEUED, now)
        offered = self.left_by_its_agent(now) if left else self.offered
        return replace(
            after, agent=None, assigned_at=None, requeues=self.requeues + 1, offered=offered
        )

    def closed(
        self,
        now: datetime,
        *,
        erased_at: datetime,
        by: str | None = None,
        reason: str | None = None,
        tags: tuple[str, ...] | None = None,
    ) -> "Conversation":
        """It is over; `by` is the user who ended it, None when it was the system."""
        return replace(
            self.after(ConversationEvent.CLOSED, now),
            closed_at=now,
            closed_by=by,
            close_reason=reason,
            erased_at=erased_at,
            tags=self.tags if tags is None else tags,
            overflowed=(),
            kept_for=None,
            kept_until=None,
            snoozed_until=None,
            due_at=None,
        )

    def with_message(self, author: AuthorKind, now: datetime) -> "Conversation":
        """One message longer; who writes has seen all before, a person's answer ends the wait."""
        number = self.last_number + 1
        longer = replace(
            self,
            last_number=number,
            updated_at=now,
            last_message_at=now,
            busy_until=pace.after(self.busy_until, author, now),
        )
        match author:
            case AuthorKind.VISITOR if self.state is ConversationState.SNOOZED:
                # The snooze is over: due now, for whoever looks, should we not live to wake it.
                over = min(now, self.snoozed_until or now)
                since = self.unanswered_since or now
                longer = replace(longer, visitor_seen=number, unanswered_since=since)
                return replace(longer, snoozed_until=over, due_at=over)
            case AuthorKind.VISITOR:
                since = self.unanswered_since or now
                return replace(longer, visitor_seen=number, unanswered_since=since)
            case AuthorKind.AGENT:
                return replace(
                    longer,
                    agent_seen=number,
                    agent_wrote=number,
                    answered_at=now,
                    unanswered_since=None,
                    offered={},
                )
            case AuthorKind.FLOW | AuthorKind.SYSTEM:
                return longer

    def placed_with(self, agent: str, group: str) -> "Conversation":
        """A new conversation that has its agent from the first moment."""
        assigned = ConversationState.ASSIGNED
        return replace(self, state=assigned, agent=agent, group=group, assigned_at=self.opened_at)

    def queued_in(self, group: str) -> "Conversation":
        return replace(self, group=group)

    def missed(self, now: datetime, *, erased_at: datetime) -> "Conversation":
        """A new conversation that nobody could take: recorded, never open."""
        missed = ConversationState.MISSED
        return replace(self, state=missed, closed_at=now, erased_at=erased_at)

    def with_run(self, run: FlowRun | None) -> "Conversation":
        """The wait of this conversation is watched by a flow run, if there is one."""
        if run is None:
            return self
        match run.kind:
            case FlowKind.EMAIL_REQUEST:
                return replace(self, flow_run=run.id)
            case FlowKind.ESTIMATED_WAIT:
                return replace(self, estimate_run=run.id)
            case _:
                assert_never(run.kind)

    def left_by_its_agent(self, now: datetime) -> Mapping[str, datetime]:
        """Who has left it, its present agent included; the latest, if they are very many."""
        if self.agent is None:
            return self.offered
        everybody = {**self.offered, self.agent: now}
        latest = sorted(everybody, key=lambda agent: everybody[agent])[-MOST_OFFERED:]
        return {agent: everybody[agent] for agent in latest}
