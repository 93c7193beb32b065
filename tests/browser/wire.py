"""What can happen to a socket on its way? A proxy on loopback that cuts, tears and doubles."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Origin

# What a frame whose length takes two bytes says instead of it.
LONG = 126


class Wire:
    """Carries every socket that is dialled at `address` to the server, as well as it is told to."""

    def __init__(self, target: str) -> None:
        self._target = urlsplit(target)
        self._loop = asyncio.new_event_loop()
        self._lines: set[ServerConnection] = set()
        self.address = ""
        self.is_down = False
        self.doubles = False
        self.tears_next = False

    @property
    def lines(self) -> int:
        """How many sockets are open now."""
        return len(self._lines)

    def cut(self) -> None:
        """Every socket ends at once, without a farewell."""
        self._loop.call_soon_threadsafe(self._cut)

    @contextmanager
    def running(self) -> Iterator["Wire"]:
        ready = threading.Event()
        done = asyncio.Event()
        thread = threading.Thread(
            target=lambda: self._loop.run_until_complete(self._run(ready, done))
        )
        thread.start()
        ready.wait()
        yield self
        self._loop.call_soon_threadsafe(done.set)
        thread.join()
        self._loop.close()

    async def _run(self, ready: threading.Event, done: asyncio.Event) -> None:
        async with serve(self._carry, "127.0.0.1", 0, process_request=self._admit) as server:
            port = server.sockets[0].getsockname()[1]
            self.address = self._target._replace(netloc=f"127.0.0.1:{port}").geturl()
            ready.set()
            await done.wait()
            self._cut()

    def _admit(self, line: ServerConnection, _request: Request) -> Response | None:
        return line.respond(HTTPStatus.SERVICE_UNAVAILABLE, "") if self.is_down else None

    async def _carry(self, line: ServerConnection) -> None:
        assert line.request is not None
        there = f"{self._target.scheme}://{self._target.netloc}{line.request.path}"
        origin = Origin(line.request.headers["Origin"])
        self._lines.add(line)
        try:
            async with connect(there, origin=origin, proxy=None, close_timeout=1) as server:
                up = asyncio.create_task(self._up(line, server))
                await self._down(line, server)
                up.cancel()
        except (ConnectionClosed, OSError):
            return
        finally:
            self._lines.discard(line)
            line.transport.abort()

    async def _up(self, line: ServerConnection, server: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            async for frame in line:
                await server.send(frame)
        await server.close()

    async def _down(self, line: ServerConnection, server: ClientConnection) -> None:
        async for frame in server:
            if self.tears_next:
                self.tears_next = False
                return self._tear(line, frame)
            for _ in range(2 if self.doubles else 1):
                await line.send(frame)
        return None

    def _tear(self, line: ServerConnection, frame: str | bytes) -> None:
        """Half a frame, and then nothing more."""
        whole = frame.encode() if isinstance(frame, str) else frame
        header = bytes([0x81, LONG]) + (len(whole) + LONG).to_bytes(2)
        line.transport.write(header + whole[: len(whole) // 2])
        line.transport.abort()

    def _cut(self) -> None:
        for line in self._lines:
            line.transport.abort()
