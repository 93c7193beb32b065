"""What is a conversation's place made of: a slot, an entry in a queue, sockets that follow it?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.model.agent import AgentState
from chalicelib.model.conversation import Conversation
from chalicelib.model.visitor import Ledger
from chalicelib.routing.queue import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """One socket that follows one conversation; `user` is None for the visitor's own.

    `expires_at` (epoch seconds) tells which of them came last.
    """

    connection: str
    user: str | None = None
    expires_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """What one group offers at one moment: its agents' states and the length of its queue.

    `head` is who waits there longest, looked at only where an agent has a free slot all the same.
    """

    states: Mapping[str, AgentState]
    waiting: int
    head: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Groups at one moment, the visitor's ledger, and what each group was given today."""

    lanes: Mapping[str, Lane]
    ledger: Ledger | None = None
    served: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An agent's slot to take; `profile_version` is the profile the choice was made on.

    `by_hand`: the agent reached for it themselves.
    """

    agent: str
    profile_version: int
    by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a conversation went where it went: the reasons, kept with the change they led to."""

    event: str
    at: datetime
    record: Mapping[str, Any]


def entry_of(conversation: Conversation, group: str | None = None) -> Entry:
    """The place of a conversation in the queue of its group, or of another it waits in."""
    here = group or conversation.group or ""
    return Entry(
        conversation=conversation.id,
        group=here,
        version=conversation.version,
        priority=conversation.priority,
        waiting_since=conversation.waiting_since,
        language=conversation.language,
        others=tuple(each for each in conversation.queues if each != here),
        offered_to=conversation.offered,
        kept_for=conversation.kept_for,
        kept_until=conversation.kept_until,
    )
