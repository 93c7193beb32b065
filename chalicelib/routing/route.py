"""Who takes this conversation now: an agent, a queue, or nobody?

A conversation never passes one that waits: where somebody waits whom a free agent could answer,
that agent is kept for the queue, and the newcomer joins it. A synchronous group never queues.

A group outside its own hours gets no conversation at once, but its queue takes one when no open
group can. A group without hours of its own works whenever its agents do: the site's hours say what
visitors are promised, not who is there.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Final, TypeAlias

from chalicelib.routing.elect import NO_OFFERS, NOBODY, Election, Strategy, Verdict, elect
from chalicelib.routing.languages import speaks
from chalicelib.routing.modes import GroupState, Standing, deficits, order
from chalicelib.routing.rule import Branch

NO_FIGURES: Final[Mapping[str, int]] = {}


class Availability(StrEnum):
    """What a group can do for one conversation now; stored in decision records."""

    AGENT_FREE = "agent_free"
    QUEUE_HAS_ROOM = "queue_has_room"
    NOBODY_FREE = "nobody_free"
    QUEUE_FULL = "queue_full"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Considered:
    """One group as the decision saw it, with every agent it considered."""

    group: str
    availability: Availability
    standing: Standing
    queue_limit: int
    strategy: Strategy
    agents: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True)
class Assign:
    """This agent of this group, if they still can."""

    group: str
    agent: str
    considered: tuple[Considered, ...]


@dataclass(frozen=True, slots=True)
class Enqueue:
    """The end of this group's queue, if it still has room."""

    group: str
    considered: tuple[Considered, ...]


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Nobody can take it; `reason` is what the visitor's side and the reports are told."""

    reason: Availability
    considered: tuple[Considered, ...]


Outcome: TypeAlias = Assign | Enqueue | Unavailable


def route(
    branch: Branch,
    states: Mapping[str, GroupState],
    *,
    language: str | None,
    now: datetime,
    open_groups: Collection[str],
    previous: str | None = None,
    excluded: Mapping[str, datetime] = NO_OFFERS,
    lost: Collection[str] = NOBODY,
    served: Mapping[str, int] = NO_FIGURES,
) -> Outcome:
    """The first group of the branch, in its mode's order, that can take the conversation.

    `states` holds every group of the branch. `previous` is the agent to prefer, `excluded` those
    it was already offered to, and when, `lost` those whose claim failed a moment ago; `served`
    counts the conversations given to each group, for fair and ratio.
    """
    vote = partial(
        elect, language=language, now=now, previous=previous, excluded=excluded, lost=lost
    )
    behind = deficits({target.group: target.share for target in branch.targets}, served)
    considered: dict[str, Considered] = {}
    for place, target in enumerate(branch.targets):
        state = states[target.group]
        is_open = state.group.hours is None or target.group in open_groups
        election = (
            vote(state.candidates, state.group.strategy, promised=_promised(state))
            if is_open
            else Election(())
        )
        standing = Standing(
            group=target.group,
            place=place,
            free_slots=sum(each.free_slots for each in election.eligible),
            waiting=state.waiting,
            is_open=is_open,
            behind=behind[target.group],
        )
        considered[target.group] = _considered(standing, state, election)
    ranked = order(branch.mode, (each.standing for each in considered.values()))
    return _first_able(tuple(considered[standing.group] for standing in ranked))


def available(
    branch: Branch,
    states: Mapping[str, GroupState],
    *,
    language: str | None,
    now: datetime,
    open_groups: Collection[str],
) -> bool:
    """Whether the branch could take one more conversation now: may a visitor be invited?"""
    outcome = route(branch, states, language=language, now=now, open_groups=open_groups)
    return not isinstance(outcome, Unavailable)


def _promised(state: GroupState) -> frozenset[str]:
    """The candidates whom a conversation that waits could have."""
    if state.waiting == 0:
        return NOBODY
    return frozenset(
        each.id
        for each in state.candidates
        if any(speaks(each.languages, language) for language in state.waiting_languages)
    )


def _considered(standing: Standing, state: GroupState, election: Election) -> Considered:
    if election.winner is not None:
        availability = Availability.AGENT_FREE
    elif state.has_room:
        availability = Availability.QUEUE_HAS_ROOM
    elif not standing.is_open:
        availability = Availability.CLOSED
    elif state.group.is_synchronous:
        availability = Availability.NOBODY_FREE
    else:
        availability = Availability.QUEUE_FULL
    limit, strategy = state.group.queue_limit, state.group.strategy
    return Considered(standing.group, availability, standing, limit, strategy, election.verdicts)


def _first_able(considered: tuple[Considered, ...]) -> Outcome:
    for each in considered:
        if each.availability is Availability.AGENT_FREE:
            return Assign(each.group, each.agents[0].agent, considered)
        if each.availability is Availability.QUEUE_HAS_ROOM:
            return Enqueue(each.group, considered)
    return Unavailable(_worst(considered), considered)


def _worst(considered: tuple[Considered, ...]) -> Availability:
    """A full queue says most, closed least: somebody may come at any moment, or only tomorrow."""
    found = {each.availability for each in considered}
    words = (Availability.QUEUE_FULL, Availability.NOBODY_FREE, Availability.CLOSED)
    return next(word for word in words if word in found)
