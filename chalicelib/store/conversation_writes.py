"""What does one change of a conversation write?

Each function answers operations; which of them go together is the repository's to say.
"""

from dataclasses import fields
from typing import Any

from chalicelib.model.conversation import Conversation, Message
from chalicelib.model.engagement import EngagementState
from chalicelib.store import keys
from chalicelib.store.items import attribute, to_item
from chalicelib.store.labels import Labelled
from chalicelib.store.operations import (
    Absent,
    AnyOf,
    Equals,
    Item,
    Key,
    Missing,
    Path,
    Put,
    Update,
)


def beginning(conversation: Conversation, message: Message) -> list[Labelled]:
    """A new conversation and its first message: once per client id, once open per visitor."""
    site, visitor = conversation.site, conversation.visitor
    started = keys.started(site, visitor, message.client_id or "")
    pointer = Update(
        keys.visitor(site, visitor),
        set={"open": conversation.id, "site": site, "visitor": visitor},
        add={"conversations": 1},
        when=Missing("open"),
    )
    labelled: list[Labelled] = [
        (Put(started, {"conversation": conversation.id}, Absent()), "started"),
        (pointer, "already_open"),
    ]
    if conversation.engagement is not None:
        standing = (EngagementState.OFFERED, EngagementState.ACCEPTED)
        accepted = Update(
            keys.engagement(site, visitor, conversation.engagement),
            set={"state": EngagementState.ACCEPTED.value},
            when=AnyOf(tuple(Equals("state", each.value) for each in standing)),
        )
        labelled.append((accepted, "not_engaged"))
    created = Put(keys.conversation(site, conversation.id), item_of(conversation), Absent())
    return [*labelled, (created, "conversation"), *message_writes(conversation, message)]


def message_writes(conversation: Conversation, message: Message) -> list[Labelled]:
    """The message under its number, and its sender's own name for it, each once."""
    site = conversation.site
    number = keys.message(site, message.conversation, message.number)
    writes: list[Labelled] = [(Put(number, to_item(message), Absent()), "conversation_moved")]
    key = client_key(conversation, message)
    if key is not None:
        # First: a message sent again is recognised before its number is found taken.
        writes.insert(0, (Put(key, {"number": message.number}, Absent()), "client_id"))
    return writes


def client_key(conversation: Conversation, message: Message) -> Key | None:
    if message.client_id is None:
        return None
    sender = f"{message.author.kind} {message.author.id}"
    return keys.client_message(conversation.site, conversation.id, sender, message.client_id)


def changes(before: Conversation, after: Conversation) -> tuple[dict[Path, Any], tuple[Path, ...]]:
    """The attributes that differ, and those gone: whatever else changes meanwhile stays."""
    differing: dict[Path, Any] = {}
    gone: list[Path] = []
    for field in fields(Conversation):
        value = getattr(after, field.name)
        if value == getattr(before, field.name):
            continue
        if value is None:
            gone.append(field.name)
        else:
            differing[field.name] = attribute(value)
    if before.is_open != after.is_open:
        differing["listing_pk"] = _listing(after)
    return differing, tuple(gone)


def item_of(conversation: Conversation) -> Item:
    sort_key = f"{keys.moment(conversation.opened_at)}#{conversation.id}"
    listing = {"listing_pk": _listing(conversation), "listing_sk": sort_key}
    return {**to_item(conversation), **listing}


def _listing(conversation: Conversation) -> str:
    return keys.conversations_listing(conversation.site, is_open=conversation.is_open)
