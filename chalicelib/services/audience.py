"""Who hears of what happens in a conversation?

Pushing follows the commit and is only a hint. Whoever may not read a conversation any more is left
out when the push is made, whatever the audience rows still say.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from chalicelib.model.conversation import Conversation
from chalicelib.model.notices import Assigned, Bye, Notice, QueueChanged
from chalicelib.model.views import for_staff, for_visitor
from chalicelib.services.ports import Ports
from chalicelib.services.ports.placement import Listener

MOST_SOCKETS: Final = 5
# It comes back, and another one goes: seldom enough to do no harm.
SURPLUS: Final = Bye(code="too_many_sockets", retry_after=600)


def tell(
    ports: Ports,
    conversation: Conversation,
    listeners: Iterable[Listener],
    notice: Notice,
    *,
    but: str | None = None,
) -> bool:
    """Push to all who follow the conversation, except `but`; whether a visitor heard it.

    A visitor has `MOST_SOCKETS` at most: the oldest of more is shown out.
    """
    open_sockets: list[str] = []
    # Whoever has just spoken is there, however long ago they came.
    for listener in sorted(listeners, key=lambda each: (each.connection != but, _age(each))):
        if not _may_read(listener, conversation):
            continue
        surplus = listener.user is None and len(open_sockets) >= MOST_SOCKETS
        told = SURPLUS if surplus else notice
        heard = listener.connection == but or ports.sockets.push(listener.connection, told)
        if surplus:
            ports.sockets.close(listener.connection)
        if surplus or not heard:
            ports.conversations.forget(conversation, listener.connection)
        elif listener.user is None:
            open_sockets.append(listener.connection)
    return any(connection != but for connection in open_sockets)


def tell_visitor(
    ports: Ports, conversation: Conversation, listeners: Iterable[Listener], notice: Notice
) -> bool:
    """Push to the visitor's own pages only; whether one of them heard it."""
    visitors = [each for each in listeners if each.user is None]
    return tell(ports, conversation, visitors, notice)


def tell_agent(ports: Ports, agent: str, notice: Notice) -> None:
    """Push to every staff page an agent has open."""
    for connection in ports.staff.connections([agent]).get(agent, ()):
        ports.sockets.push(connection, notice)


def tell_placed(ports: Ports, conversation: Conversation) -> None:
    """A conversation has come to an agent: tell both, and let the agent's pages follow it."""
    if conversation.agent is None:
        return
    agent = ports.staff.users().get(conversation.agent)
    current, listeners = ports.conversations.with_audience(conversation.site, conversation.id)
    if current.agent != conversation.agent or not current.is_open:
        # It has moved on already, and whoever moved it tells.
        return
    tell_visitor(ports, current, listeners, for_visitor(current, agent))
    tell_agent_pages(ports, current)


def tell_message(
    ports: Ports,
    conversation: Conversation,
    listeners: Sequence[Listener],
    notice: Notice,
    *,
    but: str | None = None,
) -> bool:
    """Push a message like any other notice; an agent who does not follow yet is brought in.

    Whoever handed the conversation over may have died before the agent's pages heard of it.
    """
    agent = conversation.agent
    if agent is not None and all(each.user != agent for each in listeners):
        listeners = [*listeners, *tell_agent_pages(ports, conversation)]
    return tell(ports, conversation, listeners, notice, but=but)


def tell_agent_pages(ports: Ports, conversation: Conversation) -> list[Listener]:
    """Give the conversation to every page its agent has open; from now on they follow it."""
    agent = conversation.agent
    if agent is None:
        return []
    assigned = Assigned(conversation=for_staff(conversation))
    brought = []
    for connection in ports.staff.connections([agent]).get(agent, ()):
        if ports.sockets.push(connection, assigned):
            listener = Listener(connection=connection, user=agent)
            ports.conversations.listen(conversation, listener, ports.now())
            brought.append(listener)
    return brought


def tell_members(ports: Ports, members: Iterable[str], notice: QueueChanged) -> None:
    """A queue has changed: tell the group's agents who have a page open."""
    for connections in ports.staff.connections(sorted(members)).values():
        for connection in connections:
            ports.sockets.push(connection, notice)


def _age(listener: Listener) -> tuple[int, str]:
    """The later they came, the less."""
    return (-listener.expires_at, listener.connection)


def _may_read(listener: Listener, conversation: Conversation) -> bool:
    return listener.user is None or listener.user == conversation.agent
