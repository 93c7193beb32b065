"""A conversation is put aside for a while: when does it come back, and to whom?

It leaves its agent's slots at once. It comes back at its time, when somebody wakes it, or when the
visitor writes.
"""

from dataclasses import replace
from datetime import datetime

from chalicelib.errors import Conflict
from chalicelib.model import moves
from chalicelib.model.agent import User
from chalicelib.model.conversation import AuthorKind, Conversation, ConversationState
from chalicelib.playbook.playbook import Playbook
from chalicelib.services import rights
from chalicelib.services.assignment import assignments, availability, homes, waits
from chalicelib.services.ports import Ports

ATTEMPTS = 8


def snooze(
    ports: Ports,
    site: str,
    conversation: str,
    until: datetime,
    *,
    keep: bool,
    by: User,
) -> Conversation:
    """Put it aside; `keep` lets it wait for its agent first when it comes back.

    Conflict when somebody acted or wrote meanwhile.
    """
    for _attempt in range(ATTEMPTS):
        before, listeners = ports.conversations.with_audience(site, conversation)
        rights.may_write_as(by)(before)
        playbook, now = ports.playbooks.current(site), ports.now()
        after = waits.with_due(ports, playbook, moves.snoozed(before, until, now, keep=keep))
        acted_at = now if before.agent == by.id else None
        try:
            # What the visitor wrote at this very moment is not put aside unread.
            ports.conversations.move(before, after, acted_at=acted_at, unless_written=True)
        except Conflict:
            if _only_a_flow_spoke(ports, before):
                continue
            raise
        assignments.after_leaving(ports, playbook, before, after, listeners, "snoozed")
        return after
    raise Conflict("the conversation keeps changing; try again", "busy")


def wake(ports: Ports, site: str, conversation: str, may_act: rights.Check) -> Conversation:
    """Bring it back now; Conflict when it is not snoozed."""
    for _attempt in range(ATTEMPTS):
        before, listeners = ports.conversations.with_audience(site, conversation)
        may_act(before)
        if before.state is not ConversationState.SNOOZED:
            code = "not_snoozed" if before.is_open else "conversation_closed"
            raise Conflict(f"the conversation is {before.state}", code)
        playbook, now = ports.playbooks.current(site), ports.now()
        group = homes.home(playbook, before)
        kept_until = waits.kept_until(ports, playbook, group, now)
        kept = replace(before, kept_for=_keeper(ports, playbook, before, group))
        after = waits.with_due(ports, playbook, moves.woken(kept, group, kept_until, now))
        try:
            # Since when it waits depends on what the visitor has written.
            ports.conversations.move(before, after, unless_written=True)
        except Conflict:
            continue
        assignments.after_leaving(ports, playbook, before, after, listeners, "woken")
        return after
    raise Conflict("the conversation keeps changing; try again", "busy")


def _keeper(ports: Ports, playbook: Playbook, conversation: Conversation, group: str) -> str | None:
    """Whom it is kept for, if they still belong to the group."""
    user = ports.staff.users().get(conversation.kept_for or "")
    stays = user is not None and group in availability.groups_of(playbook, user)
    return conversation.kept_for if stays else None


def wake_for_visitor(ports: Ports, conversation: Conversation) -> None:
    """The visitor wrote in a snoozed conversation, or its time has come."""
    try:
        wake(ports, conversation.site, conversation.id, rights.anybody)
    except Conflict:
        # Somebody else woke or closed it; or the sweeper will, if it was only too much at once.
        return


def _only_a_flow_spoke(ports: Ports, before: Conversation) -> bool:
    """Whether nothing has happened since it was read but words that nobody has to answer."""
    found = ports.conversations.get(before.site, before.id)
    words = ports.conversations.messages(before.site, before.id, before.last_number, ATTEMPTS)
    unread = any(each.author.kind is not AuthorKind.FLOW for each in words)
    return found.version == before.version and bool(words) and not unread
