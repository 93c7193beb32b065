"""What does a routing decision's record say, in plain English?

Every name is looked up as it is now; whoever is not known any more is called by a general word.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from chalicelib.routing.elect import Reason, Strategy

Names = Mapping[str, str]
Record = Mapping[str, Any]

AGAINST: Final[Mapping[str, str]] = {
    Reason.OFFLINE: "offline",
    Reason.LEASE_EXPIRED: "the page was closed or lost its connection",
    Reason.AWAY: "away",
    Reason.LANGUAGE: "does not speak the language",
    Reason.NOT_A_MEMBER: "not a member of the group",
    Reason.ALREADY_OFFERED: "had it before and left it",
    Reason.QUEUE_FIRST: "kept for those who wait already",
    Reason.LOST_A_RACE: "was given another conversation at that very moment",
}
ORDERS: Final[Mapping[str, str]] = {
    Strategy.LONGEST_IDLE: "idle for longest",
    Strategy.LEAST_BUSY: "the least busy",
    Strategy.ROUND_ROBIN: "next in turn",
}
LEFT: Final[Mapping[str, str]] = {
    "lease_expired": "closed the page or lost the connection",
    "offline": "went offline",
    "away": "went away",
    "deactivated": "does not work here any more",
    "not_on_this_site": "does not work on this site any more",
}
NOBODY_COULD: Final[Mapping[str, str]] = {
    "nobody_free": "nobody was free, and the group has no queue",
    "queue_full": "the queue was full",
    "closed": "the group was closed",
}


def sentences(event: str, record: Record, people: Names, groups: Names) -> list[str]:
    """The decision, then what kept every other agent from it."""
    head = _HEADS.get(event, _chosen)(record, people, groups)
    return [head, *_others(record, people)]


def _chosen(record: Record, people: Names, groups: Names) -> str:
    group = _name(groups, record.get("group"), "a group that was removed")
    match record.get("outcome"):
        case "assign":
            agent = _name(people, record.get("agent"), "A former agent")
            return f"{agent} of {group} was chosen{_by_rank(record)}{_after(record)}."
        case "enqueue":
            return f"It joined the queue of {group}: nobody there could take it at once."
        case "keep":
            agent = _name(people, record.get("agent"), "a former agent")
            return f"It waits in the queue of {group}, for {agent} first."
        case "unavailable":
            why = NOBODY_COULD.get(record.get("reason", ""), "nobody was there")
            return f"Nobody could take it: {why}."
        case _:
            return f"It went to {group}."


def _transferred(record: Record, people: Names, groups: Names) -> str:
    by = _name(people, record.get("by"), "A former agent")
    if record.get("outcome") == "unavailable":
        return f"{by} transferred it. Nobody was free, so it waits."
    return f"{by} transferred it. {_chosen(record, people, groups)}"


def _taken(record: Record, people: Names, groups: Names) -> str:
    agent = _name(people, record.get("agent"), "A former agent")
    group = _name(groups, record.get("group"), "a group that was removed")
    return f"{agent} took it from the queue of {group}{_after(record)}."


def _timed_out(record: Record, people: Names, groups: Names) -> str:
    agent = _name(people, record.get("agent"), "A former agent")
    group = _name(groups, record.get("group"), "a group that was removed")
    return f"{agent} left it unanswered, so it went back to the queue of {group}."


def _handed_back(record: Record, people: Names, groups: Names) -> str:
    agent = _name(people, record.get("agent"), "a former agent")
    group = _name(groups, record.get("group"), "a group that was removed")
    by = record.get("by")
    if by in (None, record.get("agent")):
        return f"It was handed back by {agent} to the queue of {group}."
    other = _name(people, by, "A former agent")
    return f"{other} took it from {agent} and gave it back to the queue of {group}."


def _overflowed(record: Record, _people: Names, groups: Names) -> str:
    group = _name(groups, record.get("group"), "a group that was removed")
    return f"It had waited {record.get('waited_seconds', 0)} s, so {group} was asked too."


def _left(why: str, record: Record, people: Names, groups: Names) -> str:
    agent = _name(people, record.get("agent"), "A former agent")
    group = _name(groups, record.get("group"), "a group that was removed")
    return f"{agent} {why}, so it went back to the queue of {group}."


_HEADS: Final[Mapping[str, Callable[[Record, Names, Names], str]]] = {
    "transfer": _transferred,
    "take": _taken,
    "answer_timeout": _timed_out,
    "handed_back": _handed_back,
    "overflow": _overflowed,
    **{event: partial(_left, why) for event, why in LEFT.items()},
}


def _by_rank(record: Record) -> str:
    chosen = _group_of(record)
    able = [each for each in chosen.get("agents", ()) if each["reason"] == Reason.ELIGIBLE]
    order = ORDERS.get(chosen.get("strategy", ""))
    if len(able) > 1 and order is not None:
        return f": {order} of {len(able)} who could take it"
    return ": the only one who could take it" if len(able) == 1 else ""


def _after(record: Record) -> str:
    waited = record.get("waited_seconds")
    return f", after {waited} s in the queue" if waited else ""


def _others(record: Record, people: Names) -> Iterator[str]:
    for group in record.get("groups", ()):
        for each in group["agents"]:
            if each["agent"] != record.get("agent") and each["reason"] != Reason.ELIGIBLE:
                yield f"{_name(people, each['agent'], 'A former agent')}: {_against(each)}."
        if group.get("agents_left_out"):
            yield f"And {group['agents_left_out']} more."


def _against(verdict: Mapping[str, Any]) -> str:
    if verdict["reason"] == Reason.FULL:
        return f"{verdict['load']} of {verdict['slots']} slots"
    return AGAINST.get(verdict["reason"], verdict["reason"])


def _group_of(record: Record) -> Mapping[str, Any]:
    found = (each for each in record.get("groups", ()) if each["group"] == record.get("group"))
    return next(found, {})


def _name(names: Names, id: str | None, unknown: str) -> str:
    return names.get(id or "", unknown)
