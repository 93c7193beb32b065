"""How does one program hold hundreds of sockets, each asking while the others go on?"""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin

from tests.stack.lines import frame_of

PATIENCE = 30.0
TRIES = 3

Frame = dict[str, Any]


class Wire:
    """One open socket; frames that answer nothing go to `hear`."""

    def __init__(self, socket: ClientConnection, hear: Callable[[Frame], None]) -> None:
        self._socket = socket
        self._hear = hear
        self._ids = count(1)
        self._asked: dict[str, asyncio.Future[Frame]] = {}
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def open(cls, url: str, hear: Callable[[Frame], None], origin: str = "") -> "Wire":
        named = Origin(origin) if origin else None
        waits = {"open_timeout": PATIENCE, "close_timeout": 1, "ping_interval": None}
        return cls(await connect(url, origin=named, proxy=None, **waits), hear)

    async def ask(self, action: str, **fields: Any) -> Frame:
        """Say one thing, again if need be, until it is answered: a function may die over it."""
        name = f"q{next(self._ids)}"
        answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._asked[name] = answer
        for _attempt in range(TRIES):
            await self._socket.send(json.dumps({"action": action, "id": name, **fields}))
            await asyncio.wait([answer], timeout=PATIENCE)
            if answer.done():
                return answer.result()
        raise AssertionError(f"{action}: no answer, {TRIES} times")

    async def close(self) -> None:
        await self._socket.close()
        await self._reading

    async def _read(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for text in self._socket:
                self._take(frame_of(text))

    def _take(self, frame: Frame) -> None:
        asked = self._asked.pop(frame.get("id", ""), None)
        if asked is not None and not asked.done():
            asked.set_result(frame)
        self._hear(frame)


async def opened(attempt: Callable[[], Awaitable[Wire]]) -> Wire:
    """A socket, even if the first function that is asked for it starts too slowly."""
    for _attempt in range(TRIES - 1):
        try:
            return await attempt()
        except (InvalidHandshake, TimeoutError):
            await asyncio.sleep(1)
    return await attempt()
