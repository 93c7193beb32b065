"""Which agent of a group gets the conversation, and why not the others?

An agent can take it who is available, present, has a free slot and speaks its language. Of those
the order is: the higher agent priority; then the visitor's previous agent, where the rule says so;
then the group's strategy. A strategy is a sort key that ends in the agent's id, so that the winner
can be predicted, whatever the order in which the candidates were read.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

from chalicelib.model.agent import AgentState, Status, User
from chalicelib.routing.languages import speaks

Key: TypeAlias = tuple[int | float | str, ...]
NOBODY: Final[frozenset[str]] = frozenset()
NO_OFFERS: Final[Mapping[str, datetime]] = {}


class Reason(StrEnum):
    """Why an agent can or cannot take a conversation; stored in decision records."""

    ELIGIBLE = "eligible"
    OFFLINE = "offline"
    LEASE_EXPIRED = "lease_expired"
    AWAY = "away"
    FULL = "full"
    LANGUAGE = "language"
    NOT_A_MEMBER = "not_a_member"
    ALREADY_OFFERED = "already_offered"
    QUEUE_FIRST = "queue_first"
    LOST_A_RACE = "lost_a_race"


class Strategy(StrEnum):
    """The orders an admin can choose for a group."""

    LONGEST_IDLE = "longest_idle"
    LEAST_BUSY = "least_busy"
    ROUND_ROBIN = "round_robin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What an election knows of an agent; `load` counts the conversations held, over all sites.

    `acted_at` is when they last did something by hand, such as choosing a status.
    """

    id: str
    languages: tuple[str, ...] = ()
    slots: int
    load: int
    status: Status
    lease_expires_at: datetime | None
    priority: int = 0
    last_assigned_at: datetime | None = None
    acted_at: datetime | None = None

    @property
    def free_slots(self) -> int:
        return max(0, self.slots - self.load)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One agent as the election saw them; `key` is their place among the eligible, lowest first."""

    agent: str
    reason: Reason
    load: int
    slots: int
    key: Key | None = None

    @property
    def free_slots(self) -> int:
        return max(0, self.slots - self.load)


@dataclass(frozen=True, slots=True)
class Election:
    """Every agent considered: the eligible, best first, then the others by id."""

    verdicts: tuple[Verdict, ...]

    @property
    def eligible(self) -> tuple[Verdict, ...]:
        return tuple(each for each in self.verdicts if each.reason is Reason.ELIGIBLE)

    @property
    def winner(self) -> str | None:
        return next((each.agent for each in self.eligible), None)

    @property
    def reasons(self) -> tuple[tuple[str, Reason], ...]:
        return tuple((each.agent, each.reason) for each in self.verdicts)


def candidate(user: User, state: AgentState) -> Candidate:
    """A member of a group, ready to be considered; the slots are those a claim will check."""
    return Candidate(
        id=user.id,
        languages=user.languages,
        slots=state.slots,
        load=len(state.active),
        status=state.status,
        lease_expires_at=state.lease_expires_at,
        priority=user.priority,
        last_assigned_at=state.last_assigned_at,
        acted_at=state.acted_at,
    )


def consider(
    candidate: Candidate,
    language: str | None,
    now: datetime,
    excluded: Mapping[str, datetime] = NO_OFFERS,
) -> Reason:
    """The first reason against giving `candidate` a conversation now, or `ELIGIBLE`.

    `excluded` names the agents it was already offered to, and when each of them lost it: whoever
    has done something by hand since is there again.
    """
    absent = _absence(candidate, now)
    if absent is not None:
        return absent
    if candidate.free_slots == 0:
        return Reason.FULL
    if not speaks(candidate.languages, language):
        return Reason.LANGUAGE
    return Reason.ALREADY_OFFERED if _has_left(candidate, excluded) else Reason.ELIGIBLE


def elect(
    candidates: Iterable[Candidate],
    strategy: Strategy,
    language: str | None,
    now: datetime,
    previous: str | None = None,
    excluded: Mapping[str, datetime] = NO_OFFERS,
    *,
    lost: Collection[str] = NOBODY,
    promised: Collection[str] = NOBODY,
) -> Election:
    """Consider every candidate and order those who can take the conversation.

    `previous` is the agent to prefer, if any: when they are not among the candidates they are
    reported as no member. `lost` names agents whose claim failed a moment ago, `promised` those
    whose free slot belongs to somebody who waits.
    """
    members = tuple(candidates)
    rank = STRATEGIES[strategy]
    last = _served_last(members)
    verdicts = []
    for each in members:
        reason = consider(each, language, now, excluded)
        if each.id in lost:
            reason = Reason.LOST_A_RACE
        elif reason is Reason.ELIGIBLE and each.id in promised:
            reason = Reason.QUEUE_FIRST
        preference = (-each.priority, int(each.id != previous))
        key = (*preference, *rank(each, last)) if reason is Reason.ELIGIBLE else None
        verdicts.append(Verdict(each.id, reason, each.load, each.slots, key))
    if previous is not None and all(each.id != previous for each in members):
        verdicts.append(Verdict(previous, Reason.NOT_A_MEMBER, 0, 0))
    return Election(tuple(sorted(verdicts, key=_best_first)))


def longest_idle(agent: Candidate, _last: str) -> Key:
    """Whoever has been given nothing for the longest time; whoever never was comes first."""
    return (_assigned_at(agent), agent.load, agent.id)


def least_busy(agent: Candidate, _last: str) -> Key:
    """The smallest share of slots taken; then whoever was given nothing for longest."""
    return (agent.load / max(1, agent.slots), _assigned_at(agent), agent.id)


def round_robin(agent: Candidate, last: str) -> Key:
    """In turn, by id, from the one after `last`.

    Unlike in `longest_idle`, a turn that is missed (away, full) is not made up for.
    """
    return (int(agent.id <= last), agent.id)


STRATEGIES: Final[Mapping[Strategy, Callable[[Candidate, str], Key]]] = {
    Strategy.LONGEST_IDLE: longest_idle,
    Strategy.LEAST_BUSY: least_busy,
    Strategy.ROUND_ROBIN: round_robin,
}


def _absence(candidate: Candidate, now: datetime) -> Reason | None:
    if candidate.status is Status.OFFLINE:
        return Reason.OFFLINE
    if candidate.lease_expires_at is None or candidate.lease_expires_at <= now:
        return Reason.LEASE_EXPIRED
    return Reason.AWAY if candidate.status is Status.AWAY else None


def _has_left(candidate: Candidate, excluded: Mapping[str, datetime]) -> bool:
    """Whether they lost this very conversation, and have done nothing by hand since."""
    lost_at = excluded.get(candidate.id)
    if lost_at is None:
        return False
    return candidate.acted_at is None or candidate.acted_at <= lost_at


def _served_last(members: Sequence[Candidate]) -> str:
    """Whose turn it was: full, away or offline agents count too; empty before the first."""
    served = [each for each in members if each.last_assigned_at is not None]
    return max(((_assigned_at(each), each.id) for each in served), default=(0.0, ""))[1]


def _assigned_at(agent: Candidate) -> float:
    return agent.last_assigned_at.timestamp() if agent.last_assigned_at is not None else 0.0


def _best_first(verdict: Verdict) -> Key:
    # Two keys are never compared beyond their ids: of one strategy, they have one shape.
    return (0, *verdict.key) if verdict.key is not None else (1, verdict.agent)
