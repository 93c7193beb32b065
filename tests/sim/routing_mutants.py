"""Which bugs of routing and presence must be found, and by which invariant?"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from chalicelib.errors import Conflict
from chalicelib.model.conversation import Conversation
from chalicelib.routing import queue, route
from chalicelib.services.assignment import assignments, matching
from chalicelib.services.staff import presence
from chalicelib.store import conversation_writes, conversations, effects, memory, tickets
from chalicelib.store.conversations import StoredConversations
from chalicelib.store.operations import Delete, SizeBelow
from tests.sim.planting import Mutant, lacking, mutant, on, without
from tests.sim.table import WatchedTable

after = Conversation.after
below = effects._below
beginning = conversations.beginning
dequeued = conversations.dequeued
elect = matching.elect
handed_over = conversations.handed_over
hand_over = StoredConversations.hand_over
move = StoredConversations.move
offer_order = queue.offer_order
requeued = Conversation.requeued
slot_taken = conversations.slot_taken


def just_full(item: Any) -> bool:
    return "active" in item and len(item["active"]) == item["slots"]


def with_a_lease(candidates: Any, strategy: Any, language: Any, now: Any, **more: Any) -> Any:
    there = [replace(each, lease_expires_at=now + timedelta(1)) for each in candidates]
    return elect(there, strategy, language, now, **more)


def only_the_state_changes(self: Any, before: Any, after: Any, **more: Any) -> None:
    if after.is_open:
        move(self, before, after, **more)
    else:
        self._table.write(conversation_writes.moved(before, after)[0])


def newest_first(entries: Any, now: Any) -> Any:
    return offer_order(entries, now)[::-1]


def says_it_worked(self: Any, *given: Any, **more: Any) -> None:
    try:
        hand_over(self, *given, **more)
    except Conflict:
        return


def handed_over_blindly(*given: Any) -> Any:
    operation, label = handed_over(*given)
    return replace(operation, when=()), label


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
        (StoredConversations, "move", only_the_state_changes),
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
        (conversations, "handed_over", handed_over_blindly),
    ),
    mutant(
        "a lease that ran out is as good",
        "I6",
        (conversations, "slot_taken", without(slot_taken, unless=on("lease_expires_at"))),
        (matching, "elect", with_a_lease),
    ),
    mutant(
        "an agent who went away is as good",
        "I6",
        (conversations, "slot_taken", without(slot_taken, unless=on("status"))),
    ),
    mutant(
        "last in, first out",
        "I7",
        (matching, "offer_order", newest_first),
        (queue, "offer_order", newest_first),
    ),
    mutant(
        "a newcomer is given whoever is free, though others wait for them",
        "I7",
        (route, "_promised", lambda _state: frozenset()),
    ),
    mutant(
        "whoever is requeued begins to wait anew",
        "I8",
        (
            Conversation,
            "requeued",
            lambda self, now, **more: replace(requeued(self, now, **more), waiting_since=now),
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
    mutant(
        "one's own write is taken for somebody else's",
        "I12",
        (WatchedTable, "knows_its_own", False),
    ),
    mutant("what has expired is still read", "I33", (memory, "readable", lambda item, _now: item)),
    mutant("a ticket opens as often as it is shown", "I33", (tickets, "Present", lambda: ())),
)
