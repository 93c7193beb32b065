"""How does something wait without anybody waiting?

A flow's wait is a Step Functions execution: visible, cancellable, up to a year. The platform's own
waits are delayed queue messages up to 15 minutes, and executions beyond. All carry ids only, and
all are hints.
"""

import json
import logging
import math
from collections.abc import Callable
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.model.flow_run import FlowRun
from chalicelib.outbound.aws import code_of

LOG = logging.getLogger("vestibule.alarms")
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
        self._sleep("flow_run", run.site, run.id, run.tick, run.wake_at, name=_name(run))

    def stop_run(self, run: FlowRun) -> None:
        machine = self._state_machine.replace(":stateMachine:", ":execution:")
        for name in dict.fromkeys((run.id, _name(run))):
            try:
                self._step_functions().stop_execution(executionArn=f"{machine}:{name}")
            except (ClientError, BotoCoreError) as error:
                # It would ring for nothing; it may just have done so.
                if code_of(error) != "ExecutionDoesNotExist":
                    LOG.warning("stop failed: %s", code_of(error) or type(error).__name__)

    def ring_at(
        self, what: str, site: str, id: str, tick: int, at: datetime, *, now: datetime
    ) -> None:
        seconds = max(0.0, (at - now).total_seconds())
        if seconds > LONGEST_DELAY_SECONDS:
            self._sleep(what, site, id, tick, at, name=f"{what}-{id}-{tick}")
        else:
            self._delay({"what": what, "site": site, "id": id, "tick": tick}, seconds)

    def ring(self, what: str, site: str, id: str, *, seconds: float) -> None:
        self._delay({"what": what, "site": site, "id": id}, seconds)

    def _sleep(self, what: str, site: str, id: str, tick: int, at: datetime, *, name: str) -> None:
        wake_at = at.strftime("%Y-%m-%dT%H:%M:%SZ")
        alarm = {"what": what, "site": site, "id": id, "tick": tick, "wake_at": wake_at}
        try:
            self._step_functions().start_execution(
                stateMachineArn=self._state_machine, name=name, input=json.dumps(alarm)
            )
        except ClientError as error:
            # The name is the guard: this alarm is set, or has rung.
            if code_of(error) != "ExecutionAlreadyExists":
                raise

    def _delay(self, alarm: dict[str, Any], seconds: float) -> None:
        self._sqs().send_message(
            QueueUrl=self._queue,
            MessageBody=json.dumps(alarm),
            DelaySeconds=min(math.ceil(seconds), LONGEST_DELAY_SECONDS),
        )


def _name(run: FlowRun) -> str:
    """One execution a run; one that had to be woken by hand goes on under a name of its own."""
    return run.id if run.tick == 0 else f"{run.id}-{run.tick}"
