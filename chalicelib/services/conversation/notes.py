"""What does the staff write down beside a conversation: notes and tags?"""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.errors import Conflict
from chalicelib.model.agent import User
from chalicelib.model.conversation import Conversation
from chalicelib.model.note import Note
from chalicelib.model.notices import ConversationForStaff
from chalicelib.model.views import for_staff
from chalicelib.services import audience, rights
from chalicelib.services.conversation import desk
from chalicelib.services.ports import Ports

ATTEMPTS = 8


def add(ports: Ports, site: str, conversation: str, user: User, text: str) -> Note:
    """Write a note; NotFound for whoever has no part in the conversation."""
    desk.may_note(ports, site, user)(ports.conversations.get(site, conversation))
    note = Note(
        id=ports.new_id(),
        conversation=conversation,
        author=user.id,
        text=text,
        written_at=ports.now(),
    )
    ports.papers.add_note(site, note)
    return note


def of(ports: Ports, site: str, conversation: str, user: User) -> Sequence[Note]:
    """The notes of a conversation, the oldest first."""
    desk.may_note(ports, site, user)(ports.conversations.get(site, conversation))
    return ports.papers.notes(site, conversation)


def tag(
    ports: Ports, site: str, conversation: str, user: User, tags: tuple[str, ...]
) -> Conversation:
    """Replace its tags, and tell its agent."""
    for _attempt in range(ATTEMPTS):
        before = ports.conversations.get(site, conversation)
        rights.may_write_as(user)(before)
        after = replace(before, tags=tags)
        try:
            ports.conversations.amend(before, after)
        except Conflict:
            continue
        if after.agent is not None and after.is_open:
            shown = ConversationForStaff(conversation=for_staff(after))
            audience.tell_agent(ports, after.agent, shown)
        return after
    raise Conflict("the conversation keeps changing; try again", "busy")
