"""Was anybody served out of turn, and how soon after a slot was freed? By what the store knows.

Every joining of a conversation and an agent is kept with its moment and its group; who has waited
longer was opened earlier, because nobody here is transferred. Moments are the functions' own: they
are taken before the write that makes them true.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Somebody who waited was given to an agent; since when they had waited for it visibly."""

    conversation: str
    group: str
    agent: str
    at: float
    opened: float
    visible: float


def services(
    conversations: Mapping[str, Mapping[str, Any]],
    reasons: Mapping[str, Sequence[Mapping[str, Any]]],
    given_back: Collection[tuple[str, str, float]],
    all_asked: float,
) -> list[Service]:
    """Every service from a queue, the first one first.

    Visibly waiting is, for the first time, everybody once all have asked; and again, whoever was
    given back by the agent who had it, from the moment that agent was told so.
    """
    found = []
    for id, rows in reasons.items():
        for before, row in pairwise(rows):
            if row["event"] != "queue":
                continue
            at, since = seconds(row["at"]), seconds(before["at"])
            agent = before["record"].get("agent")
            back = [when for it, who, when in given_back if (it, who) == (id, agent)]
            returned = [all_asked] if agent is None else [each for each in back if each > since]
            found.append(
                Service(
                    conversation=id,
                    group=row["record"]["group"],
                    agent=row["record"]["agent"],
                    at=at,
                    opened=seconds(conversations[id]["opened_at"]),
                    visible=min(returned, default=at),
                )
            )
    return sorted(found, key=lambda each: each.at)


def overtaken(served: Sequence[Service]) -> list[str]:
    """Who was given away while somebody of the same group, who had waited longer, stood there."""
    found = []
    for place, sooner in enumerate(served):
        for later in served[place + 1 :]:
            stood_there = later.visible < sooner.at
            if later.group == sooner.group and stood_there and later.opened < sooner.opened:
                found.append(f"{sooner.conversation} before {later.conversation}")
    return found


def handed_on(
    conversations: Iterable[Mapping[str, Any]],
    served: Iterable[Service],
    movements: Iterable[tuple[str, float, bool]],
) -> list[tuple[float, Service]]:
    """When a conversation ended, and the next that came to the same agent because of it.

    `movements` are agents who left, or came: a slot that is freed while its agent is away is
    offered to nobody, and neither is one beside an empty queue.
    """
    moments: list[tuple[float, str, str | Service]] = [
        *((seconds(each["closed_at"]), each["closed_by"], "freed") for each in conversations),
        *((each.at, each.agent, each) for each in served),
        *((at, agent, "came" if there else "left") for agent, at, there in movements),
    ]
    freed: dict[str, list[float]] = defaultdict(list)
    away: set[str] = set()
    found = []
    for at, agent, what in sorted(moments, key=lambda each: each[0]):
        match what:
            case "freed" if agent not in away:
                freed[agent].append(at)
            case "left":
                away.add(agent)
                freed[agent].clear()
            case "came":
                away.discard(agent)
            case Service() if freed[agent]:
                since = freed[agent].pop(0)
                if what.visible < since:
                    found.append((since, what))
    return found


def seconds(moment: str) -> float:
    """A moment of the API, as this machine's clock counts."""
    return datetime.fromisoformat(moment).timestamp()
