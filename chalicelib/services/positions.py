"""How many are before me? Those who wait are told when it changes."""

from chalicelib.errors import NotFound
from chalicelib.model.conversation import Conversation, ConversationState
from chalicelib.model.notices import QueueChanged, Queued
from chalicelib.playbook.playbook import Playbook
from chalicelib.routing.group import members
from chalicelib.routing.queue import Entry, order, position
from chalicelib.services import audience
from chalicelib.services.ports import Ports

POSITIONS_TOLD = 20


def of(ports: Ports, conversation: Conversation) -> int | None:
    """The place of a conversation in its queue, from 1; None when it does not wait."""
    if conversation.state is not ConversationState.WAITING or conversation.group is None:
        return None
    entries = ports.conversations.queue(conversation.site, conversation.group)
    return position(entries, conversation.id)


def tell(ports: Ports, playbook: Playbook, name: str, *, joined: str | None = None) -> None:
    """Tell those who wait their new positions, and the group's agents its length.

    Whoever has `joined` a queue changes nobody's position but their own.
    """
    site = playbook.site.id
    entries = order(ports.conversations.queue(site, name))
    for place, entry in enumerate(entries, 1):
        if joined is None and place > POSITIONS_TOLD:
            break
        if joined in (None, entry.conversation):
            _tell_place(ports, site, entry, place)
    group = playbook.groups.get(name)
    if group is not None:
        people = [user.id for user in members(group, ports.staff.users().values(), site)]
        audience.tell_members(ports, people, QueueChanged(group=name, waiting=len(entries)))


def _tell_place(ports: Ports, site: str, entry: Entry, place: int) -> None:
    try:
        waiting, listeners = ports.conversations.with_audience(site, entry.conversation)
    except NotFound:
        return
    # Whoever overflowed into this queue is told their place in their own.
    if waiting.state is ConversationState.WAITING and waiting.group == entry.group:
        notice = Queued(conversation=entry.conversation, position=place)
        audience.tell_visitor(ports, waiting, listeners, notice)
