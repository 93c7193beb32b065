"""How do hundreds of people speak with one stack at once, and what did each of them see?"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from websockets.exceptions import ConnectionClosed

from local.rest import RefusedError
from tests.stack.sites import Agent, Place
from tests.stack.wires import Frame, Wire, opened

# The emulator starts a process for every call under way; a machine has room for so many.
DOORS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A conversation came to an agent, as the agent's page heard it."""

    conversation: str
    agent: str
    group: str
    version: int
    at: datetime
    heard: float


@dataclass
class Log:
    """What everybody saw. Moments are seconds of this machine's clock."""

    given: list[Given] = field(default_factory=list)
    left: list[tuple[str, float]] = field(default_factory=list)
    came: list[tuple[str, float]] = field(default_factory=list)
    given_back: list[tuple[str, str, float]] = field(default_factory=list)
    closed: list[tuple[str, str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    replies: dict[str, int] = field(default_factory=dict)
    most_held: dict[str, int] = field(default_factory=dict)
    began: float = field(default_factory=time.time)
    all_asked: float = 0.0


class Crowd:
    """Everybody of one site, and the one program they all run in."""

    def __init__(self, place: Place, seed: int) -> None:
        self.place = place
        self.chance = Random(seed)
        self.log = Log()
        self.work_begins = asyncio.Event()
        self.doors = asyncio.Semaphore(DOORS)
        self._threads = ThreadPoolExecutor(2 * DOORS)

    async def call(self, method: str, path: str, body: object = None, token: str = "") -> Any:
        """One REST request, while everybody else goes on."""
        live, where = self.place.live, f"{self.place.path}{path}"
        return await self.aside(lambda: live.call(method, where, body, token=token or None))

    async def aside(self, work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def disperse(self) -> None:
        self._threads.shutdown()


class Caller:
    """A visitor with one question, who waits until it is answered."""

    def __init__(self, crowd: Crowd, name: str, page: str) -> None:
        self._crowd = crowd
        self._page = page
        self.name = name
        self.conversation = ""
        self.ended = asyncio.Event()

    async def ask_something(self) -> None:
        async with self._crowd.doors:
            await self._arrive_and_ask()

    async def hang_up(self) -> None:
        await self._wire.close()

    async def _arrive_and_ask(self) -> None:
        live, place = self._crowd.place.live, self._crowd.place
        url = f"{live.document['socket']}?site={place.id}"
        self._wire = await opened(lambda: Wire.open(url, self._hear, live.origin))
        page = await self._wire.ask(
            "page",
            site=place.id,
            url=f"{live.origin}{self._page}",
            title="Help",
            language="en",
            device="desktop",
            browser="script",
            os="any",
            consent="full",
        )
        started = await self._wire.ask(
            "start", **{"pass": page["pass"]}, client_id=self.name, text=f"I am {self.name}"
        )
        assert started["type"] == "conversation", started
        self.conversation = started["conversation"]

    def _hear(self, frame: Frame) -> None:
        if frame["type"] == "closed":
            self.ended.set()


class Worker:
    """An agent who answers and closes whatever comes, and who is not always there."""

    def __init__(self, crowd: Crowd, agent: Agent) -> None:
        self._crowd = crowd
        self._agent = agent
        self._wire: Wire | None = None
        self._held: dict[str, asyncio.Task[None]] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._done: dict[str, int] = {}
        self.id = agent.id

    async def arrive(self) -> None:
        """Open the page: be available, and go on with what is still one's own."""
        async with self._crowd.doors:
            self._wire = await opened(self._open_page)
        await self._available()

    async def renew(self) -> None:
        """What the page does every 25 s: without it the lease runs out."""
        if self._wire is not None:
            with contextlib.suppress(ConnectionClosed):
                await self._wire.ask("presence")

    async def _open_page(self) -> Wire:
        return await Wire.open(await self._crowd.aside(self._agent.ticket), self._hear)

    async def take_a_break(self, seconds: float) -> None:
        """Offline, with the page open: everything goes back at once."""
        assert self._wire is not None
        mine = list(self._held)
        self._leaves()
        answer = await self._wire.ask("presence", status="offline")
        assert answer["type"] == "presence", answer
        self._crowd.log.given_back += [(each, self.id, time.time()) for each in mine]
        await asyncio.sleep(seconds)
        await self._available()

    async def vanish(self, seconds: float) -> None:
        """The lid falls shut, and is opened again."""
        assert self._wire is not None
        self._leaves()
        await self._wire.close()
        await asyncio.sleep(seconds)
        await self.arrive()

    async def go_home(self) -> None:
        await asyncio.gather(*self._closing)
        self._leaves()
        if self._wire is not None:
            await self._wire.close()

    async def _available(self) -> None:
        assert self._wire is not None
        answer = await self._wire.ask("presence", status="available")
        assert answer["status"] == "available", answer
        self._crowd.log.came.append((self.id, time.time()))
        path = f"/conversations?state=assigned&agent={self.id}&limit=100"
        mine = await self._crowd.call("GET", path, token=self._agent.token)
        for view in mine["items"]:
            self._given(view)

    def _leaves(self) -> None:
        self._crowd.log.left.append((self.id, time.time()))
        for task in self._held.values():
            task.cancel()
        self._held.clear()

    def _hear(self, frame: Frame) -> None:
        match frame["type"]:
            case "assigned":
                self._given(frame["conversation"])
            case "unassigned":
                task = self._held.pop(frame["conversation"], None)
                if task is not None:
                    task.cancel()

    def _given(self, view: Frame) -> None:
        log, conversation = self._crowd.log, view["id"]
        # What a list says may be older than what we did since.
        if conversation in self._held or self._done.get(conversation, 0) >= view["version"]:
            return
        at = datetime.fromisoformat(view["updated_at"])
        log.given.append(
            Given(
                conversation=conversation,
                agent=self.id,
                group=view["group"],
                version=view["version"],
                at=at,
                heard=time.time(),
            )
        )
        self._held[conversation] = asyncio.create_task(self._serve(conversation, view["version"]))
        log.most_held[self.id] = max(len(self._held), log.most_held.get(self.id, 0))

    async def _serve(self, conversation: str, version: int) -> None:
        chance = self._crowd.chance
        await self._crowd.work_begins.wait()
        await asyncio.sleep(chance.uniform(0.2, 1.5))
        if not await self._answer(conversation):
            return
        await asyncio.sleep(chance.uniform(0.2, 1.0))
        self._closing.add(asyncio.create_task(self._close(conversation, version)))

    async def _close(self, conversation: str, version: int) -> None:
        """What is on its way arrives, even if the agent leaves meanwhile."""
        log = self._crowd.log
        path, token = f"/conversations/{conversation}/close", self._agent.token
        async with self._crowd.doors:
            # From here on the slot may be free.
            self._held.pop(conversation, None)
            self._done[conversation] = version
            try:
                await self._crowd.call("POST", path, {}, token=token)
            except RefusedError as refusal:
                log.refused.append(f"close {refusal.status}")
                return
        log.closed.append((conversation, self.id))

    async def _answer(self, conversation: str) -> bool:
        """Over REST: the emulator takes the frames of all sockets one at a time."""
        path, token = f"/conversations/{conversation}/messages", self._agent.token
        body = {"client_id": self.id, "text": "Here you are"}
        log = self._crowd.log
        try:
            said = await self._crowd.call("POST", path, body, token=token)
        except RefusedError as refusal:
            log.refused.append(f"answer {refusal.status}")
            return False
        log.replies[conversation] = max(said["number"], log.replies.get(conversation, 0))
        return True
