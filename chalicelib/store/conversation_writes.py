"""What does one change of a conversation write?

Each function answers operations; which of them go together is the repository's to say.
"""

from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from chalicelib.model.conversation import Conversation, ConversationState, Message
from chalicelib.model.engagement import EngagementState
from chalicelib.model.note import Note
from chalicelib.routing.queue import Entry
from chalicelib.services.ports.placement import Claim, Why
from chalicelib.store import keys
from chalicelib.store.items import attribute, packed, to_item
from chalicelib.store.labels import Labelled
from chalicelib.store.operations import (
    Absent,
    AnyOf,
    Condition,
    Equals,
    Item,
    Key,
    Missing,
    Path,
    Put,
    Update,
)

DUE: Final = ("due_pk", "due_sk")
ERASE: Final = "ERASE#"


def beginning(conversation: Conversation, message: Message) -> list[Labelled]:
    """A new conversation and its first message: once per client id, once open per visitor."""
    site, visitor = conversation.site, conversation.visitor
    started = keys.started(site, visitor, message.client_id or "")
    pointer = Update(
        keys.visitor(site, visitor),
        set={
            "open": conversation.id,
            "site": site,
            "visitor": visitor,
            "last_conversation": conversation.id,
            "talked_at": attribute(conversation.opened_at),
        },
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
    if after.erased_at is not None:
        differing["expires_at"] = keys.expiry(after.erased_at)
    if before.due_at != after.due_at:
        gone += DUE if after.due_at is None else ()
        if after.due_at is not None:
            differing.update(due(after.id, after.due_at))
    return differing, tuple(gone)


def moved(before: Conversation, after: Conversation, *, unless_written: bool = False) -> Labelled:
    """The conversation's next state, if it is still in the one that was read."""
    differing, gone = changes(before, after)
    unmoved: tuple[Condition, ...] = (Equals("version", before.version),)
    if unless_written:
        unmoved += (Equals("last_number", before.last_number),)
    key = keys.conversation(before.site, before.id)
    return Update(key, set=differing, remove=gone, when=unmoved), "conversation_moved"


def handed_over(
    site: str, entry: Entry, claim: Claim, now: datetime, due_at: datetime | None
) -> Labelled:
    """It has an agent now, if it is still the conversation that the entry was written for."""
    taken: dict[Path, Any] = {
        "state": ConversationState.ASSIGNED.value,
        "agent": claim.agent,
        "group": entry.group,
        "assigned_at": attribute(now),
        "updated_at": attribute(now),
        "overflowed": [],
    }
    gone: tuple[Path, ...] = ("kept_for", "kept_until")
    if due_at is None:
        gone += ("due_at", *DUE)
    else:
        taken.update(due(entry.conversation, due_at), due_at=attribute(due_at))
    assigned = Update(
        keys.conversation(site, entry.conversation),
        set=taken,
        remove=gone,
        add={"version": 1},
        when=(
            Equals("state", ConversationState.WAITING.value),
            Equals("version", entry.version),
        ),
    )
    return assigned, "already_assigned"


def due(conversation: str, at: datetime) -> dict[str, str]:
    """Where the sweeper finds a conversation whose alarm is late."""
    return {"due_pk": keys.due(conversation), "due_sk": f"WAIT#{keys.moment(at)}"}


def item_of(conversation: Conversation) -> Item:
    sort_key = f"{keys.moment(conversation.opened_at)}#{conversation.id}"
    listing = {"listing_pk": _listing(conversation), "listing_sk": sort_key}
    if conversation.due_at is not None:
        listing |= due(conversation.id, conversation.due_at)
    return {**to_item(conversation), **listing, **expiring(conversation.erased_at)}


def expiring(at: datetime | None) -> Item:
    """What makes the table forget an item by itself, if it is to."""
    return {} if at is None else {"expires_at": keys.expiry(at)}


def erasure_write(over: Conversation, at: datetime) -> Labelled:
    """A note to erase what lies beside a conversation, once the conversation has expired."""
    due_sk = f"{ERASE}{keys.moment(at)}"
    item = {
        "site": over.site,
        "conversation": over.id,
        "visitor": over.visitor,
        "due_pk": keys.due(over.id),
        "due_sk": due_sk,
    }
    return Put(keys.erasure(over.site, over.id), item), "erasure"


def why_write(
    site: str, conversation: str, version: int, why: Why, erased_at: datetime | None = None
) -> Labelled:
    """The reasons of one change, beside it."""
    item = {"event": why.event, "at": attribute(why.at), "record": packed(why.record)}
    return Put(keys.why(site, conversation, version), item | expiring(erased_at)), "why"


def note_write(site: str, note: Note) -> Labelled:
    """A remark of the staff, in the conversation's partition."""
    return Put(keys.note(site, note.conversation, note.written_at, note.id), to_item(note)), "note"


def _listing(conversation: Conversation) -> str:
    return keys.conversations_listing(conversation.site, is_open=conversation.is_open)
