"""How is a routing decision kept, so that "why?" can be answered later?

Ids, words and numbers, ready for JSON: nothing a visitor wrote, nothing an author compares with.
However large the groups are, a record names few agents: those who come first, and how many are
left out.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, assert_never

from chalicelib.routing.elect import Strategy, Verdict
from chalicelib.routing.queue import Entry
from chalicelib.routing.route import Assign, Considered, Enqueue, Outcome, Unavailable
from chalicelib.routing.rule import Branch

MOST_AGENTS: Final = 50


def record(branch: Branch, outcome: Outcome) -> dict[str, Any]:
    """The decision with every group and the agents considered, in the order of preference."""
    groups = []
    room = MOST_AGENTS
    for considered in outcome.considered:
        groups.append({**_group(considered), **_agents(considered.agents, room)})
        room -= min(room, len(considered.agents))
    named = {"branch": branch.name, "mode": branch.mode.value}
    return {**named, **_result(outcome), "groups": groups}


def service(
    entry: Entry, agent: str, strategy: Strategy, verdicts: Sequence[Verdict], now: datetime
) -> dict[str, Any]:
    """Somebody who waited and an agent are joined: how long it waited, and who could have it."""
    considered = {"group": entry.group, "strategy": strategy.value}
    return {
        "outcome": "assign",
        "group": entry.group,
        "agent": agent,
        "waited_seconds": int((now - entry.waiting_since).total_seconds()),
        "groups": [{**considered, **_agents(verdicts, MOST_AGENTS)}],
    }


def _result(outcome: Outcome) -> dict[str, str]:
    match outcome:
        case Assign(group=group, agent=agent):
            return {"outcome": "assign", "group": group, "agent": agent}
        case Enqueue(group=group):
            return {"outcome": "enqueue", "group": group}
        case Unavailable(reason=reason):
            return {"outcome": "unavailable", "reason": reason.value}
        case _:
            assert_never(outcome)


def _group(considered: Considered) -> dict[str, Any]:
    standing = considered.standing
    return {
        "group": considered.group,
        "availability": considered.availability.value,
        "open": standing.is_open,
        "free_slots": standing.free_slots,
        "waiting": standing.waiting,
        "queue_limit": considered.queue_limit,
        "behind": standing.behind,
        "strategy": considered.strategy.value,
    }


def _agents(verdicts: Sequence[Verdict], room: int) -> dict[str, Any]:
    shown: dict[str, Any] = {"agents": [_agent(each) for each in verdicts[:room]]}
    left_out = max(0, len(verdicts) - room)
    return {**shown, "agents_left_out": left_out} if left_out else shown


def _agent(verdict: Verdict) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "agent": verdict.agent,
        "reason": verdict.reason.value,
        "load": verdict.load,
        "slots": verdict.slots,
    }
    return shown if verdict.key is None else {**shown, "key": list(verdict.key)}
