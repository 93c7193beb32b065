"""What do the tests of the packaged stack hold on to: one running stack, over its public doors?"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from local import aws, rest, stack
from local.stack import Stack
from tests.stack.lines import Line

# Every delay of a flow is multiplied by this: 25 s become 5 s, and are really waited.
WAIT_SCALE = 0.2
Found = TypeVar("Found")


def until(what: str, look: Callable[[], Found], seconds: float = 10) -> Found:
    """The first thing that `look` finds; fails with `what` when there is nothing in time."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)


@dataclass
class Live:
    """A stack that runs, as an operator and the staff reach it."""

    stack: Stack
    tokens: dict[str, str] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    @property
    def origin(self) -> str:
        """Where the pages of this stack come from."""
        return self.stack.deployed.endpoint

    @property
    def document(self) -> dict[str, Any]:
        return self.stack.document

    def line(self, url: str, origin: str | None = None) -> Line:
        """An open socket, which ends with the test at the latest."""
        opened = Line(url, origin)
        self.lines.append(opened)
        return opened

    def hang_up(self) -> None:
        """End every socket that is still open."""
        while self.lines:
            self.lines.pop().close()

    def token(self, email: str, password: str) -> str:
        """An access token of somebody, signed in once."""
        if email not in self.tokens:
            known = self.document["cognito"]
            signed_in = rest.sign_in(known["endpoint"], known["client"], email, password)
            self.tokens[email] = signed_in
        return self.tokens[email]

    @property
    def admin(self) -> str:
        account = self.document["accounts"][0]
        return self.token(account["email"], account["password"])

    def call(self, method: str, path: str, body: object = None, token: str | None = None) -> Any:
        """One REST request, by the admin unless somebody else's token is given."""
        url = f"{self.document['rest']}{path}"
        return rest.call(method, url, body, token=token or self.admin)

    def mails(self, address: str) -> list[dict[str, Any]]:
        """The mails to one address as the mailbox shows them, the oldest first."""
        found = rest.call("GET", self.document["mailbox"])["messages"]
        everything = [mail for of_account in found.values() for mail in of_account]
        mine = [mail for mail in everything if address in mail["To"]]
        return sorted(mine, key=lambda mail: mail["Timestamp"])

    def items(self) -> list[dict[str, Any]]:
        """Every item of the table, over all pages: a scan alone ends after the first MiB."""
        pages = aws.client("dynamodb", self.stack.deployed.port).get_paginator("scan")
        return [
            item
            for page in pages.paginate(TableName=self.stack.deployed.table, ConsistentRead=True)
            for item in page["Items"]
        ]

    def function(self, logical_id: str) -> str:
        """The name of a deployed function."""
        formation = aws.client("cloudformation", self.stack.deployed.port)
        found = formation.describe_stack_resource(
            StackName="vestibule", LogicalResourceId=logical_id
        )
        name: str = found["StackResourceDetail"]["PhysicalResourceId"]
        return name

    def invoke(self, logical_id: str, event: dict[str, Any]) -> Any:
        """What a deployed function answers when AWS calls it with this."""
        functions = aws.client("lambda", self.stack.deployed.port)
        answer = functions.invoke(
            FunctionName=self.function(logical_id), Payload=json.dumps(event).encode()
        )
        said = answer["Payload"].read()
        assert "FunctionError" not in answer, said
        return json.loads(said or "null")

    def sweep(self) -> None:
        """Have the sweeper look now: it comes once a minute, and tests cannot wait so long."""
        self.invoke("Sweep", _TICK)

    def executions(self) -> dict[str, str]:
        """The state of every wait of a flow, by name."""
        waits = aws.client("stepfunctions", self.stack.deployed.port)
        [machine] = waits.list_state_machines()["stateMachines"]
        found = waits.list_executions(stateMachineArn=machine["stateMachineArn"], maxResults=1000)
        return {each["name"]: each["status"] for each in found["executions"]}

    def workers(self) -> list[int]:
        """The processes in which functions run at this moment."""
        listed = subprocess.run(
            ["ps", "-axo", "pid=,ppid="], capture_output=True, text=True, check=True
        )
        pairs = [line.split() for line in listed.stdout.splitlines()]
        parent = str(self.stack.emulator.process.pid)
        return [int(pid) for pid, ppid in pairs if ppid == parent]

    def kill_workers(self) -> int:
        """End every function process as a crash would; how many there were."""
        killed = 0
        for pid in self.workers():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            killed += 1
        return killed


@contextmanager
def running(state: Path, wait_scale: float) -> Iterator[Live]:
    """A stack of one's own on a free port, for as long as this is open."""
    made = stack.start(stack.free_port(), state, str(wait_scale))
    yield Live(made)
    # Nobody comes back to this one: it need not save what it holds.
    made.emulator.process.kill()
    made.emulator.process.wait()
    stack.stop(made)


# What the scheduler sends.
_TICK = {
    "version": "0",
    "id": "1",
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "account": aws.ACCOUNT,
    "time": "2026-01-01T00:00:00Z",
    "region": aws.REGION,
    "resources": [],
    "detail": {},
}
