"""Somebody writes, reads, types or comes back: what is stored, and who hears of it?

A message is one transaction; the number is given in it. The sender is answered after the commit,
everybody else is told after that.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.errors import Conflict, RateLimited
from chalicelib.model import pace
from chalicelib.model.agent import User
from chalicelib.model.conversation import (
    Author,
    AuthorKind,
    Conversation,
    ConversationState,
    Message,
)
from chalicelib.model.flow_run import FlowRun
from chalicelib.model.notices import Messages, Read, Typing
from chalicelib.model.views import posted as shown
from chalicelib.services import audience, rights
from chalicelib.services.assignment import snoozes, waits
from chalicelib.services.conversation import attachments as files
from chalicelib.services.flows import email_requests
from chalicelib.services.ports import Ports, estimates
from chalicelib.services.ports.estimates import FirstReply
from chalicelib.services.ports.outward import LONGEST_SHORT_WAIT
from chalicelib.services.ports.placement import Listener

ATTEMPTS = 12
PAGE_OF_MESSAGES = 100
SNOOZED = ConversationState.SNOOZED
# API Gateway cuts a socket that is sent more than 32 KB in one frame.
PAGE_OF_BYTES = 24_000
# Pages show it for longer than this.
TYPING_SECONDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """`duplicate`: the same words had been stored before under the same client id."""

    message: Message
    conversation: Conversation
    duplicate: bool = False


def post(
    ports: Ports,
    site: str,
    conversation: str,
    author: Author,
    client_id: str,
    text: str,
    *,
    attachments: Sequence[str] = (),
    connection: str | None = None,
    may_write: rights.Check = rights.anybody,
    is_typed: bool = True,
) -> Posted:
    """Store one message and push it; Conflict `conversation_closed` or `conflict`.

    `attachments` are ids of files that its author has uploaded; Invalid where they are not. What is
    typed comes at a person's pace, or RateLimited.
    """
    for _attempt in range(ATTEMPTS):
        before, listeners = ports.conversations.with_audience(site, conversation)
        may_write(before)
        now = ports.now()
        run = _run_for(ports, before, author, now)
        after = _lengthened(ports, before, author, now).with_run(run)
        message = Message(
            conversation=conversation,
            number=after.last_number,
            author=author,
            text=text,
            sent_at=now,
            client_id=client_id,
            attachments=files.claimed(ports, before, author.kind, attachments),
        )
        try:
            refusal = _refusal(before, author, now, is_typed)
            if refusal is not None:
                return _only_if_sent_before(ports, before, message, refusal)
            stored = ports.conversations.post(
                before,
                after,
                message,
                run=None if run is None else (None, run),
                reply=_first_reply(ports, before, author, now),
            )
        except Conflict as conflict:
            if conflict.code in ("conversation_moved", "run_moved"):
                continue
            raise
        if stored is not message:
            # By identity: the same words sent twice at once reach for the same number.
            return Posted(message=stored, conversation=before, duplicate=True)
        _after_post(ports, before, after, listeners, message, run, connection)
        return Posted(message=message, conversation=after)
    raise Conflict("too many messages at once; try again", "busy")


def resume(
    ports: Ports,
    site: str,
    conversation: str,
    after: int,
    listener: Listener,
    may_read: rights.Check = rights.anybody,
) -> tuple[Conversation, Messages]:
    """Everything after a number, and from now on whatever comes."""
    found = ports.conversations.get(site, conversation)
    may_read(found)
    if found.is_open:
        ports.conversations.listen(found, listener, ports.now())
    # Read after listening: a message in between comes twice rather than never.
    items = _one_frame(ports.conversations.messages(site, conversation, after, PAGE_OF_MESSAGES))
    last = max([found.last_number, *(item.number for item in items)])
    page = tuple(shown(each) for each in items)
    return found, Messages(conversation=conversation, after=after, items=page, last=last)


def _one_frame(found: tuple[Message, ...]) -> tuple[Message, ...]:
    """As many of the first messages as one frame holds; whoever lacks the rest asks again."""
    size = 0
    for position, message in enumerate(found):
        written = [message.text, *(each.name for each in message.attachments)]
        size += len(json.dumps(written, ensure_ascii=False).encode())
        size += 250 * (1 + len(message.attachments))
        if size > PAGE_OF_BYTES and position > 0:
            return found[:position]
    return found


def mark_read(
    ports: Ports,
    site: str,
    conversation: str,
    number: int,
    user: User | None,
    connection: str,
) -> None:
    """Raise one side's mark, never beyond the last message, and tell the other side."""
    found, listeners = ports.conversations.with_audience(site, conversation)
    if user is not None:
        rights.may_read_as(user)(found)
    number = min(number, found.last_number)
    side = {"visitor": number} if user is None else {"agent": number}
    if number > 0 and ports.conversations.mark_read(found, **side):
        by = AuthorKind.VISITOR if user is None else AuthorKind.AGENT
        notice = Read(conversation=conversation, number=number, by=by.value)
        audience.tell(ports, found, listeners, notice, but=connection)


def typing(ports: Ports, site: str, conversation: str, user: User | None, connection: str) -> None:
    """Tell the other side that this one is writing; nothing is stored, and often once will do."""
    side = "visitor" if user is None else user.id
    if not ports.limits.is_new(f"typing {site} {conversation} {side}", TYPING_SECONDS):
        return
    found, listeners = ports.conversations.with_audience(site, conversation)
    if user is not None:
        rights.may_write_as(user)(found)
    if found.is_open:
        by = AuthorKind.VISITOR if user is None else AuthorKind.AGENT
        audience.tell(
            ports, found, listeners, Typing(conversation=conversation, by=by.value), but=connection
        )


def _run_for(ports: Ports, before: Conversation, author: Author, now: datetime) -> FlowRun | None:
    """A new wait begins with the visitor's first message after an answer."""
    if author.kind is not AuthorKind.VISITOR or before.unanswered_since is not None:
        return None
    return email_requests.new_run(ports, ports.playbooks.current(before.site), before, now)


def _lengthened(ports: Ports, before: Conversation, author: Author, now: datetime) -> Conversation:
    """One message longer; where that begins a wait, with the moment it ends."""
    longer = before.with_message(author.kind, now)
    owes_an_answer = longer.awaits_its_agent and not before.awaits_its_agent
    if owes_an_answer or longer.due_at is None:
        return waits.with_due(ports, ports.playbooks.current(before.site), longer)
    return longer


def _first_reply(
    ports: Ports, before: Conversation, author: Author, now: datetime
) -> FirstReply | None:
    if author.kind is not AuthorKind.AGENT:
        return None
    return estimates.first_reply(ports.playbooks.current(before.site), before, now)


def _refusal(
    before: Conversation, author: Author, now: datetime, is_typed: bool
) -> Conflict | None:
    """Why a conversation takes nothing new, of this author at this moment."""
    if not before.is_open:
        return Conflict("the conversation is closed", "conversation_closed")
    wait = pace.wait(before.busy_until, author.kind, now) if is_typed else 0
    return RateLimited("too many messages at once", wait) if wait else None


def _only_if_sent_before(
    ports: Ports, before: Conversation, message: Message, refusal: Conflict
) -> Posted:
    """What was taken before is acknowledged again, whatever forbids it now."""
    stored = ports.conversations.sent_before(before, message)
    if stored is None:
        raise refusal
    return Posted(message=stored, conversation=before, duplicate=True)


def _after_post(
    ports: Ports,
    before: Conversation,
    conversation: Conversation,
    listeners: tuple[Listener, ...],
    message: Message,
    run: FlowRun | None,
    connection: str | None,
) -> None:
    if conversation.due_at != before.due_at:
        waits.arm(ports, ports.playbooks.current(conversation.site), conversation)
    if run is not None:
        ports.alarms.ring_run(run)
    heard = audience.tell_message(ports, conversation, listeners, shown(message), but=connection)
    if message.author.kind is AuthorKind.VISITOR and conversation.state is SNOOZED:
        snoozes.wake_for_visitor(ports, conversation)
    if message.author.kind is AuthorKind.AGENT:
        playbook = ports.playbooks.current(conversation.site)
        wait = playbook.site.unseen_after_seconds * ports.wait_scale if heard else 0.0
        seconds = min(wait, LONGEST_SHORT_WAIT)
        ports.alarms.ring("unseen", conversation.site, conversation.id, seconds=seconds)
