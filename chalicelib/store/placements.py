"""What must hold, and what changes, when a conversation takes or leaves a place?

A place is a slot of an agent or an entry of a queue. Each function answers the operations of one
half of a transaction, labelled with the word that a failed condition is told by.
"""

from datetime import datetime, timedelta
from typing import Any

from chalicelib.model.agent import Status
from chalicelib.model.conversation import Conversation
from chalicelib.routing.queue import Entry, sort_key
from chalicelib.services.ports.placement import Claim, Listener, entry_of
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
    Key,
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
    if claim.by_hand:
        taken["acted_at"] = moment
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


def slot_left(conversation: str, agent: str, acted_at: datetime | None) -> list[Labelled]:
    """A slot comes free; `acted_at` is given when its agent did it by hand."""
    held = ("active", conversation)
    acted: dict[Path, Any] = {} if acted_at is None else {"acted_at": attribute(acted_at)}
    return [(Update(keys.agent(agent), set=acted, remove=(held,), when=Has(held)), "slot_left")]


def enqueued(conversation: Conversation, group: str, limit: int | None) -> list[Labelled]:
    """The conversation joins a queue that must have room, unless `limit` is None."""
    room: When = () if limit is None else AnyOf((Missing("waiting"), Less("waiting", limit)))
    return [
        (_entered(conversation, group, Absent()), "queued_already"),
        (_counted(conversation.site, group, 1, room), "queue_full"),
    ]


def dequeued(site: str, entry: Entry) -> list[Labelled]:
    """It leaves every queue it waits in, at once."""
    labelled: list[Labelled] = []
    for group in entry.queues:
        key = keys.queue_entry(site, group, sort_key(entry))
        labelled.append((Delete(key, when=Present()), "already_assigned"))
        labelled.append((_counted(site, group, -1), "already_assigned"))
    return labelled


def requeued(before: Conversation, after: Conversation) -> list[Labelled]:
    """It leaves the queues it waited in and joins those it waits in now, whatever their limits."""
    left = {_entry_key(before, group): group for group in before.queues}
    joined = {_entry_key(after, group): group for group in after.queues}
    labelled: list[Labelled] = [
        (Delete(key, when=Present()), "conversation_moved") for key in left if key not in joined
    ]
    for key, group in joined.items():
        when: When = Present() if key in left else Absent()
        labelled.append((_entered(after, group, when), "conversation_moved"))
    for group in dict.fromkeys((*before.queues, *after.queues)):
        more = (group in after.queues) - (group in before.queues)
        if more:
            labelled.append((_counted(after.site, group, more), "conversation_moved"))
    return labelled


def _entered(conversation: Conversation, group: str, when: When) -> Put:
    waiting = to_item(entry_of(conversation, group))
    return Put(_entry_key(conversation, group), waiting, when=when)


def _entry_key(conversation: Conversation, group: str) -> Key:
    entry = entry_of(conversation, group)
    return keys.queue_entry(conversation.site, group, sort_key(entry))


def _counted(site: str, group: str, more: int, when: When = ()) -> Update:
    return Update(keys.group_counter(site, group), add={"waiting": more}, when=when)


def listener_write(conversation: Conversation, listener: Listener, now: datetime) -> Operation:
    """A socket follows a conversation until it must have ended."""
    item = {**to_item(listener), "expires_at": int((now + LISTENS_FOR).timestamp())}
    return Put(keys.audience(conversation.site, conversation.id, listener.connection), item)
