"""What do agents do: answer, take, close, go away, fall silent, go home?"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chalicelib.model.agent import User
from chalicelib.model.conversation import Conversation
from chalicelib.services.assignment import snoozes
from chalicelib.services.conversation import desk
from chalicelib.services.ports import Ports
from chalicelib.services.staff import presence, tickets, users
from chalicelib.services.staff.tickets import Ticket
from chalicelib.web import protocol
from tests.sim import message_oracles
from tests.sim.cloud import Outcome
from tests.sim.handling import HANDLING, WORK, handled, take
from tests.sim.message_oracles import Words
from tests.sim.process import Process

if TYPE_CHECKING:
    from tests.sim.simulation import Simulation

BEAT_SECONDS = 25.0
LOST = frozenset({"not_found", "forbidden", "conversation_closed", "conflict"})


class Agent:
    """One staff page of an agent, which keeps their presence while it is open.

    A second page is opened `beside` the first: what the agent chooses holds for both.
    """

    def __init__(self, sim: "Simulation", user: str, beside: "Agent | None" = None) -> None:
        self.sim = sim
        self.user = user
        self.name = user if beside is None else f"{user}.2"
        self.first = self if beside is None else beside
        self.connection = ""
        self.sockets = 0
        self.status = "available"
        self.back_at = 0.0
        self.silent_until = 0.0
        self.holds: list[str] = []
        self.outbox: list[tuple[str, Words]] = []
        self.acknowledged: dict[str, int] = {}
        self.written = 0

    def act(self) -> None:
        """Do one of the things that an agent would do now."""
        chance, now = self.sim.scheduler.chance(), self.sim.scheduler.now
        if now < self.back_at:
            return
        if not self.connection:
            self.open()
        elif chance < 0.04:
            # Some only reload the page; others go home.
            self.go_home(0 if chance < 0.02 else 150)
        elif now >= self.first.silent_until:
            self._look_at_the_page(chance)

    def _look_at_the_page(self, chance: float) -> None:
        if chance < 0.08 or self.first.status != "available":
            self._change_status(chance)
        elif self.sim.is_rich and chance < 0.1:
            # The page stays open and says so, but nobody looks at it any more.
            self.first.silent_until = self.sim.scheduler.now + 60
        elif self.outbox and chance < 0.4:
            self._send_words(*self.outbox[0])
        elif self.holds and chance < 0.8:
            self._work()
        else:
            self._look_for_work(chance)

    def _change_status(self, chance: float) -> None:
        away = "away" if chance < 0.05 else "offline"
        self.first.status = away if self.first.status == "available" else "available"
        self.beat()

    def _look_for_work(self, chance: float) -> None:
        if chance < 0.9:
            self._take()
        elif chance < 0.93:
            self._wake()
        else:
            self.look_around()

    def open(self) -> None:
        """Ask for a ticket; some are used late, some twice."""
        self.back_at = self.sim.scheduler.now + 8
        site = self.sim.site
        self.request(
            "ticket", lambda ports, user: tickets.issue(ports, user, site, "wss://"), self._dial
        )

    def _dial(self, ticket: Ticket) -> None:
        scheduler, cloud = self.sim.scheduler, self.sim.cloud
        late = 45.0 if scheduler.chance() < 0.05 else 0.0
        for _time in range(cloud.times()):
            scheduler.after(late + scheduler.chance(), lambda: self._shake_hands(ticket))

    def _shake_hands(self, ticket: Ticket) -> None:
        began = self.sim.scheduler.now

        def answered(outcome: Outcome) -> None:
            if outcome[0] is not None:
                self.sim.oracles.redeemed(ticket, began)
                if not self.connection:
                    self._opened()

        self.sim.cloud.invoke(
            "handshake", lambda process: tickets.redeem(process.ports, ticket.ticket), answered
        )

    def _opened(self) -> None:
        self.sockets += 1
        self.connection = f"{self.name}/{self.sockets}"
        self.sim.cloud.sockets[self.connection] = self.hears
        self.sim.cloud.staff[self.connection] = self.user
        self.first.status = "available"
        self._keep_alive(self.connection)

    def leave(self) -> None:
        """The laptop closes; the platform may say so, twice, late, or not at all."""
        cloud, connection, user = self.sim.cloud, self.connection, self.user
        cloud.sockets.pop(connection, None)
        self.connection = ""
        for _time in range(cloud.times()):
            # Before what the page sent last, or long after it.
            self.sim.scheduler.after(
                self.sim.scheduler.random.choice((0.0, 1.0, 20.0)) * self.sim.scheduler.chance(),
                lambda: cloud.invoke(
                    "hang up", lambda process: presence.hang_up(process.ports, user, connection)
                ),
            )

    def go_home(self, seconds: float) -> None:
        """Close the page, and open it again after some time."""
        self.back_at = self.sim.scheduler.now + seconds
        if self.connection:
            self.leave()

    def beat(self) -> None:
        self.send({"action": "presence", "status": self.first.status})

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

    def _work(self) -> None:
        random = self.sim.scheduler.random
        conversation = random.choice(self.holds)
        work = random.choice(HANDLING if self.sim.is_rich else WORK)
        match work:
            case "write":
                self._write(conversation)
            case "read":
                known = self.acknowledged.get(conversation, 1)
                self.send({"action": "read", "conversation": conversation, "number": known})
            case "resume":
                self.send({"action": "resume", "conversation": conversation, "after": 0})
            case "typing":
                self.send({"action": "typing", "conversation": conversation})
            case _:
                self.request(work, handled(self.sim, work, conversation))

    def _write(self, conversation: str) -> None:
        if len(self.outbox) < 3:
            self.written += 1
            name = f"{self.name}-{self.written}"
            words = Words(name, f"answer {name}", floor=dict(self.acknowledged))
            self.outbox.append((conversation, words))
            self._send_words(conversation, words)

    def _wake(self) -> None:
        asleep = list(self.sim.history.asleep)
        if asleep:
            conversation, site = asleep[0], self.sim.site
            self.request(
                "end snooze",
                lambda ports, user: snoozes.wake(
                    ports, site, conversation, desk.may_see(ports, site, user)
                ),
            )

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
            lambda ports, user: self.sim.took(take(ports, self.sim.site, conversation, user)),
        )
