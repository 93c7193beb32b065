"""An alarm rings for a wait: what does its flow do now?

The alarm is never the truth. Everything is read and decided again, and each kind of flow claims
what it does in one conditional write.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chalicelib.errors import Conflict, NotFound
from chalicelib.model.flow_run import FlowKind, FlowRun, RunEvent
from chalicelib.services.flows import email_requests, estimated_waits
from chalicelib.services.flows.wakes import Wake
from chalicelib.services.ports import Ports

ATTEMPTS = 12
STEPS: Final[Mapping[FlowKind, Callable[[Ports, Wake], FlowRun]]] = {
    FlowKind.EMAIL_REQUEST: email_requests.step,
    FlowKind.ESTIMATED_WAIT: estimated_waits.step,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAlarm:
    """When to ring again, and the tick that alarm must carry."""

    tick: int
    wake_at: datetime


def wake(ports: Ports, site: str, run_id: str, tick: int) -> NextAlarm | None:
    """Take a run to its next pause; None when it is over.

    An alarm that rings twice, or for a tick the run has left, changes nothing and is told the run's
    own next.
    """
    for _attempt in range(ATTEMPTS):
        run = ports.runs.get(site, run_id)
        if run.is_done:
            email_requests.tell_again(ports, run)
            return None
        try:
            after = run if run.tick != tick else _advance(ports, run)
        except Conflict:
            # Somebody wrote, or another alarm was faster: read and decide again.
            continue
        return None if after.is_done else NextAlarm(tick=after.tick, wake_at=after.wake_at)
    raise Conflict("the conversation keeps changing; try again", "busy")


def _advance(ports: Ports, run: FlowRun) -> FlowRun:
    now = ports.now()
    try:
        playbook = ports.playbooks.fresh(run.site)
        conversation, listeners = ports.conversations.with_audience(run.site, run.conversation)
    except NotFound:
        gone = run.ended(RunEvent.FINISHED, "conversation_gone")
        ports.runs.save(run, gone)
        return gone
    found = Wake(
        run=run,
        playbook=playbook,
        begun_with=ports.playbooks.at(run.site, run.playbook_version),
        conversation=conversation,
        listeners=listeners,
        now=now,
    )
    return STEPS[run.kind](ports, found)
