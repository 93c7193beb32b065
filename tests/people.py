"""Who acts in a journey? Visitors and agents, who say frames and hear frames."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from chalicelib.services.conversation import closing
from tests.world import NOON, PAGE, World


@dataclass
class Visitor:
    """One browser: it keeps its pass and its conversation token, as the widget does."""

    world: World
    connection: str
    pass_: str | None = None
    token: str | None = None
    offer: dict[str, Any] | None = None
    site: str = "bank"
    words: count = field(default_factory=lambda: count(1))

    def arrive(self, **page: Any) -> dict[str, Any]:
        """Look at a page; the answer says whether somebody reaches out."""
        known = {"memory": self.pass_} if self.pass_ else {}
        answer = self._frame(**{**PAGE, **known, **page})
        assert answer["type"] == "page", answer
        self.pass_ = answer["pass"]
        self.offer = answer.get("engagement")
        return answer

    def start(self, text: str = "Good morning", client_id: str | None = None) -> dict[str, Any]:
        """Write the first words; what the page then knows of the conversation."""
        client_id = client_id or f"{self.connection}-{next(self.words)}"
        begin = {"action": "start", "client_id": client_id, "text": text, "pass": self.pass_}
        refused = self._frame(**begin)
        while refused is None and self.heard("bye") and not self._answered():
            # Shown out for tabs that came later: a page comes back, and says it again.
            self.connection = f"{self.connection}, back"
            refused = self._frame(**begin)
        if refused is not None:
            return refused
        started = self.conversation
        self.token = started["token"]
        return started

    def say(self, text: str, client_id: str | None = None) -> dict[str, Any]:
        client_id = client_id or f"{self.connection}-{next(self.words)}"
        return self.does("message", client_id=client_id, text=text)

    def does(self, action: str, **fields: Any) -> dict[str, Any]:
        return self._frame(action=action, token=self.token, **fields)

    def tab(self, connection: str) -> "Visitor":
        """Another tab of the same browser."""
        return Visitor(self.world, connection, self.pass_, self.token, site=self.site)

    def leave(self) -> None:
        self.world.gone.add(self.connection)

    def _frame(self, **frame: Any) -> Any:
        return self.world.visitor(self.connection, self.site, **frame)

    def heard(self, kind: str) -> list[dict[str, Any]]:
        return self.world.heard(self.connection, kind)

    def _answered(self) -> bool:
        return bool(self.heard("ack") and self.heard("conversation"))

    @property
    def conversation(self) -> dict[str, Any]:
        """The conversation as this page was last told of it."""
        # The answer to its own start may be followed by news of the same moment.
        told = self.heard("conversation")
        token = next((each["token"] for each in reversed(told) if "token" in each), None)
        return {"token": token, **told[-1]}


def invited(world: World, connection: str, *, site: str = "bank", **page: Any) -> Visitor:
    """A visitor to whom somebody has reached out."""
    visitor = Visitor(world, connection, site=site)
    answer = visitor.arrive(**page)
    assert answer.get("engagement"), answer
    return visitor


def begun(world: World, connection: str, text: str = "Good morning", **page: Any) -> Visitor:
    """A visitor who has written their first words."""
    visitor = invited(world, connection, **page)
    visitor.start(text)
    return visitor


def stored(visitor: Visitor) -> Any:
    """The visitor's conversation as it is stored."""
    return visitor.world.ports.conversations.get(visitor.site, visitor.conversation["id"])


def says(world: World, agent: str, visitor: Visitor, text: str, client_id: str = "a1") -> Any:
    """An agent writes in the visitor's conversation."""
    return world.agent(
        f"page of {agent}",
        agent,
        action="message",
        conversation=visitor.conversation["id"],
        client_id=client_id,
        text=text,
    )


def ends(visitor: Visitor, by: str | None = None) -> None:
    """Somebody closes the visitor's conversation."""
    ports = visitor.world.ports
    user = None if by is None else ports.staff.users()[by]
    closing.close(ports, visitor.site, visitor.conversation["id"], by=user)


def answered(
    world: World, number: int, seconds: float, *, hour: datetime = NOON, agent: str = "a0"
) -> None:
    """So many visitors are answered, each after so many seconds, from an hour on."""
    for each in range(number):
        world.clock = max(world.clock, hour) + timedelta(seconds=1)
        world.available(agent)
        visitor = begun(world, f"v-{world.clock.isoformat()}")
        world.later(seconds)
        world.available(agent)
        says(world, agent, visitor, "Here I am", client_id=f"a-{each}")
        ends(visitor)
