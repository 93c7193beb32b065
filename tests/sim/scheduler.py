"""Who runs next, what time is it, and what goes wrong? The seed says, and nothing else does.

An invocation (a frame, an alarm, a sweep, a request) is a greenlet that runs production code. At
every call that leaves the process it comes back here, and somebody else may go on.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any

from greenlet import getcurrent, greenlet

from chalicelib.store.operations import Busy

# A Monday, at noon in Paris and at midnight in Auckland.
START = 1_795_431_600.0
KEPT_OF_THE_TRACE = 80
# Slow on purpose: whoever calls is overtaken by those who came later.
SLOWEST_CALL_SECONDS = 0.12
CROWD = 14


class Killed(BaseException):
    """The process is gone in the middle of an invocation; nobody in it can catch that."""


class AnswerLost(Exception):
    """The table did what it was asked, but its answer never came."""


class Violation(BaseException):
    """An invariant does not hold; no service can catch that."""


@dataclass(frozen=True, kw_only=True)
class Chaos:
    """How often what goes wrong, as chances for each call or message."""

    switch: float = 0.7
    stall: float = 0.01
    kill: float = 0.012
    busy: float = 0.004
    lost_answer: float = 0.004
    resend: float = 0.02
    drop: float = 0.03
    double: float = 0.15


CALM = Chaos(stall=0, kill=0, busy=0, lost_answer=0, resend=0, drop=0, double=0)


class Invocation(greenlet):
    """One run of production code: what it has read so far is what it may be held to."""

    def __init__(self, label: str, body: Callable[["Invocation"], None]) -> None:
        super().__init__()
        self.label = label
        self.body = body
        self.disturbed = False
        # By conversation: the number of the last commit before it was last read or written here.
        self.looks: dict[str, int] = {}
        # By partition: when the queue was last read here, and what it held.
        self.queues: dict[str, tuple[float, list[Any]]] = {}
        # By counter: how many waited when it was last read here.
        self.counters: dict[str, int] = {}
        self.connection = ""
        # Of an alarm of a wait: the conversation, and the version it was set for.
        self.woken: tuple[str, int] | None = None

    def run(self) -> None:
        self.body(self)


class Scheduler:
    """The clock, everything that is under way, and the one source of chance."""

    def __init__(self, seed: int, chaos: Chaos) -> None:
        self.random = Random(seed)
        self.chance = self.random.random
        self.chaos = chaos
        self.began = self.now = START - self.random.choice((0, 0, 40))
        self.steps = 0
        self.trace: deque[tuple[Any, ...]] = deque(maxlen=KEPT_OF_THE_TRACE)
        self._hub = getcurrent()
        self._ready: list[Invocation] = []
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()

    def after(self, seconds: float, happens: Callable[[], None]) -> None:
        """Let something happen later; it is a step of its own."""
        heappush(self._events, (self.now + seconds, next(self._numbers), happens))

    def begin(self, invocation: Invocation) -> None:
        self._ready.append(invocation)

    @property
    def crowded(self) -> bool:
        """Whether so much is under way that nobody need begin anything."""
        return len(self._ready) >= CROWD

    def running(self) -> Invocation | None:
        """The invocation whose code is running, if any is."""
        found = getcurrent()
        return found if isinstance(found, Invocation) else None

    def call(self, name: str) -> None:
        """A call leaves the process: a step, before which others may run, or it may fail."""
        self.steps += 1
        running = getcurrent()
        if running is self._hub:
            return
        chance = self.chance()
        if chance < self.chaos.switch:
            if chance < self.chaos.stall:
                self.after(self.chance() * 30, lambda: self._ready.append(running))
            else:
                self._ready.append(running)
            self._hub.switch()
        self.trace.append((self.now, running.label, name))
        if self.chaos.kill:
            self._fail(running)

    def fail_after(self, running: Invocation | None) -> bool:
        """A write has taken effect: the process may die, or never hear of it.

        Whether the answer came so late that the request was sent again.
        """
        if running is None or not self.chaos.kill:
            return False
        chance = self.chance()
        if chance < self.chaos.kill:
            running.disturbed = True
            self.trace.append((self.now, running.label, "killed after"))
            raise Killed
        if chance < self.chaos.kill + self.chaos.lost_answer:
            running.disturbed = True
            self.trace.append((self.now, running.label, "answer lost"))
            raise AnswerLost
        return chance > 1 - self.chaos.resend

    def run(self, *, until: float = float("inf"), steps: float = float("inf")) -> None:
        """Go on until a moment, or until so many steps are done."""
        ready, events, chance = self._ready, self._events, self.chance
        while self.steps < steps:
            if events and events[0][0] <= self.now:
                happens = heappop(events)[2]
                self.steps += 1
                happens()
            elif ready:
                position = int(chance() * len(ready))
                running = ready[position]
                ready[position] = ready[-1]
                ready.pop()
                self.now += chance() * SLOWEST_CALL_SECONDS
                running.switch()
            elif events and events[0][0] <= until:
                self.now = events[0][0]
            else:
                self.now = max(self.now, min(until, 1e12))
                return

    def _fail(self, running: Invocation) -> None:
        chance = self.chance()
        if chance < self.chaos.kill / 3:
            running.disturbed = True
            self.trace.append((self.now, running.label, "killed before"))
            raise Killed
        if chance < self.chaos.kill / 3 + self.chaos.busy:
            running.disturbed = True
            self.trace.append((self.now, running.label, "busy"))
            raise Busy
