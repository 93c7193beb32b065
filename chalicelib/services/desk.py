"""Which conversations may a member of staff see?"""

from collections.abc import Callable

from chalicelib.errors import NotFound
from chalicelib.model.agent import Role, User
from chalicelib.model.conversation import Conversation, ConversationState
from chalicelib.services import availability
from chalicelib.services.ports import Ports


def readable_by(ports: Ports, site: str, user: User) -> Callable[[Conversation], bool]:
    """Agents see their own conversations and their groups' queues; the others, all of a site.

    NotFound when there is no such site.
    """
    if not user.active or not user.works_on(site):
        return lambda _conversation: False
    playbook = ports.playbooks.current(site)
    if user.role is not Role.AGENT:
        return lambda _conversation: True
    groups = frozenset(availability.groups_of(playbook, user))

    def readable(conversation: Conversation) -> bool:
        waits = conversation.state is ConversationState.WAITING
        return conversation.agent == user.id or (waits and conversation.group in groups)

    return readable


def read(ports: Ports, site: str, conversation: str, user: User) -> Conversation:
    """One conversation; NotFound when there is none that this user may see."""
    found = ports.conversations.get(site, conversation)
    if not readable_by(ports, site, user)(found):
        raise NotFound(f"no conversation {conversation!r}")
    return found
