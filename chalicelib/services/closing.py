"""A conversation ends: who is told, and who gets the slot?"""

from chalicelib.errors import Conflict
from chalicelib.model.conversation import Conversation
from chalicelib.model.notices import Closed
from chalicelib.services import assignments, audience, places, positions
from chalicelib.services.placement import Listener
from chalicelib.services.ports import Ports

ATTEMPTS = 8


def close(ports: Ports, site: str, conversation: str) -> Conversation:
    """Close it and hand its slot on in the same breath; Conflict when it is closed already."""
    for _attempt in range(ATTEMPTS):
        before, listeners = ports.conversations.with_audience(site, conversation)
        after = before.closed(ports.now())
        try:
            ports.conversations.close(before, after)
        except Conflict:
            continue
        _hand_on(ports, before)
        _tell(ports, before, listeners)
        places.changed(ports, before)
        return after
    raise Conflict("the conversation keeps changing; try again", "busy")


def _hand_on(ports: Ports, before: Conversation) -> None:
    """The slot that came free, or the place in the queue, serves those behind."""
    playbook = ports.playbooks.current(before.site)
    if before.agent is None:
        if before.group is not None:
            positions.tell(ports, playbook, before.group)
        return
    agent = ports.staff.users().get(before.agent)
    if agent is not None and agent.active:
        assignments.serve_everywhere(ports, agent, free=1, first=before.site)


def _tell(ports: Ports, before: Conversation, listeners: tuple[Listener, ...]) -> None:
    # With the audience as it was: whoever held the conversation hears of its end.
    audience.tell(ports, before, listeners, Closed(conversation=before.id))
