"""Which bugs of messages and their audience must be found, and by which invariant?"""

from dataclasses import replace
from typing import Any

from chalicelib.errors import Conflict
from chalicelib.services import audience, rights
from chalicelib.services.conversation import messages
from chalicelib.store import conversations
from chalicelib.store.conversations import StoredConversations
from chalicelib.store.operations import Equals
from chalicelib.web import visitor_actions
from tests.sim.planting import NO_CONDITION, Mutant, lacking, mutant, without

acknowledged = visitor_actions.acknowledged
after_post = messages._after_post
message_writes = conversations.message_writes
post = StoredConversations.post
stored_messages = StoredConversations.messages


def any_version(path: Any, value: Any) -> Any:
    return NO_CONDITION if path == "version" else Equals(path, value)


def any_number(path: Any, value: Any) -> Any:
    return Equals(path, value) if path == "state" else NO_CONDITION


def gives_up_quietly(self: Any, before: Any, later: Any, message: Any, **more: Any) -> Any:
    try:
        return post(self, before, later, message, **more)
    except Conflict:
        return message


def whatever_was_said(self: Any, conversation: Any, message: Any) -> Any:
    known = self._table.get(conversations.client_key(conversation, message))
    return known and self.message(conversation.site, conversation.id, known["number"])


class PushedFirst:
    """The transaction is kept back until everybody has been told."""

    def __init__(self) -> None:
        self.kept: dict[int, Any] = {}

    def post(self, store: Any, before: Any, later: Any, message: Any, **more: Any) -> Any:
        if message.author.kind == "flow":
            return post(store, before, later, message, **more)
        self.kept[id(message)] = lambda: post(store, before, later, message, **more)
        return message

    def after_post(self, ports: Any, before: Any, later: Any, *told: Any) -> None:
        after_post(ports, before, later, *told)
        _listeners, message, *_more = told
        self.kept.pop(id(message))()


pushed_first = PushedFirst()

MESSAGES: tuple[Mutant, ...] = (
    mutant(
        "agents write in whatever they can name",
        "I11",
        (rights, "may_write_as", lambda _user: rights.anybody),
    ),
    mutant(
        "a message is written under whatever state", "I13", (conversations, "Equals", any_version)
    ),
    mutant(
        "numbers are counted, not claimed",
        "I14",
        (
            conversations,
            "message_writes",
            without(message_writes, unless=lambda _condition: False),
        ),
        (conversations, "Equals", any_number),
    ),
    mutant(
        "a message that lost its race is acknowledged",
        "I15",
        (StoredConversations, "post", gives_up_quietly),
    ),
    mutant(
        "words sent again are taken for new ones",
        "I15",
        (StoredConversations, "sent_before", lambda *_given: None),
    ),
    mutant(
        "words sent twice are stored twice",
        "I16",
        (
            conversations,
            "message_writes",
            lacking(message_writes, lambda _operation, label: label == "client_id"),
        ),
    ),
    mutant(
        "other words under the same name are taken for the same",
        "I16",
        (StoredConversations, "sent_before", whatever_was_said),
    ),
    mutant(
        "every acknowledgement names the first number",
        "I17",
        (
            visitor_actions,
            "acknowledged",
            lambda posted: replace(acknowledged(posted), number=1),
        ),
    ),
    mutant(
        "whoever catches up misses one",
        "I18",
        (
            StoredConversations,
            "messages",
            lambda self, site, id, since, most: stored_messages(self, site, id, since + 1, most),
        ),
    ),
    mutant(
        "the push comes before the commit",
        "I19",
        (StoredConversations, "post", lambda *given, **more: pushed_first.post(*given, **more)),
        (messages, "_after_post", pushed_first.after_post),
    ),
    mutant("everybody who ever listened hears it", "I20", (audience, "_may_read", lambda *_: True)),
    mutant("a mark may fall", "I21", (conversations, "Less", lambda *_: NO_CONDITION)),
)
