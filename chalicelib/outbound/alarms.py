"""How does something wait without anybody waiting?

A flow's wait is a Step Functions execution: visible, cancellable, up to a year. The platform's own
short waits are delayed queue messages. Both carry ids only, and both are hints.
"""

import json
import math
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.model.flow_run import FlowRun
from chalicelib.outbound.aws import code_of

LONGEST_DELAY_SECONDS = 900


class AwsAlarms:
    def __init__(
        self,
        step_functions: Callable[[], Any],
        sqs: Callable[[], Any],
        *,
        state_machine: str,
        queue: str,
    ) -> None:
        self._step_functions = step_functions
        self._sqs = sqs
        self._state_machine = state_machine
        self._queue = queue

    def ring_run(self, run: FlowRun) -> None:
        alarm = {
            "what": "flow_run",
            "site": run.site,
            "id": run.id,
            "tick": run.tick,
            "wake_at": run.wake_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        try:
            self._step_functions().start_execution(
                stateMachineArn=self._state_machine, name=_name(run), input=json.dumps(alarm)
            )
        except ClientError as error:
            # The name is the guard: this alarm is set, or has rung.
            if code_of(error) != "ExecutionAlreadyExists":
                raise

    def ring(self, what: str, site: str, id: str, *, seconds: float) -> None:
        self._sqs().send_message(
            QueueUrl=self._queue,
            MessageBody=json.dumps({"what": what, "site": site, "id": id}),
            DelaySeconds=min(math.ceil(seconds), LONGEST_DELAY_SECONDS),
        )


def _name(run: FlowRun) -> str:
    """One execution a run; one that had to be woken by hand goes on under a name of its own."""
    return run.id if run.tick == 0 else f"{run.id}-{run.tick}"
