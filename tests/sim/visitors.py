"""What do visitors do, with several tabs, bad lines and little patience?

A page keeps what the widget keeps: a pass, a token, what it has seen, and an outbox whose words are
sent again until they are acknowledged or refused.
"""

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from chalicelib.web import protocol
from tests.sim import message_oracles
from tests.sim.cloud import Outcome
from tests.sim.message_oracles import Words
from tests.sim.process import Process
from tests.world import PAGE

if TYPE_CHECKING:
    from tests.sim.simulation import Simulation

OTHERWISE = "otherwise"
FINAL = frozenset({"conversation_closed", "conflict", "not_found"})


class Browser:
    """What the tabs of one visitor share."""

    def __init__(self, sim: "Simulation", name: str) -> None:
        self.sim = sim
        self.name = name
        self.memory: str | None = None
        self.token: str | None = None
        self.conversation: str | None = None
        self.acknowledged: dict[str, int] = {}
        self.written = 0
        self.away_until = 0.0
        self.pages: list[Page] = []

    def leave(self, seconds: float) -> None:
        """Close every tab, and come back after some time."""
        self.away_until = self.sim.scheduler.now + seconds
        for page in self.pages:
            page.leave()

    def look_everywhere(self) -> None:
        """Show another page in every tab, at the same moment."""
        for page in self.pages:
            if page.connection:
                page.look()

    def words(self, *, starts: bool) -> Words:
        self.written += 1
        name = f"{self.name}-{self.written}"
        return Words(name, f"words {name}", starts, dict(self.acknowledged))


class Page:
    """One tab."""

    def __init__(self, browser: Browser, name: str, language: str) -> None:
        self.browser = browser
        browser.pages.append(self)
        self.sim = browser.sim
        self.name = name
        self.language = language
        self.connection = ""
        self.sockets = 0
        self.pass_: str | None = None
        self.offer: str | None = None
        # By conversation and number: the texts it has been given.
        self.seen: defaultdict[str, dict[int, str]] = defaultdict(dict)
        self.outbox: list[Words] = []

    def act(self) -> None:
        """Do one of the things that a visitor would do now."""
        chance = self.sim.scheduler.chance()
        if self.sim.scheduler.now < self.browser.away_until:
            return
        if not self.connection:
            self.open()
        elif chance < 0.04:
            self._go(chance)
        elif self.outbox and chance < 0.5:
            self.send_words(self.outbox[0])
        elif self.browser.token is not None:
            self._talk(chance)
        elif self.offer is not None and self.pass_ is not None and chance < 0.85:
            self._answer_the_offer(chance)
        elif chance < 0.3 or chance > 0.9:
            self.browser.look_everywhere()

    def settle(self) -> None:
        """Send what is left and catch up; begin nothing new."""
        if not self.connection:
            self.open()
        elif self.outbox:
            self._repeat()
        elif self.browser.token is not None:
            self.send({"action": "resume", "token": self.browser.token, "after": self.last})

    def _repeat(self) -> None:
        words = self.outbox[0]
        able = self.pass_ is not None if words.starts else self.browser.token is not None
        if able:
            self.send_words(words)
        else:
            # The conversation is over for this browser: the words would begin another.
            self.outbox.pop(0)

    def open(self) -> None:
        self.sockets += 1
        self.connection = f"{self.name}/{self.sockets}"
        self.sim.cloud.sockets[self.connection] = self.hears
        self.sim.cloud.browsers[self.connection] = self.browser.name
        self.look()

    def _go(self, chance: float) -> None:
        if chance < 0.015:
            self.browser.leave(self.sim.scheduler.chance() * 90)
        else:
            self.leave()

    def leave(self) -> None:
        self.sim.cloud.sockets.pop(self.connection, None)
        self.connection = ""

    def look(self) -> None:
        """Show a page; whoever has a conversation comes back with it."""
        memory = {"memory": self.browser.memory} if self.browser.memory else {}
        token = self.browser.token
        resume = {"resume": {"token": token, "after": self.last}} if token else {}
        self.send({**PAGE, "language": self.language, **memory, **resume})

    @property
    def last(self) -> int:
        """The highest number of its conversation without a gap below."""
        seen, number = self.seen[self.browser.conversation or ""], 0
        while number + 1 in seen:
            number += 1
        return number

    def send(self, frame: dict[str, Any]) -> None:
        """Give a frame to the network."""
        connection, cloud, scheduler = self.connection, self.sim.cloud, self.sim.scheduler
        body = json.dumps(frame)
        context = {
            "connectionId": connection,
            "authorizer": {"kind": "visitor", "site": self.sim.site},
        }

        def work(process: Process) -> str | None:
            return protocol.answer(process.edge, context, body)

        def answered(outcome: Outcome) -> None:
            if outcome[0] is not None:
                cloud.answer(connection, outcome[0])

        for _time in range(cloud.times()):
            scheduler.after(
                scheduler.chance(),
                lambda: cloud.invoke(frame["action"], work, answered, connection=connection),
            )

    def send_words(self, words: Words) -> None:
        named = {"client_id": words.client_id, "text": words.text}
        if self.browser.token is not None and not words.starts:
            self.send({"action": "message", "token": self.browser.token, **named})
        elif self.pass_ is not None:
            words.starts = True
            self.send({"action": "start", "pass": self.pass_, **named})

    def hears(self, frame: dict[str, Any]) -> None:
        """Take a frame from the server."""
        hear = getattr(self, f"_on_{frame['type']}", None)
        if hear is not None:
            hear(frame)

    def _talk(self, chance: float) -> None:
        token = self.browser.token
        if chance < self.sim.eagerness:
            address = self.sim.scheduler.random.choice(self.sim.addresses)
            self.send({"action": "email", "token": token, "address": address})
        elif chance < 1.7 * self.sim.eagerness:
            self.send({"action": "transcript", "token": token})
        elif chance < 0.75 and len(self.outbox) < 3:
            words = self.browser.words(starts=False)
            self.outbox.append(words)
            self.send_words(words)
        elif chance < 0.8 and self.last:
            self.send({"action": "read", "token": token, "number": self.last})
        elif chance < 0.84:
            self.send({"action": "typing", "token": token})
        elif chance < 0.86:
            self._say_otherwise()
        elif chance < 0.98:
            self.send({"action": "resume", "token": token, "after": self.last})
        else:
            self.look()

    def _say_otherwise(self) -> None:
        """A page that mistakes itself: other words under a name that is taken."""
        if self.outbox:
            words = self.outbox[0]
            named = {"client_id": words.client_id, "text": words.otherwise, "id": OTHERWISE}
            self.send({"action": "message", "token": self.browser.token, **named})

    def _answer_the_offer(self, chance: float) -> None:
        if chance < 0.7:
            for page in self.browser.pages:
                # Impatience: every tab that could begin does so at once.
                if page.offer is not None and page.connection:
                    page.start()
        elif chance < 0.77:
            self.send({"action": "accept", "pass": self.pass_, "engagement": self.offer})
        else:
            self.send({"action": "dismiss", "pass": self.pass_, "engagement": self.offer})

    def start(self) -> None:
        if not self.outbox:
            self.outbox.append(self.browser.words(starts=True))
        self.send_words(self.outbox[0])

    def _on_page(self, frame: dict[str, Any]) -> None:
        self.pass_ = self.browser.memory = frame.get("pass") or frame["pass_"]
        offer = frame.get("engagement")
        if offer is not None:
            self.offer = offer["id"]
        if frame.get("conversation") is not None:
            self._on_conversation(frame["conversation"])

    def _on_conversation(self, frame: dict[str, Any]) -> None:
        # The wire calls it `conversation` at the top of a frame.
        id = frame.get("conversation") or frame["id"]
        if frame["state"] == "missed":
            self.outbox = [each for each in self.outbox if not each.starts]
            return
        if frame.get("token") is not None:
            self.browser.token, self.browser.conversation = frame["token"], id

    def _on_message(self, frame: dict[str, Any]) -> None:
        self.seen[frame["conversation"]][frame["number"]] = frame["text"]

    _on_email_request = _on_email_information = _on_message

    def _on_messages(self, frame: dict[str, Any]) -> None:
        before = self.last
        for each in frame["items"]:
            self._on_message(each)
        # One frame holds so many: whoever got further asks for the rest.
        if before < self.last < frame["last"] and self.browser.token is not None:
            self.send({"action": "resume", "token": self.browser.token, "after": self.last})

    def _on_ack(self, frame: dict[str, Any]) -> None:
        words = next((each for each in self.outbox if each.client_id == frame["client_id"]), None)
        if words is None:
            return
        if frame.get("id") == OTHERWISE:
            message_oracles.otherwise_acknowledged(self.sim.history, words, frame)
            return
        visitor = self.sim.history.conversations[frame["conversation"]]["visitor"]
        message_oracles.acknowledged(self.sim.history, words, ("visitor", visitor), frame)
        self.outbox.remove(words)
        known = self.browser.acknowledged
        conversation, number = frame["conversation"], frame["number"]
        known[conversation] = max(known.get(conversation, 0), number)
        self.seen[conversation][number] = words.text

    def _on_error(self, frame: dict[str, Any]) -> None:
        if frame["code"] in FINAL and frame.get("id") != OTHERWISE:
            refused = frame.get("client_id")
            self.outbox = [each for each in self.outbox if each.client_id != refused]
        if frame["code"] == "expired_token":
            # The night was longer than a pass is good for.
            self.look()
        if frame["code"] == "conversation_closed":
            self._over()
        if frame["code"] == "not_engaged":
            self.offer = None
            self.outbox = [each for each in self.outbox if not each.starts]

    def _on_closed(self, frame: dict[str, Any]) -> None:
        if frame["conversation"] == self.browser.conversation:
            self._over()

    def _over(self) -> None:
        self.browser.token = self.browser.conversation = None
        self.offer = None
