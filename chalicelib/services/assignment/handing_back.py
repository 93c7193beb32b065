"""An agent does not answer, or does not want it: how does a conversation go back to its queue?

It keeps its place. Whoever left it gets it again only after doing something by hand, so two silent
agents never exchange it.
"""

from chalicelib.errors import Conflict
from chalicelib.model.agent import User
from chalicelib.model.conversation import Conversation
from chalicelib.playbook.playbook import Playbook
from chalicelib.services import rights
from chalicelib.services.assignment import assignments, homes, waits
from chalicelib.services.ports import Ports
from chalicelib.services.ports.placement import Listener, Why

TIMED_OUT = "answer_timeout"
HANDED_BACK = "handed_back"


def time_out(ports: Ports, playbook: Playbook, seen: Conversation) -> None:
    """Take it from an agent who wrote nothing; Conflict when somebody acted or wrote since."""
    before, listeners = ports.conversations.with_audience(seen.site, seen.id)
    if before.version != seen.version or not before.awaits_its_agent:
        raise Conflict("the conversation has moved", "conversation_moved")
    _give_back(ports, playbook, before, listeners, TIMED_OUT)


def hand_back(ports: Ports, site: str, conversation: str, user: User) -> Conversation:
    """Its agent, or a manager, returns it to its queue."""
    before, listeners = ports.conversations.with_audience(site, conversation)
    rights.may_write_as(user)(before)
    playbook = ports.playbooks.current(site)
    return _give_back(ports, playbook, before, listeners, HANDED_BACK, by=user.id)


def _give_back(
    ports: Ports,
    playbook: Playbook,
    before: Conversation,
    listeners: tuple[Listener, ...],
    reason: str,
    *,
    by: str | None = None,
) -> Conversation:
    now = ports.now()
    returned = homes.at_home(playbook, before.requeued(now, left=True))
    after = waits.with_due(ports, playbook, returned)
    record = {"outcome": "enqueue", "group": after.group, "agent": before.agent, "by": by}
    ports.conversations.move(
        before,
        after,
        acted_at=now if by == before.agent else None,
        # An answer at this very moment counts.
        unless_written=reason == TIMED_OUT,
        why=Why(event=reason, at=now, record=record),
    )
    assignments.after_leaving(ports, playbook, before, after, listeners, reason)
    return after
