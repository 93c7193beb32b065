"""Where may a conversation go from where it is, and what does it take along?

Each function answers its next value; whether the place is free is for the table to say.
"""

from dataclasses import replace
from datetime import datetime

from chalicelib.model.conversation import Conversation, ConversationEvent, ConversationState


def given_to(
    conversation: Conversation, agent: str, group: str | None, now: datetime
) -> Conversation:
    """It has another agent, at once; nobody counts any more as having left it."""
    held = conversation.state is ConversationState.ASSIGNED
    event = ConversationEvent.TRANSFERRED if held else ConversationEvent.ASSIGNED
    after = replace(conversation.after(event, now), agent=agent, group=group, assigned_at=now)
    return replace(after, overflowed=(), kept_for=None, kept_until=None, offered={})


def sent_to(
    conversation: Conversation,
    group: str,
    now: datetime,
    *,
    kept_for: str | None = None,
    kept_until: datetime | None = None,
) -> Conversation:
    """It waits in another queue; from now on if it was answered before, else as it did."""
    held = conversation.state is ConversationState.ASSIGNED
    event = ConversationEvent.REQUEUED if held else ConversationEvent.REROUTED
    return replace(
        conversation.after(event, now),
        agent=None,
        assigned_at=None,
        group=group,
        overflowed=(),
        waiting_since=now if conversation.agent_wrote else conversation.waiting_since,
        offered=conversation.left_by_its_agent(now) if held else {},
        kept_for=kept_for,
        kept_until=kept_until,
    )


def overflowing_to(conversation: Conversation, group: str, now: datetime) -> Conversation:
    """It waits in one more queue, at the place its waiting time gives it."""
    after = conversation.after(ConversationEvent.REROUTED, now)
    return replace(after, overflowed=(*conversation.overflowed, group))


def snoozed(
    conversation: Conversation, until: datetime, now: datetime, *, keep: bool
) -> Conversation:
    """Out of its agent's slots for a while; `keep` lets it wait for them first afterwards."""
    after = conversation.after(ConversationEvent.SNOOZED, now)
    kept_for = conversation.agent if keep else None
    return replace(
        after, agent=None, assigned_at=None, snoozed_until=until, kept_for=kept_for, offered={}
    )


def woken(
    conversation: Conversation, group: str, kept_until: datetime, now: datetime
) -> Conversation:
    """It waits again: since its snooze was over, at the latest from now on."""
    over = conversation.snoozed_until or now
    return replace(
        conversation.after(ConversationEvent.WOKEN, now),
        group=group,
        snoozed_until=None,
        waiting_since=min(over, now),
        kept_until=None if conversation.kept_for is None else kept_until,
    )
