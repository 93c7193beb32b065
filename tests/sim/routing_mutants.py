"""Which bugs of routing and presence must be found, and by which invariant?"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from chalicelib.errors import Conflict
from chalicelib.model.conversation import Conversation
from chalicelib.services import assignments, presence
from chalicelib.store import conversations, effects
from chalicelib.store.conversations import StoredConversations
from chalicelib.store.operations import Delete, Equals, Missing, SizeBelow
from tests.sim.planting import Mutant, lacking, mutant, on, without

after = Conversation.after
below = effects._below
beginning = conversations.beginning
dequeued = conversations.dequeued
elect = assignments.elect
hand_over = StoredConversations.hand_over
order = assignments.order
requeued = Conversation.requeued
slot_taken = conversations.slot_taken


def just_full(item: Any) -> bool:
    return "active" in item and len(item["active"]) == item["slots"]


def with_a_lease(candidates: Any, strategy: Any, language: Any, now: Any, **more: Any) -> Any:
    there = [replace(each, lease_expires_at=now + timedelta(1)) for each in candidates]
    return elect(there, strategy, language, now, **more)


def only_the_state_changes(self: Any, before: Any, after: Any) -> None:
    self._table.write(conversations._moved(before, after)[0])


def says_it_worked(self: Any, *given: Any) -> None:
    try:
        hand_over(self, *given)
    except Conflict:
        return


def any_state(path: Any, value: Any) -> Any:
    return Missing("nothing") if path == "state" else Equals(path, value)


ROUTING: tuple[Mutant, ...] = (
    mutant(
        "a slot is taken whether one is free or not",
        "I1",
        (
            conversations,
            "slot_taken",
            without(slot_taken, unless=lambda each: not isinstance(each, SizeBelow)),
        ),
    ),
    mutant(
        "one more than there are slots",
        "I1",
        (effects, "_below", lambda item, *more: below(item, *more) or just_full(item)),
    ),
    mutant("what is closed keeps its slot", "I2", (conversations, "slot_left", lambda *_: [])),
    mutant(
        "an entry stays in the queue",
        "I3",
        (
            conversations,
            "dequeued",
            lacking(dequeued, lambda operation, _label: isinstance(operation, Delete)),
        ),
    ),
    mutant(
        "the visitor's pointer is not looked at",
        "I4",
        (conversations, "beginning", without(beginning, unless=on("open"))),
    ),
    mutant(
        "closing forgets the pointer",
        "I4",
        (StoredConversations, "close", only_the_state_changes),
    ),
    mutant(
        "a transition without a version",
        "I5",
        (
            Conversation,
            "after",
            lambda self, *given: replace(after(self, *given), version=self.version),
        ),
    ),
    mutant(
        "whoever takes does not ask whether it still waits",
        "I5",
        (conversations, "dequeued", lambda *_: []),
        (conversations, "Equals", any_state),
    ),
    mutant(
        "a lease that ran out is as good",
        "I6",
        (conversations, "slot_taken", without(slot_taken, unless=on("lease_expires_at"))),
        (assignments, "elect", with_a_lease),
    ),
    mutant(
        "an agent who went away is as good",
        "I6",
        (conversations, "slot_taken", without(slot_taken, unless=on("status"))),
    ),
    mutant(
        "last in, first out", "I7", (assignments, "order", lambda entries: order(entries)[::-1])
    ),
    mutant(
        "whoever is requeued begins to wait anew",
        "I8",
        (
            Conversation,
            "requeued",
            lambda self, now: replace(requeued(self, now), waiting_since=now),
        ),
    ),
    mutant(
        "nobody serves those who wait",
        "I9",
        (assignments, "serve_everywhere", lambda *_given, **_named: 0),
        (assignments, "serve_group", lambda *_given: 0),
    ),
    mutant(
        "leases that run out are nobody's business", "I10", (presence, "expire", lambda _ports: 0)
    ),
    mutant(
        "whoever takes too late is told that it worked",
        "I12",
        (StoredConversations, "hand_over", says_it_worked),
    ),
)
