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
    left = conversation.left_by_its_agent(now) if held else {}
    return replace(
        conversation.after(event, now),
        agent=None,
        assigned_at=None,
        group=group,
        overflowed=(),
        waiting_since=now if conversation.agent_wrote else conversation.waiting_since,
        # Whoever it is meant for may have left it before: somebody asks them again.
        offered={agent: at for agent, at in left.items() if agent != kept_for},
        kept_for=kept_for,
        kept_until=kept_until,
    )


def overflowing_to(conversation: Conversation, group: str, now: datetime) -> Conversation:
    """It waits in one more queue, at the place its waiting time gives it."""
    return replace(rerouted(conversation, now), overflowed=(*conversation.overflowed, group))


def rerouted(conversation: Conversation, now: datetime) -> Conversation:
    """It waits on, but in other queues."""
    return conversation.after(ConversationEvent.REROUTED, now)


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
    """It waits again: whoever waits for an answer, since the snooze ended; others from now on.

    It ends at its time, or with the visitor's words.
    """
    waits = conversation.unanswered_since is not None
    over = conversation.snoozed_until if waits else None
    return replace(
        conversation.after(ConversationEvent.WOKEN, now),
        group=group,
        snoozed_until=None,
        waiting_since=min(now, over or now),
        kept_until=None if conversation.kept_for is None else kept_until,
    )
