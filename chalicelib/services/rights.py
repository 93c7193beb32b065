"""What may a member of the staff do with one conversation, judged on the state that was read?

Foreign and absent look the same. Each check is done again on every read that a write follows.
"""

from collections.abc import Callable

from chalicelib.errors import Forbidden, NotFound
from chalicelib.model.agent import Role, User
from chalicelib.model.conversation import Conversation

Check = Callable[[Conversation], None]


def anybody(_conversation: Conversation) -> None:
    """For those whose right was settled before the conversation was read."""


def may_write_as(user: User) -> Check:
    """Only the agent who holds a conversation, or an admin or manager of the site, acts on it."""

    def check(conversation: Conversation) -> None:
        may_read_as(user)(conversation)
        if conversation.agent != user.id and user.role is Role.AGENT:
            raise Forbidden("this conversation is another agent's")

    return check


def may_read_as(user: User) -> Check:
    """Whoever may follow it: its agent, and the managers and admins of its site."""

    def check(conversation: Conversation) -> None:
        if not user.active or not user.works_on(conversation.site):
            raise NotFound(f"no conversation {conversation.id!r}")
        if user.role is Role.AGENT and conversation.agent != user.id:
            raise NotFound(f"no conversation {conversation.id!r}")

    return check
