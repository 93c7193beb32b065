"""How is a routing decision kept, so that "why?" can be answered later?

Ids, words and numbers, ready for JSON: nothing a visitor wrote, nothing an author compares with.
"""

from typing import Any, assert_never

from chalicelib.routing.elect import Verdict
from chalicelib.routing.route import Assign, Considered, Enqueue, Outcome, Unavailable
from chalicelib.routing.rule import Branch


def record(branch: Branch, outcome: Outcome) -> dict[str, Any]:
    """The decision with every group and agent considered, in the order of preference."""
    return {
        "branch": branch.name,
        "mode": branch.mode.value,
        **_result(outcome),
        "groups": [_group(each) for each in outcome.considered],
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
        "agents": [_agent(each) for each in considered.agents],
    }


def _agent(verdict: Verdict) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "agent": verdict.agent,
        "reason": verdict.reason.value,
        "load": verdict.load,
        "slots": verdict.slots,
    }
    return shown if verdict.key is None else {**shown, "key": list(verdict.key)}
