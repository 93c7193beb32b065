"""What do agents do: answer, take, close, go away, fall silent, go home?"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chalicelib.model.agent import User
from chalicelib.model.conversation import Conversation
from chalicelib.services import assignments, closing, desk, messages, presence, users
from chalicelib.services.ports import Ports
from chalicelib.web import protocol
from tests.sim import message_oracles
from tests.sim.cloud import Outcome
from tests.sim.message_oracles import Words
from tests.sim.process import Process

if TYPE_CHECKING:
    from tests.sim.simulation import Simulation

BEAT_SECONDS = 25.0
LOST = frozenset({"not_found", "forbidden", "conversation_closed", "conflict"})


class Agent:
    """One agent with one staff page, which keeps their presence while it is open."""

    def __init__(self, sim: "Simulation", user: str) -> None:
        self.sim = sim
        self.user = user
        self.connection = ""
        self.sockets = 0
        self.status = "available"
        self.back_at = 0.0
        self.holds: list[str] = []
        self.outbox: list[tuple[str, Words]] = []
        self.acknowledged: dict[str, int] = {}
        self.written = 0

    def act(self) -> None:
        """Do one of the things that an agent would do now."""
        chance = self.sim.scheduler.chance()
        if self.sim.scheduler.now < self.back_at:
            return
        if not self.connection:
            self.open()
        elif chance < 0.04:
            # Some only reload the page; others go home.
            self.back_at = self.sim.scheduler.now + (0 if chance < 0.02 else 150)
            self.leave()
        elif chance < 0.08 or self.status != "available":
            self._change_status(chance)
        elif self.outbox and chance < 0.4:
            self._send_words(*self.outbox[0])
        elif self.holds and chance < 0.8:
            self._work(chance)
        else:
            self._look_for_work(chance)

    def _change_status(self, chance: float) -> None:
        away = "away" if chance < 0.05 else "offline"
        self.status = away if self.status == "available" else "available"
        self.beat()

    def _look_for_work(self, chance: float) -> None:
        if chance < 0.9:
            self._take()
        else:
            self.look_around()

    def open(self) -> None:
        self.sockets += 1
        self.connection = f"{self.user}/{self.sockets}"
        self.sim.cloud.sockets[self.connection] = self.hears
        self.sim.cloud.staff[self.connection] = self.user
        self.status = "available"
        self._keep_alive(self.connection)

    def leave(self) -> None:
        """The laptop closes; the platform may say so, twice, late, or not at all."""
        cloud, connection, user = self.sim.cloud, self.connection, self.user
        cloud.sockets.pop(connection, None)
        self.connection = ""
        for _time in range(cloud.times()):
            self.sim.scheduler.after(
                self.sim.scheduler.chance() * 20,
                lambda: cloud.invoke(
                    "hang up", lambda process: presence.hang_up(process.ports, user, connection)
                ),
            )

    def beat(self) -> None:
        self.send({"action": "presence", "status": self.status})

    def _keep_alive(self, connection: str) -> None:
        if connection == self.connection:
            self.beat()
            self.sim.scheduler.after(BEAT_SECONDS, lambda: self._keep_alive(connection))

    def send(self, frame: dict[str, Any]) -> None:
        connection, cloud, scheduler = self.connection, self.sim.cloud, self.sim.scheduler
        body = json.dumps(frame)
        context = {
            "connectionId": connection,
            "authorizer": {"kind": "staff", "site": self.sim.site, "user": self.user},
        }

        def answered(outcome: Outcome) -> None:
            if outcome[0] is not None:
                cloud.answer(connection, outcome[0])

        for _time in range(cloud.times()):
            scheduler.after(
                scheduler.chance(),
                lambda: cloud.invoke(
                    f"staff {frame['action']}",
                    lambda process: protocol.answer(process.edge, context, body),
                    answered,
                    connection=connection,
                ),
            )

    def look_around(self) -> None:
        """Ask over REST what is one's own, for the pushes that never came."""

        def found(answer: list[Conversation]) -> None:
            self.holds = [each.id for each in answer if each.agent == self.user and each.is_open]

        def listed(ports: Ports, user: User) -> list[Conversation]:
            readable = desk.readable_by(ports, self.sim.site, user)
            page, _cursor = ports.conversations.list_page(
                self.sim.site, {"agent": self.user}, readable, limit=20, cursor=None
            )
            return list(page)

        self.request("list", listed, found)

    def request(
        self,
        label: str,
        work: Callable[[Ports, User], Any],
        done: Callable[[Any], None] = lambda _answer: None,
    ) -> None:
        """A REST call: the principal is read first, as at the door."""

        def answered(outcome: Outcome) -> None:
            if outcome[1] is None:
                done(outcome[0])

        def call(process: Process) -> Any:
            user = users.signed_in(process.ports, self.user, frozenset())
            return work(process.ports, user)

        self.sim.cloud.invoke(label, call, answered)

    def hears(self, frame: dict[str, Any]) -> None:
        kind = frame["type"]
        if kind == "assigned":
            id = frame["conversation"]["id"]
            if id not in self.holds:
                self.holds.append(id)
        elif kind in ("unassigned", "closed"):
            self._drop(frame["conversation"])
        elif kind == "ack":
            self._acknowledged(frame)
        elif kind == "error" and frame["code"] in LOST:
            refused = [each for each in self.outbox if each[1].client_id == frame.get("client_id")]
            for conversation, words in refused:
                self.outbox.remove((conversation, words))
                self._drop(conversation)

    def _drop(self, conversation: str) -> None:
        if conversation in self.holds:
            self.holds.remove(conversation)

    def _work(self, chance: float) -> None:
        conversation = self.sim.scheduler.random.choice(self.holds)
        if chance < 0.5 and len(self.outbox) < 3:
            self.written += 1
            name = f"{self.user}-{self.written}"
            words = Words(name, f"answer {name}", floor=dict(self.acknowledged))
            self.outbox.append((conversation, words))
            self._send_words(conversation, words)
        elif chance < 0.55:
            known = self.acknowledged.get(conversation, 1)
            self.send({"action": "read", "conversation": conversation, "number": known})
        elif chance < 0.57:
            self.send({"action": "resume", "conversation": conversation, "after": 0})
        elif chance < 0.77:
            self.request(
                "close", lambda ports, user: _close(ports, self.sim.site, conversation, user)
            )
        else:
            self.send({"action": "typing", "conversation": conversation})

    def _send_words(self, conversation: str, words: Words) -> None:
        self.send(
            {
                "action": "message",
                "conversation": conversation,
                "client_id": words.client_id,
                "text": words.text,
            }
        )

    def _acknowledged(self, frame: dict[str, Any]) -> None:
        for conversation, words in self.outbox:
            if words.client_id == frame["client_id"]:
                sender = ("agent", self.user)
                message_oracles.acknowledged(self.sim.history, words, sender, frame)
                self.outbox.remove((conversation, words))
                known = self.acknowledged.get(conversation, 0)
                self.acknowledged[conversation] = max(known, frame["number"])
                return

    def _take(self) -> None:
        waiting = [
            id for id, item in self.sim.history.conversations.items() if item["state"] == "waiting"
        ]
        if not waiting:
            return
        conversation = self.sim.scheduler.random.choice(waiting[:3])
        self.request(
            "take",
            lambda ports, user: self.sim.took(_take(ports, self.sim.site, conversation, user)),
        )


def _take(ports: Ports, site: str, conversation: str, user: User) -> Conversation:
    desk.read(ports, site, conversation, user)
    return assignments.take(ports, site, conversation, user)


def _close(ports: Ports, site: str, conversation: str, user: User) -> Conversation:
    messages.may_write_as(user)(desk.read(ports, site, conversation, user))
    return closing.close(ports, site, conversation)
