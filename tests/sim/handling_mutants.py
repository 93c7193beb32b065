"""Which bugs of what happens to a conversation meanwhile must be found, and by which invariant?"""

from dataclasses import replace
from typing import Any

from chalicelib.flows import waits
from chalicelib.model import moves
from chalicelib.model.conversation import Conversation, ConversationState
from chalicelib.routing.queue import Entry
from chalicelib.services.waiting import due
from chalicelib.store import conversations, placements
from chalicelib.store.conversation_writes import moved
from chalicelib.store.conversations import StoredConversations
from chalicelib.store.operations import Update
from tests.sim.planting import Mutant, lacking, mutant

ASSIGNED = ConversationState.ASSIGNED
SNOOZED = ConversationState.SNOOZED
all_waits = waits._all
counted = placements._counted
dequeued = conversations.dequeued
hand_over = StoredConversations.hand_over
move = StoredConversations.move
overflowing_to = moves.overflowing_to
silent = waits._silent
slot_taken = conversations.slot_taken
wake = due.wake
woken = moves.woken


def snoozed_in_its_slot(self: Any, before: Any, after: Any, **more: Any) -> None:
    if after.state is SNOOZED:
        self._table.write(moved(before, after)[0])
    else:
        move(self, before, after, **more)


def passed_on_in_its_slot(self: Any, before: Any, after: Any, **more: Any) -> None:
    if before.state is after.state is ASSIGNED:
        taken = slot_taken(after.site, after.id, more["claim"], after.updated_at)
        self._table.write(moved(before, after)[0], taken[0][0])
    else:
        move(self, before, after, **more)


def from_its_own_queue_only(site: Any, entry: Any) -> Any:
    return dequeued(site, replace(entry, others=()))


def counted_in_its_own_queue_only(site: Any, entry: Any) -> Any:
    own = counted(site, entry.group, -1).key
    others = lacking(
        dequeued, lambda operation, _label: isinstance(operation, Update) and operation.key != own
    )
    return others(site, entry)


def whatever_the_tick(ports: Any, site: str, conversation: str, _tick: int) -> Any:
    return wake(ports, site, conversation, ports.conversations.get(site, conversation).version)


def at_once(conversation: Any, limits: Any) -> Any:
    for each in all_waits(conversation, limits):
        over = each.kind is waits.Kind.SNOOZE
        yield replace(each, at=conversation.updated_at) if over else each


def waits_without(kind: waits.Kind) -> Any:
    return lambda *given: (each for each in all_waits(*given) if each.kind is not kind)


def silent_all_the_same(conversation: Any, limits: Any) -> Any:
    yield from silent(replace(conversation, unanswered_since=None), limits)


def half(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / 2


def in_haste(limit: str) -> Any:
    def found(conversation: Any, limits: Any) -> Any:
        shorter = half(getattr(limits, limit))
        yield from all_waits(conversation, replace(limits, **{limit: shorter}))

    return found


def whatever_was_written(self: Any, before: Any, after: Any, **more: Any) -> None:
    move(self, before, after, **{**more, "unless_written": False})


def overflows_afresh(conversation: Any, group: str, now: Any) -> Any:
    return replace(overflowing_to(conversation, group, now), waiting_since=now)


def without_a_word(self: Any, *given: Any, **more: Any) -> None:
    hand_over(self, *given, **{**more, "why": None})


HANDLING: tuple[Mutant, ...] = (
    mutant(
        "what is snoozed keeps its slot", "I2", (StoredConversations, "move", snoozed_in_its_slot)
    ),
    mutant(
        "what is passed on keeps its old slot",
        "I2",
        (StoredConversations, "move", passed_on_in_its_slot),
    ),
    mutant(
        "an entry stays in the other queue",
        "I3",
        (conversations, "dequeued", from_its_own_queue_only),
    ),
    mutant(
        "the other queue is still counted as long",
        "I3",
        (conversations, "dequeued", counted_in_its_own_queue_only),
    ),
    mutant(
        "whoever wakes begins to wait anew",
        "I8",
        (moves, "woken", lambda *given: replace(woken(*given), waiting_since=given[-1])),
    ),
    mutant(
        "whoever overflows begins to wait anew", "I8", (moves, "overflowing_to", overflows_afresh)
    ),
    mutant("an alarm acts whatever has happened since", "I11", (due, "wake", whatever_the_tick)),
    mutant(
        "nobody notes who left it",
        "offered",
        (Conversation, "left_by_its_agent", lambda self, _now: self.offered),
    ),
    mutant("nobody is waited for", "kept", (Entry, "keeper", lambda _self, _now: None)),
    mutant(
        "whoever gets it, nobody says why",
        "why",
        (StoredConversations, "hand_over", without_a_word),
    ),
    mutant("agents may be silent for ever", "answer", (waits, "_held", lambda *_given: iter(()))),
    mutant("agents lose it in half the time", "answer", (waits, "_all", in_haste("answer"))),
    mutant(
        "an answer at the last moment is overlooked",
        "answer",
        (StoredConversations, "move", whatever_was_written),
    ),
    mutant("it overflows in half the time", "overflow", (waits, "_all", in_haste("overflow"))),
    mutant(
        "whoever waits for a first answer is closed upon",
        "silence",
        (waits, "_silent", silent_all_the_same),
    ),
    mutant("nothing overflows", "overflow", (waits, "_all", waits_without(waits.Kind.OVERFLOW))),
    mutant("silence lasts for ever", "silence", (waits, "_silent", lambda *_given: iter(()))),
    mutant("silence lasts half the time", "silence", (waits, "_all", in_haste("silence"))),
    mutant("snoozes never end", "awake", (waits, "_all", waits_without(waits.Kind.SNOOZE))),
    mutant(
        "snoozes end at once",
        "awake",
        (waits, "_all", at_once),
    ),
)
