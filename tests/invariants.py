"""What must hold at every moment, whoever raced whom? Read from the table itself.

The numbers are those of the project's list of invariants; each checker takes a table and every
other thing it compares it with, and says what is wrong by failing.
"""

from collections import Counter
from collections.abc import Iterable

from chalicelib.model.conversation import OPEN_STATES
from chalicelib.store.attributes import canonical, decode_item
from chalicelib.store.dynamo import DynamoTable
from chalicelib.store.memory import MemoryTable
from chalicelib.store.operations import Item

OPEN = {state.value for state in OPEN_STATES}
PLACED = {"assigned"}


def rows(table: MemoryTable | DynamoTable) -> list[Item]:
    """Everything that is stored; no port offers this, and none should."""
    if isinstance(table, MemoryTable):
        return [canonical(item) for item in table._items.values()]
    pages = table._client.get_paginator("scan").paginate(TableName=table._name)
    return [decode_item(item) for page in pages for item in page["Items"]]


def check(
    table: MemoryTable | DynamoTable,
    acknowledged: Iterable[tuple[str, str, int, str]] = (),
) -> None:
    """All that can be read from the table; `acknowledged` are (conversation, client id, number,
    text) as visitors were told.
    """
    items = rows(table)
    nobody_is_above_their_slots(items)
    check_whole(items, acknowledged)


def check_whole(items: list[Item], acknowledged: Iterable[tuple[str, str, int, str]] = ()) -> None:
    """The same where an admin may have lowered somebody's slots meanwhile."""
    conversations = {item["id"]: item for item in of(items, "CONVERSATION#", "CONVERSATION")}
    agents_hold_what_they_were_given(items, conversations)
    every_conversation_is_in_one_place(items, conversations)
    one_open_conversation_a_visitor(items, conversations)
    queues_are_counted(items)
    numbers_have_no_gap(items, conversations)
    nothing_acknowledged_is_lost(items, acknowledged)
    nobody_is_asked_twice(items, conversations)


def of(items: Iterable[Item], pk: str, sk: str) -> list[Item]:
    return [each for each in items if each["pk"].startswith(pk) and each["sk"].startswith(sk)]


def nobody_is_above_their_slots(items: list[Item]) -> None:
    """I1, where slots were never lowered: that unassigns nobody."""
    for agent in of(items, "AGENT#", "STATE"):
        assert len(agent["active"]) <= agent["slots"], f"{agent['agent']} holds {agent['active']}"


def agents_hold_what_they_were_given(items: list[Item], conversations: dict[str, Item]) -> None:
    """I2: what an agent holds is what is assigned to them."""
    for agent in of(items, "AGENT#", "STATE"):
        held = set(agent["active"])
        given = {
            each["id"]
            for each in conversations.values()
            if each["state"] in PLACED and each.get("agent") == agent["agent"]
        }
        assert held == given, (agent["agent"], held ^ given)


def every_conversation_is_in_one_place(items: list[Item], conversations: dict[str, Item]) -> None:
    """I3: assigned and with an agent, or waiting and once in each of its queues, or neither."""
    entries = of(items, "QUEUE#", "")
    queued = {each["conversation"] for each in entries}
    stands = Counter((each["conversation"], each["group"]) for each in entries)
    for each in conversations.values():
        state = each["state"]
        assert (each.get("agent") is not None) == (state in PLACED) or state == "closed", each
        queues = (each["group"], *each["overflowed"]) if state == "waiting" else ()
        found = {group: times for (of, group), times in stands.items() if of == each["id"]}
        assert found == dict.fromkeys(queues, 1), (each["id"], state, found)
        assert ("closed_at" in each) == (state in ("closed", "missed")), each
    assert queued <= set(conversations)
    for entry in entries:
        # Whoever takes it insists on this version, and leaves all of its queues.
        conversation = conversations[entry["conversation"]]
        assert entry["version"] == conversation["version"], entry
        both = {entry["group"], *entry["others"]}
        assert both == {conversation["group"], *conversation["overflowed"]}, entry


def one_open_conversation_a_visitor(items: list[Item], conversations: dict[str, Item]) -> None:
    """I4: and the visitor's pointer names it."""
    found = Counter(each["visitor"] for each in conversations.values() if each["state"] in OPEN)
    assert all(times == 1 for times in found.values()), found
    pointers = {
        each["visitor"]: each["open"] for each in of(items, "VISITOR#", "LEDGER") if "open" in each
    }
    assert pointers == {
        each["visitor"]: each["id"] for each in conversations.values() if each["state"] in OPEN
    }


def queues_are_counted(items: list[Item]) -> None:
    """The counter of a group is the length of its queue."""
    counted = {
        each["pk"].removeprefix("GROUP#"): each.get("waiting", 0)
        for each in of(items, "GROUP#", "COUNTER")
    }
    waiting = Counter(each["pk"].removeprefix("QUEUE#") for each in of(items, "QUEUE#", ""))
    assert {name: times for name, times in counted.items() if times} == dict(waiting)


def numbers_have_no_gap(items: list[Item], conversations: dict[str, Item]) -> None:
    """I14, I16: numbers are 1 to n, and a sender's own name for a message names one."""
    messages: dict[str, list[Item]] = {}
    for each in of(items, "CONVERSATION#", "MESSAGE#"):
        messages.setdefault(each["conversation"], []).append(each)
    for conversation in conversations.values():
        found = messages.get(conversation["id"], [])
        numbers = sorted(each["number"] for each in found)
        assert numbers == list(range(1, conversation["last_number"] + 1)), numbers
        named = Counter(
            (each["author"]["kind"], each["author"]["id"], each["client_id"])
            for each in found
            if each.get("client_id")
        )
        assert all(times == 1 for times in named.values()), named
        for mark in ("visitor_seen", "agent_seen"):
            assert conversation[mark] <= conversation["last_number"]


def nothing_acknowledged_is_lost(
    items: list[Item], acknowledged: Iterable[tuple[str, str, int, str]]
) -> None:
    """I15: every acknowledged message is there, under its number, word for word."""
    found = {
        (each["conversation"], each.get("client_id"), each["number"]): each["text"]
        for each in of(items, "CONVERSATION#", "MESSAGE#")
    }
    for conversation, client_id, number, text in acknowledged:
        assert found.get((conversation, client_id, number)) == text, (client_id, number)


def nobody_is_asked_twice(items: list[Item], conversations: dict[str, Item]) -> None:
    """I24: a flow speaks unasked once, and a run that asked is the only one that did."""
    asked = Counter(
        each["conversation"] for each in of(items, "RUN#", "RUN") if each["state"] == "asked"
    )
    assert all(times == 1 for times in asked.values()), asked
    assert set(asked) <= {each["id"] for each in conversations.values() if each.get("asked_by")}
