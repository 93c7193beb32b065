"""Where is one run of an automated flow, and when does its alarm ring?"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.model import states


class FlowKind(StrEnum):
    EMAIL_REQUEST = "email_request"
    ESTIMATED_WAIT = "estimated_wait"


class RunState(StrEnum):
    SLEEPING = "sleeping"
    ASKED = "asked"
    CANCELLED = "cancelled"
    FINISHED = "finished"


class RunEvent(StrEnum):
    SLEPT = "slept"
    ASKED = "asked"
    CANCELLED = "cancelled"
    FINISHED = "finished"


TRANSITIONS: dict[RunState, dict[RunEvent, RunState]] = {
    RunState.SLEEPING: {
        RunEvent.SLEPT: RunState.SLEEPING,
        RunEvent.ASKED: RunState.ASKED,
        RunEvent.CANCELLED: RunState.CANCELLED,
        RunEvent.FINISHED: RunState.FINISHED,
    },
    RunState.ASKED: {},
    RunState.CANCELLED: {},
    RunState.FINISHED: {},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowRun:
    """One wait of one conversation. Its id names the Step Functions execution; `tick` the alarm it
    expects.

    `playbook_version` is the version whose flows the run keeps to, however they are edited while it
    sleeps. `flow` is the flow that spoke, once one has; `is_untold` while nobody may have heard it.
    """

    id: str
    site: str
    conversation: str
    playbook_version: int
    since: datetime
    wake_at: datetime
    kind: FlowKind = FlowKind.EMAIL_REQUEST
    state: RunState = RunState.SLEEPING
    tick: int = 0
    flow: str | None = None
    reason: str | None = None
    is_untold: bool = False

    @property
    def is_done(self) -> bool:
        return self.state is not RunState.SLEEPING

    def asleep_until(self, wake_at: datetime) -> "FlowRun":
        state = states.after(TRANSITIONS, self.state, RunEvent.SLEPT, "flow_run")
        return replace(self, state=state, tick=self.tick + 1, wake_at=wake_at)

    def having_asked(self, flow: str) -> "FlowRun":
        state = states.after(TRANSITIONS, self.state, RunEvent.ASKED, "flow_run")
        return replace(self, state=state, flow=flow)

    def having_told(self, flow: str, wake_at: datetime | None, reason: str) -> "FlowRun":
        """A flow has told something and looks again at `wake_at`, or has no more to tell."""
        told = replace(self, flow=flow)
        if wake_at is None:
            return told.ended(RunEvent.FINISHED, reason)
        return told.asleep_until(wake_at)

    def ended(self, event: RunEvent, reason: str) -> "FlowRun":
        state = states.after(TRANSITIONS, self.state, event, "flow_run")
        return replace(self, state=state, reason=reason)
