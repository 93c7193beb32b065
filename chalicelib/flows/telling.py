"""A visitor waits in a queue: are they told how long it may take, or that it takes longer?

Told once, when the wait begins; reassured once, when the minutes that were named are over. As with
a request, each look judges everything at its own moment.
"""

import math
from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from chalicelib.flows.advance import order, whole
from chalicelib.flows.estimated_wait import EstimatedWait


class Sentence(StrEnum):
    ESTIMATE = "estimate"
    UNKNOWN = "unknown"
    EXCEEDED = "exceeded"


class Reason(StrEnum):
    """Why a run ends without another word."""

    ANSWERED = "answered"
    CLOSED = "closed"
    HAS_AN_AGENT = "has_an_agent"
    ALREADY_TOLD = "already_told"
    NOTHING_LEFT = "nothing_left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is true of the conversation now.

    `estimate` is in seconds, None if too little is known; `told_by` is the flow that has told this
    conversation, and `exceeds_at` when the time it named is over, if it did so in this run.
    """

    since: datetime
    answered: bool
    closed: bool
    queued: bool
    is_open: bool
    estimate: int | None
    told_by: str | None
    exceeds_at: datetime | None


@dataclass(frozen=True, slots=True)
class Tell:
    """Show this sentence of this flow, now; look again at `until`, if at all."""

    flow: EstimatedWait
    sentence: Sentence
    minutes: int | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sleep:
    """It is too early to say more; look again at `until`."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Finish:
    """Nothing more will be told."""

    reason: Reason


Step: TypeAlias = Tell | Sleep | Finish


def tell(
    flows: Iterable[EstimatedWait],
    standing: Standing,
    now: datetime,
    wait_scale: float = 1.0,
    paused_now: Set[str] = frozenset(),
) -> Step:
    """What to do now for a conversation whose candidates are `flows`.

    `flows` are those the run began with; `paused_now` names the ones not active any more.
    `wait_scale` multiplies the wait.
    """
    ended = _end(standing)
    if ended is not None:
        return Finish(ended)
    active = [flow for flow in sorted(flows, key=order) if flow.id not in paused_now]
    if standing.exceeds_at is not None:
        if now < standing.exceeds_at:
            return Sleep(standing.exceeds_at)
        told_by = (flow for flow in active if flow.id == standing.told_by)
        return _first(Tell(flow, Sentence.EXCEEDED) for flow in told_by)
    fit = (flow for flow in active if flow.criteria.fit(standing.is_open))
    return _first(_estimate(flow, standing, wait_scale) for flow in fit)


def minutes(seconds: int) -> int:
    """A wait as it is told: in whole minutes, rounded up, so that fewer people wait longer."""
    return max(1, math.ceil(seconds / 60))


def _end(standing: Standing) -> Reason | None:
    if standing.closed:
        return Reason.CLOSED
    if standing.answered:
        return Reason.ANSWERED
    if standing.exceeds_at is not None:
        return None
    if standing.told_by is not None:
        return Reason.ALREADY_TOLD
    return None if standing.queued else Reason.HAS_AN_AGENT


def _estimate(flow: EstimatedWait, standing: Standing, wait_scale: float) -> Tell:
    if standing.estimate is None:
        return Tell(flow, Sentence.UNKNOWN)
    told = minutes(standing.estimate)
    # Whoever was told a minute is let down after a minute, whatever the exact figure was.
    exceeds_at = whole(standing.since + timedelta(minutes=told * wait_scale))
    return Tell(flow, Sentence.ESTIMATE, told, exceeds_at)


def _first(found: Iterable[Tell]) -> Step:
    return next(iter(found), Finish(Reason.NOTHING_LEFT))
