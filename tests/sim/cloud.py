"""What does the platform around the code do with what it is given: late, twice, or never?

Sockets, queue messages, state machines, mail and the processes themselves, as AWS documents them:
a push may be lost, an alarm rings at least once or is dropped, a process dies with its memory.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any, Protocol

import msgspec

from chalicelib.errors import NotFound
from chalicelib.model.agent import User
from chalicelib.model.flow_run import FlowRun
from chalicelib.model.letter import Letter
from chalicelib.model.mail_news import MailNews
from chalicelib.model.notices import Notice
from chalicelib.playbook.playbook import Playbook
from chalicelib.services.ports.outward import LONGEST_SHORT_WAIT
from chalicelib.web import alarms
from tests.shelf import Shelf
from tests.sim.post import Post, Unreachable
from tests.sim.process import Process
from tests.sim.scheduler import Invocation, Killed, Scheduler
from tests.sim.table import WatchedTable

Hears = Callable[[dict[str, Any]], None]
Outcome = tuple[Any, Exception | None]
REDELIVERIES = 5
MOST_TASKS = 7
NO_ALARM: Mapping[str, Any] = {}


class Witness(Protocol):
    """Who must see what leaves the process at the moment it leaves."""

    def pushed(
        self, connection: str, notice: Notice, by: Invocation | None, *, reached: bool
    ) -> None: ...

    def mailed(self, letter: Letter, *, taken: bool) -> None: ...

    def unwelcome(self, address: str) -> None: ...

    def heard(self, news: MailNews) -> None: ...

    def failed(self, invocation: Invocation, error: Exception) -> None: ...

    def answered(self, invocation: Invocation, frame: str) -> None: ...


class Cloud:
    """Every port that leads out of the process, and the processes."""

    def __init__(self, scheduler: Scheduler, table: WatchedTable, witness: Witness) -> None:
        self.scheduler = scheduler
        self.table = table
        self.witness = witness
        self.ids = count(1)
        self.files = Shelf()
        self.post = Post(self)
        self.sockets: dict[str, Hears] = {}
        self.parsed: dict[tuple[str, int], Playbook] = {}
        self._idle: list[Process] = []
        self._executions: set[str] = set()
        self._stopped: set[str] = set()
        # Whose socket it is or was; and by browser, the visitors whose passes it was given.
        self.browsers: dict[str, str] = {}
        self.visitors: dict[str, set[str]] = {}
        self.staff: dict[str, str] = {}

    def invoke(
        self,
        label: str,
        work: Callable[[Process], Any],
        done: Callable[[Outcome], None] | None = None,
        *,
        killed: Callable[[], None] = lambda: None,
        connection: str = "",
        alarm: Mapping[str, Any] = NO_ALARM,
    ) -> None:
        """Run some work in a process; `done` is told unless the process dies, then `killed`."""

        def body(invocation: Invocation) -> None:
            process = self._process()
            try:
                outcome = (work(process), None)
            except Killed:
                killed()
                return
            except Exception as error:
                self.witness.failed(invocation, error)
                outcome = (None, error)
            self._idle.append(process)
            if done is not None:
                done(outcome)

        invocation = Invocation(label, body)
        invocation.connection = connection
        if alarm.get("what") == "wait":
            invocation.woken = (alarm["id"], alarm["tick"])
        self.scheduler.begin(invocation)

    def _process(self) -> Process:
        """One that is free, with what it kept in mind, or a new one that knows nothing."""
        if self._idle and self.scheduler.chance() > 0.02:
            position = int(self.scheduler.chance() * len(self._idle))
            return self._idle.pop(position)
        return Process(self)

    # Sockets

    def push(self, connection: str, notice: Notice, *, answers: str | None = None) -> bool:
        self.scheduler.call("push")
        hears = self.sockets.get(connection)
        running = self.scheduler.running()
        self.witness.pushed(connection, notice, running, reached=hears is not None)
        if hears is None:
            return False
        frame = {"type": notice.type, **msgspec.to_builtins(notice, builtin_types=(datetime,))}
        if answers is not None:
            frame["answers"] = answers
        for _time in range(self.times()):
            self.deliver(connection, frame)
        return True

    def deliver(self, connection: str, frame: dict[str, Any]) -> None:
        """Let a frame reach its page, if the socket is still open then."""

        def arrive() -> None:
            hears = self.sockets.get(connection)
            if hears is not None:
                hears(frame)

        self.scheduler.after(self.scheduler.chance() * 1.5, arrive)

    def answer(self, connection: str, text: str) -> None:
        """Let the answer to a frame reach its page, or get lost."""
        running = self.scheduler.running()
        assert running is not None
        self.witness.answered(running, text)
        if self.scheduler.chance() >= self.scheduler.chaos.drop:
            self.deliver(connection, json.loads(text))

    def close(self, connection: str | User) -> None:
        """One name for two ports: a socket is closed by its id, an account by its user."""
        self.scheduler.call("close")
        if isinstance(connection, str):
            self.sockets.pop(connection, None)

    # Alarms

    def ring_run(self, run: FlowRun) -> None:
        self._reach("ring_run")
        name = run.id if run.tick == 0 else f"{run.id}-{run.tick}"
        if name in self._executions:
            return
        self._executions.add(name)
        alarm = {"what": "flow_run", "site": run.site, "id": run.id, "tick": run.tick}
        self._wait_for(run.wake_at, alarm)

    def stop_run(self, run: FlowRun) -> None:
        self.scheduler.call("stop_run")
        # It may not get there, and nobody is told.
        if self.scheduler.chance() >= self.scheduler.chaos.drop:
            self._stopped.add(run.id)

    def ring_at(
        self, what: str, site: str, id: str, tick: int, at: datetime, *, now: datetime
    ) -> None:
        self._reach("ring_at")
        alarm = {"what": what, "site": site, "id": id, "tick": tick}
        seconds = max(0.0, (at - now).total_seconds())
        if seconds <= LONGEST_SHORT_WAIT:
            self._delay(alarm, seconds)
        elif (name := f"{what}-{id}-{tick}") not in self._executions:
            self._executions.add(name)
            self._wait_for(at, alarm)

    def _wait_for(self, wake_at: datetime, alarm: dict[str, Any]) -> None:
        late = wake_at.timestamp() - self.scheduler.now + self.scheduler.chance()
        self.scheduler.after(max(0.0, late), lambda: self._wake(alarm, 1))

    def _wake(self, alarm: dict[str, Any], attempt: int) -> None:
        if alarm["id"] in self._stopped:
            return

        def go_on(outcome: Outcome) -> None:
            following, error = outcome
            if error is not None:
                self._wake_again(alarm, attempt)
            elif following["wake_at"] is not None:
                wake_at = datetime.fromisoformat(following["wake_at"])
                self._wait_for(wake_at, {**alarm, "tick": following["tick"]})

        for _time in range(self.times()):
            self.invoke(
                "wake",
                lambda process: alarms.ring(process.ports, alarm),
                go_on,
                killed=lambda: self._wake_again(alarm, attempt),
                alarm=alarm,
            )

    def _wake_again(self, alarm: dict[str, Any], attempt: int) -> None:
        """A task that failed is run again, whether it raised or its process died."""
        if attempt < MOST_TASKS:
            self.scheduler.after(2.0, lambda: self._wake(alarm, attempt + 1))

    def ring(self, what: str, site: str, id: str, *, seconds: float) -> None:
        self._reach("ring")
        if what == "letter":
            self.post.told_of(site, id)
        self._delay({"what": what, "site": site, "id": id}, seconds)

    def _delay(self, alarm: dict[str, Any], seconds: float) -> None:
        for _time in range(self.times()):
            wait = seconds + self.scheduler.chance() * 2
            self.scheduler.after(wait, lambda: self._ring_short(alarm, 1))

    def _ring_short(self, alarm: dict[str, Any], attempt: int) -> None:
        finished = []
        body = json.dumps(alarm)
        self.invoke(
            f"alarm {alarm['what']}",
            lambda process: alarms.ring_short(process.ports, body),
            lambda outcome: finished.append(outcome[1]),
            alarm=alarm,
        )

        def look_again() -> None:
            # Not deleted from the queue: it failed, or nobody is left to say so.
            if (not finished or finished[0] is not None) and attempt < REDELIVERIES:
                self._ring_short(alarm, attempt + 1)

        self.scheduler.after(30.0, look_again)

    # Mail that comes in, and accounts

    def get(self, key: str) -> bytes:
        raise NotFound(f"no mail {key!r}")

    def secret_of(self, site: str) -> str | None:
        return None

    def change_role(self, user: User, before: User) -> None:
        self.scheduler.call("account")

    def _reach(self, name: str) -> None:
        self.scheduler.call(name)
        if self.scheduler.chance() < self.scheduler.chaos.busy:
            raise self.disturbed(Unreachable(name))

    def disturbed(self, error: BaseException) -> BaseException:
        """The error, of an invocation that from now on may fail."""
        running = self.scheduler.running()
        if running is not None:
            running.disturbed = True
        return error

    def times(self) -> int:
        """How often a message arrives."""
        chance, chaos = self.scheduler.chance(), self.scheduler.chaos
        if chance < chaos.drop:
            return 0
        return 2 if chance < chaos.drop + chaos.double else 1

    def moment(self, skew: float) -> datetime:
        return datetime.fromtimestamp(self.scheduler.now + skew, UTC)
