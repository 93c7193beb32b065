"""What must hold, and what changes, when a conversation takes or leaves a place?

A place is a slot of an agent or an entry of a queue. Each function answers the operations of one
half of a transaction, labelled with the word that a failed condition is told by.
"""

from datetime import datetime, timedelta
from typing import Any

from chalicelib.model.agent import Status
from chalicelib.model.conversation import Conversation
from chalicelib.routing.queue import Entry, sort_key
from chalicelib.services.placement import Claim, Listener, entry_of
from chalicelib.store import keys
from chalicelib.store.items import attribute, to_item
from chalicelib.store.labels import Labelled
from chalicelib.store.operations import (
    Absent,
    AnyOf,
    Delete,
    Equals,
    Greater,
    Has,
    Less,
    Missing,
    Operation,
    Path,
    Present,
    Put,
    SizeBelow,
    Update,
    When,
)

# API Gateway ends every socket within two hours.
LISTENS_FOR = timedelta(hours=2, minutes=10)


def slot_taken(site: str, conversation: str, claim: Claim, now: datetime) -> list[Labelled]:
    """An agent who is there, with room, takes the conversation."""
    held = ("active", conversation)
    moment = attribute(now)
    taken: dict[Path, Any] = {held: site, "last_assigned_at": moment}
    take = Update(
        keys.agent(claim.agent),
        set=taken,
        when=(
            Equals("status", Status.AVAILABLE.value),
            Greater("lease_expires_at", moment),
            Equals("profile_version", claim.profile_version),
            SizeBelow("active", "slots"),
            Missing(held),
        ),
    )
    return [(take, "slot_taken")]


def slot_left(conversation: Conversation, agent: str) -> list[Labelled]:
    held = ("active", conversation.id)
    return [(Update(keys.agent(agent), remove=(held,), when=Has(held)), "slot_left")]


def enqueued(conversation: Conversation, group: str, limit: int | None) -> list[Labelled]:
    """The conversation joins a queue; `limit` None lets one that was there before come back."""
    waiting = entry_of(conversation, group)
    counter = keys.group_counter(conversation.site, group)
    room: When = () if limit is None else AnyOf((Missing("waiting"), Less("waiting", limit)))
    key = keys.queue_entry(conversation.site, group, sort_key(waiting))
    return [
        (Put(key, to_item(waiting), when=Absent()), "queued_already"),
        (Update(counter, add={"waiting": 1}, when=room), "queue_full"),
    ]


def dequeued(site: str, entry: Entry) -> list[Labelled]:
    key = keys.queue_entry(site, entry.group, sort_key(entry))
    counter = keys.group_counter(site, entry.group)
    return [
        (Delete(key, when=Present()), "already_assigned"),
        (Update(counter, add={"waiting": -1}), "already_assigned"),
    ]


def listener_write(conversation: Conversation, listener: Listener, now: datetime) -> Operation:
    """A socket follows a conversation until it must have ended."""
    item = {**to_item(listener), "expires_at": int((now + LISTENS_FOR).timestamp())}
    return Put(keys.audience(conversation.site, conversation.id, listener.connection), item)
