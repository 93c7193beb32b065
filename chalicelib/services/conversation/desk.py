"""Which conversations may a member of staff see?"""

from collections.abc import Callable

from chalicelib.errors import NotFound
from chalicelib.model.agent import Role, User
from chalicelib.model.conversation import Conversation, ConversationState
from chalicelib.services import rights
from chalicelib.services.assignment import availability
from chalicelib.services.ports import Ports

Predicate = Callable[[Conversation], bool]


def readable_by(ports: Ports, site: str, user: User) -> Predicate:
    """Agents see their own conversations, and of their groups what waits or sleeps; others, all.

    NotFound when there is no such site.
    """

    def readable(conversation: Conversation, groups: frozenset[str]) -> bool:
        if conversation.state is ConversationState.SNOOZED:
            return conversation.group in groups or conversation.kept_for == user.id
        return conversation.agent == user.id or not groups.isdisjoint(conversation.queues)

    return _seen_by(ports, site, user, readable)


def may_note(ports: Ports, site: str, user: User) -> rights.Check:
    """Whoever holds the conversation, or belongs to its group, writes and reads its notes."""

    def part_in(conversation: Conversation, groups: frozenset[str]) -> bool:
        return conversation.agent == user.id or conversation.group in groups

    return _or_not_found(_seen_by(ports, site, user, part_in))


def may_see(ports: Ports, site: str, user: User) -> rights.Check:
    """Whoever sees a conversation; for the others there is none."""
    return _or_not_found(readable_by(ports, site, user))


def read(ports: Ports, site: str, conversation: str, user: User) -> Conversation:
    """One conversation; NotFound when there is none that this user may see."""
    found = ports.conversations.get(site, conversation)
    may_see(ports, site, user)(found)
    return found


def _seen_by(
    ports: Ports,
    site: str,
    user: User,
    by_an_agent: Callable[[Conversation, frozenset[str]], bool],
) -> Predicate:
    if not user.active or not user.works_on(site):
        return lambda _conversation: False
    playbook = ports.playbooks.current(site)
    if user.role is not Role.AGENT:
        return lambda _conversation: True
    groups = frozenset(availability.groups_of(playbook, user))
    return lambda conversation: by_an_agent(conversation, groups)


def _or_not_found(allowed: Predicate) -> rights.Check:
    def check(conversation: Conversation) -> None:
        if not allowed(conversation):
            raise NotFound(f"no conversation {conversation.id!r}")

    return check
