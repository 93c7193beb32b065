"""A conversation has taken or left a place: who depends on what there is to offer?"""

from chalicelib.model.conversation import Conversation
from chalicelib.services.assignment import availability, buttons, enlisting
from chalicelib.services.ports import Ports


def changed(ports: Ports, conversation: Conversation) -> None:
    """A slot or a place in a queue was taken or left; `conversation` names whose."""
    playbook = ports.playbooks.current(conversation.site)
    agent = ports.staff.users().get(conversation.agent or "")
    if agent is not None:
        enlisting.keep_after_change(ports, agent, conversation.site)
    if playbook.button_rules:
        groups = {conversation.group or "", *conversation.queues}
        if agent is not None:
            groups.update(availability.groups_of(playbook, agent))
        buttons.refresh(ports, playbook, groups)
