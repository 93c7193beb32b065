"""A conversation has begun and its visitor has the answer: what can be done only now?"""

from chalicelib.model.conversation import ConversationState
from chalicelib.services import audience
from chalicelib.services.assignment import assignments, places, positions, waits
from chalicelib.services.conversation.conversations import Started
from chalicelib.services.ports import Ports


def after_start(ports: Ports, started: Started) -> None:
    """What follows a start that is committed and answered: alarms, and telling everybody else.

    A start sent again is followed up again: whoever took it the first time may have died since.
    """
    conversation = started.conversation
    if not conversation.is_open or started.number != 1:
        return
    for run in started.runs:
        ports.alarms.ring_run(run)
    playbook = ports.playbooks.current(conversation.site)
    waits.arm(ports, playbook, conversation)
    if conversation.state is ConversationState.ASSIGNED:
        audience.tell_agent_pages(ports, conversation)
        places.changed(ports, conversation)
        return
    wait, group = assignments.RECHECK_SECONDS, conversation.group or ""
    ports.alarms.ring("recheck", conversation.site, conversation.id, seconds=wait)
    # A slot may have come free between our look and our write.
    if assignments.serve_group(ports, playbook, group) == 0:
        positions.tell(ports, playbook, group, joined=True)
        places.changed(ports, conversation)
