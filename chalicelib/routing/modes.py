"""Which group of a branch comes first?

A mode is a sort key over the groups as they stand; the first of the order that can take the
conversation takes it, by an agent or by its queue.

- *escalation*: as written. A group with a queue is left only when its queue is full.
- *fair*, *ratio*: the group furthest behind its share; shares are equal, or those the admin set.
- *reactive*: the most free slots, then the shortest queue.

In all but escalation a group that can answer at once goes before one where the visitor would wait:
shares are made up later, a visitor's time is not. A group outside its own hours comes last in every
mode. Every key ends in the place the author gave.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from chalicelib.routing.elect import Candidate
from chalicelib.routing.group import Group

Key: TypeAlias = tuple[int, ...]
UNKNOWN_LANGUAGES: Final[frozenset[str | None]] = frozenset({None})


class Mode(StrEnum):
    """How a branch chooses between its groups."""

    ESCALATION = "escalation"
    FAIR = "fair"
    RATIO = "ratio"
    REACTIVE = "reactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupState:
    """A group at this moment: those of its members who matter, and how many wait.

    `candidates` must hold the visitor's previous agent when they are a member.
    `waiting_languages` are those of the conversations that wait and that one of the candidates
    could have now; left out, anybody could answer them.
    """

    group: Group
    candidates: tuple[Candidate, ...] = ()
    waiting: int = 0
    waiting_languages: frozenset[str | None] = UNKNOWN_LANGUAGES

    @property
    def has_room(self) -> bool:
        return self.waiting < self.group.queue_limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a mode compares: one group of a branch, for one conversation.

    `free_slots` are those of agents who could take it now; `behind` says how far the group is
    behind its share, in conversations times the sum of the shares.
    """

    group: str
    place: int
    free_slots: int
    waiting: int
    is_open: bool
    behind: int


def deficits(shares: Mapping[str, int], served: Mapping[str, int]) -> dict[str, int]:
    """How far each group will be behind its share once one more conversation is given out.

    `served` counts conversations; in whole numbers, so that equal is equal.
    """
    total = 1 + sum(served.get(group, 0) for group in shares)
    parts = sum(shares.values())
    return {group: share * total - served.get(group, 0) * parts for group, share in shares.items()}


def order(mode: Mode, standings: Iterable[Standing]) -> tuple[Standing, ...]:
    """The groups in the order in which they are offered the conversation."""
    rank = MODES[mode]
    return tuple(sorted(standings, key=lambda each: (int(not each.is_open), *rank(each))))


def escalation(standing: Standing) -> Key:
    return (standing.place,)


def furthest_behind(standing: Standing) -> Key:
    return (int(standing.free_slots == 0), -standing.behind, standing.place)


def reactive(standing: Standing) -> Key:
    return (-standing.free_slots, standing.waiting, standing.place)


MODES: Final[Mapping[Mode, Callable[[Standing], Key]]] = {
    Mode.ESCALATION: escalation,
    Mode.FAIR: furthest_behind,
    Mode.RATIO: furthest_behind,
    Mode.REACTIVE: reactive,
}
