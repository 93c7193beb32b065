"""What may each side see of a conversation and its messages?

An allow-list per audience: a visitor never sees an agent's id or address, nor a word written for
the staff.
"""

from datetime import datetime
from typing import Any

from chalicelib.model.agent import User
from chalicelib.model.conversation import AuthorKind, Conversation, ConversationState, Message
from chalicelib.model.notices import (
    ConversationForVisitor,
    EmailStatus,
    MessagePosted,
    Person,
)


def for_visitor(
    conversation: Conversation,
    agent: User | None = None,
    *,
    token: str | None = None,
    position: int | None = None,
    estimated_wait_seconds: int | None = None,
) -> ConversationForVisitor:
    """The conversation as its visitor sees it; `position` counts from 1 while it waits."""
    return ConversationForVisitor(
        id=conversation.id,
        state=conversation.state.value,
        last=conversation.last_number,
        visitor_seen=conversation.visitor_seen,
        agent_seen=conversation.agent_seen,
        email=_email(conversation),
        token=token,
        position=position,
        estimated_wait_seconds=estimated_wait_seconds,
        agent=None if agent is None else person(agent),
    )


def for_staff(conversation: Conversation) -> dict[str, Any]:
    """The conversation as REST and the staff's socket show it."""
    waiting = conversation.state is ConversationState.WAITING
    return {
        "id": conversation.id,
        "version": conversation.version,
        "site": conversation.site,
        "visitor": conversation.visitor,
        "visitor_name": conversation.visitor_name,
        "state": conversation.state.value,
        "group": conversation.group,
        "agent": conversation.agent,
        "language": conversation.language,
        "targeting_rule": conversation.targeting_rule,
        "routing_rule": conversation.routing_rule,
        "campaign": conversation.campaign,
        "tags": conversation.tags,
        "assigned_at": conversation.assigned_at,
        "overflowed": conversation.overflowed,
        "kept_for": conversation.kept_for,
        "snoozed_until": conversation.snoozed_until,
        "requeues": conversation.requeues,
        "opened_at": conversation.opened_at,
        "waiting_since": conversation.waiting_since if waiting else None,
        "closed_at": conversation.closed_at,
        "closed_by": conversation.closed_by,
        "close_reason": conversation.close_reason,
        "last_number": conversation.last_number,
        "visitor_seen": conversation.visitor_seen,
        "agent_seen": conversation.agent_seen,
        "unanswered_since": conversation.unanswered_since,
        "email": conversation.email,
        "page": {"url": conversation.page.url, "title": conversation.page.title},
        "created_at": conversation.opened_at,
        "updated_at": conversation.updated_at,
    }


def posted(message: Message) -> MessagePosted:
    """A message as both sides see it."""
    author = message.author
    return MessagePosted(
        conversation=message.conversation,
        number=message.number,
        author=Person(
            kind=author.kind.value, name=author.name or None, avatar=author.avatar or None
        ),
        text=message.text,
        sent_at=message.sent_at,
        client_id=message.client_id,
        attachments=message.attachments or None,
    )


def person(agent: User) -> Person:
    return Person(kind=AuthorKind.AGENT.value, name=agent.shown_name, avatar=agent.avatar or None)


def for_admin(user: User, status: str | None = None) -> dict[str, Any]:
    """A profile as the staff sees it."""
    shown = {name: getattr(user, name) for name in USER_FIELDS}
    return shown if status is None else {**shown, "status": status}


USER_FIELDS = (
    "id",
    "email",
    "role",
    "first_name",
    "last_name",
    "display_name",
    "avatar",
    "languages",
    "skills",
    "trade",
    "region",
    "team",
    "slots",
    "priority",
    "sites",
    "active",
    "version",
    "created_at",
    "updated_at",
)


def _email(conversation: Conversation) -> EmailStatus:
    if conversation.email is not None:
        return EmailStatus(state="known", address=conversation.email)
    return EmailStatus(state="asked" if conversation.asked_by else "none")


def moment(at: datetime) -> str:
    """A moment as stamps are written: whole seconds, UTC.

    >>> from datetime import UTC
    >>> moment(datetime(2026, 5, 1, 12, tzinfo=UTC))
    '2026-05-01T12:00:00Z'
    """
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
