"""A conversation ends: who is told, and who gets the slot?"""

from chalicelib.errors import Conflict, VestibuleError
from chalicelib.model.agent import User
from chalicelib.model.conversation import Conversation
from chalicelib.model.notices import Closed
from chalicelib.playbook.playbook import Playbook
from chalicelib.services import audience, rights
from chalicelib.services.assignment import assignments, places, positions
from chalicelib.services.ports import Ports
from chalicelib.services.ports.placement import Listener

ATTEMPTS = 8
# Why the system closes.
SILENCE = "silence"


def close(
    ports: Ports,
    site: str,
    conversation: str,
    *,
    by: User | None = None,
    reason: str | None = None,
    tags: tuple[str, ...] | None = None,
) -> Conversation:
    """Close it and hand its slot on in the same breath; Conflict when it is closed already.

    `by` is the user who closes it, and must have the right to; None is the system.
    """
    may_close = rights.anybody if by is None else rights.may_write_as(by)
    playbook = ports.playbooks.current(site)
    for attempt in range(ATTEMPTS):
        before, listeners = ports.conversations.with_audience(site, conversation)
        try:
            may_close(before)
        except VestibuleError:
            if attempt == 0:
                raise
            # It was theirs when they asked: somebody else was faster.
            raise Conflict("the conversation has another agent", "conversation_moved") from None
        now, who = ports.now(), None if by is None else by.id
        erased_at = playbook.site.erased_at(now)
        after = before.closed(now, erased_at=erased_at, by=who, reason=reason, tags=tags)
        try:
            by_hand = who is not None and who == before.agent
            ports.conversations.move(before, after, acted_at=now if by_hand else None)
        except Conflict:
            continue
        _after(ports, playbook, before, listeners)
        return after
    raise Conflict("the conversation keeps changing; try again", "busy")


def close_silent(ports: Ports, seen: Conversation) -> None:
    """Nobody has written for long; Conflict when somebody acted or wrote since it was read."""
    before, listeners = ports.conversations.with_audience(seen.site, seen.id)
    if (before.version, before.last_number) != (seen.version, seen.last_number):
        raise Conflict("the conversation has moved", "conversation_moved")
    playbook, now = ports.playbooks.current(seen.site), ports.now()
    after = before.closed(now, erased_at=playbook.site.erased_at(now), reason=SILENCE)
    ports.conversations.move(before, after, unless_written=True)
    _after(ports, playbook, before, listeners)


def _after(
    ports: Ports, playbook: Playbook, before: Conversation, listeners: tuple[Listener, ...]
) -> None:
    """The slot that came free, or the place in the queue, serves those behind; all are told."""
    for group in before.queues:
        positions.tell(ports, playbook, group)
    assignments.serve_freed(ports, before.agent, before.site)
    # With the audience as it was: whoever held the conversation hears of its end.
    audience.tell(ports, before, listeners, Closed(conversation=before.id))
    places.changed(ports, before)
