"""A visitor waits for an answer: which flow asks for the address, and when must we look again?

Nothing is remembered between two looks. Each judges every flow at the moment `now`: it has waited
its delay, it is active still, its hours match. So an alarm that rings late, twice or early does no
harm, and a flow that was passed over for its hours may yet ask at a later flow's moment.
"""

from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias, TypeVar

from chalicelib.flows.email_request import EmailRequest
from chalicelib.flows.estimated_wait import EstimatedWait

AnyFlow = TypeVar("AnyFlow", EmailRequest, EstimatedWait)


class Kind(StrEnum):
    """Which of its messages a flow shows."""

    UNKNOWN = "unknown"
    KNOWN = "known"


class Reason(StrEnum):
    """Why a run ends without having asked."""

    ANSWERED = "answered"
    CLOSED = "closed"
    ALREADY_ASKED = "already_asked"
    NOTHING_LEFT = "nothing_left"


class Passed(StrEnum):
    """Why a flow does not ask now."""

    PAUSED = "paused"
    HOURS = "hours"
    NOT_YET = "not_yet"


PassedOver: TypeAlias = tuple[tuple[str, Passed], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What is true of the conversation now. `since` is the first message that waits for an answer.

    `answered` means by a person, after `since`. `is_open` tells the hours of the group or site.
    """

    since: datetime
    answered: bool
    closed: bool
    already_asked: bool
    address_known: bool
    is_open: Callable[[datetime], bool]


@dataclass(frozen=True, slots=True)
class Ask:
    """Show this flow's messages of this kind, now."""

    flow: EmailRequest
    kind: Kind
    passed: PassedOver = ()


@dataclass(frozen=True, slots=True)
class Sleep:
    """Look again at `until` (whole seconds), when this flow's delay has passed."""

    until: datetime
    flow: EmailRequest
    passed: PassedOver = ()


@dataclass(frozen=True, slots=True)
class Finish:
    """Nothing will be asked."""

    reason: Reason
    passed: PassedOver = ()


Step: TypeAlias = Ask | Sleep | Finish


def candidates(
    flows: Iterable[AnyFlow], *, targeting_rule: str | None, routing_rule: str | None
) -> tuple[AnyFlow, ...]:
    """The active flows meant for a conversation, the one that speaks first in front."""
    meant = (
        flow
        for flow in flows
        if flow.criteria.admit(targeting_rule=targeting_rule, routing_rule=routing_rule)
    )
    return tuple(sorted(meant, key=order))


def order(flow: EmailRequest | EstimatedWait) -> tuple[int, int, str]:
    """The shortest delay speaks first, then priority, then id."""
    delay = flow.delay_seconds if isinstance(flow, EmailRequest) else 0
    return (delay, -flow.criteria.priority, flow.id)


def advance(
    flows: Iterable[EmailRequest],
    waiting: Waiting,
    now: datetime,
    wait_scale: float = 1.0,
    paused_now: Set[str] = frozenset(),
) -> Step:
    """What to do now for a conversation whose candidates are `flows`.

    `flows` are those the run began with; `paused_now` names the ones not active any more.
    `wait_scale` multiplies delays.
    """
    ended = _end(waiting)
    if ended is not None:
        return Finish(ended)
    passed: list[tuple[str, Passed]] = []
    later: list[EmailRequest] = []
    for flow in sorted(flows, key=order):
        why = _why_not(flow, waiting, now, wait_scale, paused_now)
        if why is None:
            kind = Kind.KNOWN if waiting.address_known else Kind.UNKNOWN
            return Ask(flow, kind, tuple(passed))
        if why is Passed.NOT_YET:
            later.append(flow)
        passed.append((flow.id, why))
    if later:
        return Sleep(due(later[0], waiting.since, wait_scale), later[0], tuple(passed))
    return Finish(Reason.NOTHING_LEFT, tuple(passed))


def due(flow: EmailRequest, since: datetime, wait_scale: float = 1.0) -> datetime:
    """The moment from which a flow may ask: never before its delay, in whole seconds."""
    return whole(since + timedelta(seconds=flow.delay_seconds * wait_scale))


def whole(moment: datetime) -> datetime:
    """The moment, or the first whole second after it: the alarm clock counts in those."""
    before = moment.replace(microsecond=0)
    return before if before == moment else before + timedelta(seconds=1)


def _end(waiting: Waiting) -> Reason | None:
    if waiting.closed:
        return Reason.CLOSED
    if waiting.answered:
        return Reason.ANSWERED
    return Reason.ALREADY_ASKED if waiting.already_asked else None


def _why_not(
    flow: EmailRequest, waiting: Waiting, now: datetime, wait_scale: float, paused_now: Set[str]
) -> Passed | None:
    # Time first: a flow paused or outside its hours before its moment may be fit when it comes.
    if now < due(flow, waiting.since, wait_scale):
        return Passed.NOT_YET
    if flow.id in paused_now:
        return Passed.PAUSED
    return None if flow.criteria.fit(waiting.is_open(now)) else Passed.HOURS
