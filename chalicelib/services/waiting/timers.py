"""What is scheduled for a conversation: when, and by which rule? And may it be called off?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from chalicelib.errors import Conflict, NotFound
from chalicelib.flows.waits import Kind
from chalicelib.model.agent import User
from chalicelib.model.conversation import Conversation
from chalicelib.model.flow_run import FlowKind, FlowRun, RunEvent
from chalicelib.playbook.playbook import Playbook
from chalicelib.services import rights
from chalicelib.services.assignment import snoozes, waits
from chalicelib.services.conversation import desk
from chalicelib.services.flows.wakes import meant_for
from chalicelib.services.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What the author of the playbook wrote that makes it happen."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """One thing that happens at a moment unless something else happens before."""

    id: str
    what: str
    at: datetime
    rule: Rule | None = None


def of(ports: Ports, site: str, conversation: str, user: User) -> list[Timer]:
    """Everything scheduled for a conversation, the soonest first."""
    found = desk.read(ports, site, conversation, user)
    return sorted(_all(ports, found), key=lambda each: (each.at, each.id))


def cancel(ports: Ports, site: str, conversation: str, timer: str, user: User) -> None:
    """Call a flow off, or end a snooze; Conflict `not_cancellable` for what the rules demand."""
    found = desk.read(ports, site, conversation, user)
    if timer not in {each.id for each in _all(ports, found)}:
        raise NotFound(f"no timer {timer!r}")
    if timer == Kind.SNOOZE.value:
        snoozes.wake(ports, site, conversation, desk.may_see(ports, site, user))
    elif timer in (found.flow_run, found.estimate_run):
        rights.may_write_as(user)(found)
        run = ports.runs.get(site, timer)
        ports.runs.save(run, run.ended(RunEvent.CANCELLED, "called_off"))
        ports.alarms.stop_run(run)
    else:
        raise Conflict(f"{timer} follows from a rule; change the rule", "not_cancellable")


def _all(ports: Ports, conversation: Conversation) -> Iterator[Timer]:
    playbook = ports.playbooks.current(conversation.site)
    for wait in waits.of(ports, playbook, conversation):
        rule = _rule(conversation, wait.kind)
        yield Timer(id=wait.kind.value, what=wait.kind.value, at=wait.at, rule=rule)
    for run in _runs(ports, conversation):
        rule = _flow(ports, conversation, run)
        yield Timer(id=run.id, what=run.kind.value, at=run.wake_at, rule=rule)
    unseen_at = _unseen_at(ports, playbook, conversation)
    if unseen_at is not None:
        rule = Rule(kind="site", id=conversation.site)
        yield Timer(id="unseen", what="unseen", at=unseen_at, rule=rule)


def _rule(conversation: Conversation, kind: Kind) -> Rule | None:
    match kind:
        case Kind.ANSWER:
            return Rule(kind="group", id=conversation.group or "")
        case Kind.OVERFLOW:
            return Rule(kind="routing_rule", id=conversation.routing_rule or "")
        case Kind.SILENCE:
            return Rule(kind="site", id=conversation.site)
        case Kind.KEPT | Kind.SNOOZE:
            return None


def _runs(ports: Ports, conversation: Conversation) -> Iterator[FlowRun]:
    for id in (conversation.flow_run, conversation.estimate_run):
        if id is None or not conversation.is_open:
            continue
        try:
            run = ports.runs.get(conversation.site, id)
        except NotFound:
            # It has been over for long.
            continue
        if not run.is_done and conversation.unanswered_since == run.since:
            yield run


def _flow(ports: Ports, conversation: Conversation, run: FlowRun) -> Rule | None:
    """The flow that spoke, or else the one that speaks first, as the run began with it."""
    if run.flow is not None:
        return Rule(kind="flow", id=run.flow)
    playbook = ports.playbooks.at(run.site, run.playbook_version)
    match run.kind:
        case FlowKind.EMAIL_REQUEST:
            asking = meant_for(playbook.email_requests, conversation)
            return Rule(kind="flow", id=asking[0].id) if asking else None
        case FlowKind.ESTIMATED_WAIT:
            telling = meant_for(playbook.estimated_waits, conversation)
            return Rule(kind="flow", id=telling[0].id) if telling else None
        case _:
            assert_never(run.kind)


def _unseen_at(ports: Ports, playbook: Playbook, conversation: Conversation) -> datetime | None:
    """When an answer that the visitor has not seen goes out by mail."""
    seen = max(conversation.visitor_seen, conversation.mailed_number)
    unseen = conversation.agent_wrote > seen and conversation.email is not None
    if not unseen or conversation.answered_at is None:
        return None
    seconds = playbook.site.unseen_after_seconds * ports.wait_scale
    return conversation.answered_at + timedelta(seconds=seconds)
