"""What is still to come of a conversation if nobody does anything, and when?

- *answer*: its agent has written nothing, and loses it.
- *overflow*: it has waited long enough to be offered to one more group.
- *kept*: it was waited for one agent; from now on anybody may have it.
- *snooze*: it wakes.
- *silence*: nobody has written for long, so it is closed. A visitor who still waits for a first
  answer is never closed upon.

Nothing here is stored but the soonest moment: on waking, all of it is asked again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.model.conversation import Conversation, ConversationState


class Kind(StrEnum):
    ANSWER = "answer"
    OVERFLOW = "overflow"
    KEPT = "kept"
    SNOOZE = "snooze"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class Wait:
    """One thing that happens at a moment unless something else happens before."""

    kind: Kind
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long each wait lasts, in seconds as this deployment counts them; None is for ever."""

    answer: float | None = None
    overflow: float | None = None
    silence: float | None = None


def waits(conversation: Conversation, limits: Limits) -> tuple[Wait, ...]:
    """Every wait of a conversation, the soonest first."""
    return tuple(sorted(_all(conversation, limits), key=lambda each: (each.at, each.kind)))


def _all(conversation: Conversation, limits: Limits) -> Iterator[Wait]:
    match conversation.state:
        case ConversationState.ASSIGNED:
            yield from _held(conversation, limits)
            yield from _silent(conversation, limits)
        case ConversationState.WAITING:
            yield from _queued(conversation, limits)
            yield from _silent(conversation, limits)
        case ConversationState.SNOOZED:
            if conversation.snoozed_until is not None:
                yield Wait(Kind.SNOOZE, conversation.snoozed_until)
        case ConversationState.CLOSED | ConversationState.MISSED:
            return


def _held(conversation: Conversation, limits: Limits) -> Iterator[Wait]:
    since, asked = conversation.assigned_at, conversation.unanswered_since
    if limits.answer is None or not conversation.awaits_its_agent:
        return
    if since is not None and asked is not None:
        yield Wait(Kind.ANSWER, max(since, asked) + timedelta(seconds=limits.answer))


def _queued(conversation: Conversation, limits: Limits) -> Iterator[Wait]:
    if limits.overflow is not None:
        intervals = len(conversation.queues)
        after = timedelta(seconds=limits.overflow * intervals)
        yield Wait(Kind.OVERFLOW, conversation.waiting_since + after)
    if conversation.kept_until is not None:
        yield Wait(Kind.KEPT, conversation.kept_until)


def _silent(conversation: Conversation, limits: Limits) -> Iterator[Wait]:
    waits_for_a_first_answer = (
        conversation.unanswered_since is not None and conversation.agent_wrote == 0
    )
    if limits.silence is not None and not waits_for_a_first_answer:
        last = conversation.last_message_at or conversation.updated_at
        yield Wait(Kind.SILENCE, last + timedelta(seconds=limits.silence))
