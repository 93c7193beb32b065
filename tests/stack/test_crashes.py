"""Does a conversation survive that the functions die under it, again and again?"""

import threading
import time
from collections.abc import Callable

import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.stack.lines import Line
from tests.stack.live import Live
from tests.stack.sites import Agent, Place, Visitor

pytestmark = pytest.mark.stack

KILLS = 10
EACH = 20
PATIENCE = 1.5


class Outbox:
    """A client that says everything exactly once: until it is acknowledged, it says it again."""

    def __init__(self, name: str, line: Callable[[], Line], **to: object) -> None:
        self.texts = [f"{name} {number}" for number in range(EACH)]
        self.thread = threading.Thread(target=self._send_all, daemon=True)
        self.sent = 0
        self._open = line
        self._to = to

    def _send_all(self) -> None:
        line = self._open()
        for text in self.texts:
            while not self._acknowledged(line, text):
                line = self._again(line)
            self.sent += 1
            time.sleep(0.1)

    def _acknowledged(self, line: Line, text: str) -> bool:
        client_id = text.replace(" ", "-")
        try:
            line.send("message", client_id=client_id, text=text, **self._to)
            line.hear("ack", PATIENCE, client_id=client_id)
        except (AssertionError, ConnectionClosed):
            return False
        return True

    def _again(self, line: Line) -> Line:
        line.close()
        while True:
            try:
                return self._open()
            except (InvalidHandshake, ConnectionClosed, OSError, AssertionError):
                time.sleep(0.2)


def test_no_word_is_lost_or_doubled_while_functions_are_killed(live: Live, place: Place) -> None:
    agent, _ = place.agents
    agent.arrive()
    visitor = place.visitor()
    visitor.start("Hold on")
    agent.assigned()
    outboxes = [_of_the_visitor(visitor), _of_the_agent(agent, visitor.conversation)]
    killed = _kill_while(live, outboxes)
    assert killed >= KILLS

    said = place.texts(visitor.conversation)
    assert said[0] == "Hold on"
    for outbox in outboxes:
        assert [text for text in said[1:] if text in outbox.texts] == outbox.texts
    assert len(said) == 1 + 2 * EACH
    # Whoever was pushed too little asks for the rest.
    visitor.connect()
    heard = visitor.line.ask("resume", token=visitor.token, after=0)
    assert [item["text"] for item in heard["items"]] == said


def _of_the_visitor(visitor: Visitor) -> Outbox:
    live, site = visitor.place.live, visitor.place.id
    address = f"{live.document['socket']}?site={site}"
    return Outbox("visitor", lambda: live.line(address, live.origin), token=visitor.token)


def _of_the_agent(agent: Agent, conversation: str) -> Outbox:
    live = agent.place.live
    return Outbox("agent", lambda: live.line(_ticket(agent)), conversation=conversation)


def _ticket(agent: Agent) -> str:
    """A ticket, even if the function that makes it dies meanwhile."""
    from local.rest import RefusedError

    while True:
        try:
            return agent.ticket()
        except (RefusedError, OSError):
            time.sleep(0.2)


def _kill_while(live: Live, outboxes: list[Outbox]) -> int:
    for outbox in outboxes:
        outbox.thread.start()
    killed, deadline = 0, time.monotonic() + 90
    while any(outbox.thread.is_alive() for outbox in outboxes):
        progress = [(outbox.texts[0], outbox.sent) for outbox in outboxes]
        assert time.monotonic() < deadline, f"no end: {progress}"
        time.sleep(0.7)
        if killed < 2 * KILLS:
            killed += live.kill_workers()
    return killed
