"""How does anybody's program speak with the socket? With the `websockets` library, and patience."""

import contextlib
import json
import time
from itertools import count
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin

PATIENCE = 20.0


class Line:
    """One open socket. What was heard and not yet asked for is kept, in order."""

    def __init__(self, url: str, origin: str | None = None) -> None:
        named = None if origin is None else Origin(origin)
        self._whole = contextlib.ExitStack()
        self._socket = self._whole.enter_context(
            connect(url, origin=named, proxy=None, open_timeout=PATIENCE, close_timeout=1)
        )
        self._ids = count(1)
        self.kept: list[dict[str, Any]] = []
        self.everything: list[dict[str, Any]] = []

    def send(self, action: str, **fields: Any) -> str:
        """Say one thing; the id that its answer will carry."""
        name = f"q{next(self._ids)}"
        self._socket.send(json.dumps({"action": action, "id": name, **fields}))
        return name

    def ask(self, action: str, **fields: Any) -> dict[str, Any]:
        """Say one thing and wait for its answer."""
        name = self.send(action, **fields)
        return self._until(f"an answer to {action}", lambda frame: frame.get("id") == name)

    def hear(self, kind: str, seconds: float = PATIENCE, **like: Any) -> dict[str, Any]:
        """The first frame of a kind, with these fields, that nobody has asked for before."""

        def is_it(frame: dict[str, Any]) -> bool:
            return frame["type"] == kind and all(frame.get(key) == like[key] for key in like)

        return self._until(f"{kind} {like or ''}", is_it, seconds)

    def listen(self, seconds: float) -> list[dict[str, Any]]:
        """Everything heard so far, after listening for some time more."""
        deadline = time.monotonic() + seconds
        with contextlib.suppress(TimeoutError, ConnectionClosed):
            while True:
                self._take(deadline)
        return self.everything

    def ends(self, seconds: float = PATIENCE) -> None:
        """Wait until the other side hangs up."""
        deadline = time.monotonic() + seconds
        try:
            while True:
                self._take(deadline)
        except ConnectionClosed:
            return
        except TimeoutError:
            raise AssertionError(f"still open after {seconds} s") from None

    def close(self) -> None:
        self._whole.close()

    def _until(self, what: str, is_it: Any, seconds: float = PATIENCE) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        while True:
            for place, frame in enumerate(self.kept):
                if is_it(frame):
                    return self.kept.pop(place)
            try:
                self._take(deadline)
            except TimeoutError:
                heard = json.dumps(self.everything, indent=1)
                raise AssertionError(f"{what}: not within {seconds} s, but {heard}") from None

    def _take(self, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        frame = frame_of(self._socket.recv(timeout=left))
        self.kept.append(frame)
        self.everything.append(frame)


def frame_of(text: str | bytes) -> dict[str, Any]:
    """A frame of ours, or what the gateway itself says when a function has died."""
    try:
        frame = json.loads(text)
    except ValueError:
        frame = None
    if isinstance(frame, dict) and "type" in frame:
        return frame
    return {"type": "gateway", "said": str(text)}
