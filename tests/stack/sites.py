"""What does a story need: a site of its own, authored over REST, with people on both sides?"""

import time
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import uuid4

from tests.stack.lines import Line
from tests.stack.live import Live

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS = {"weekly": {day: [["00:00", "24:00"]] for day in DAYS}}
# A patch merges: what is not named in it stays.
NEVER = {"weekly": dict.fromkeys(DAYS)}
PASSWORD = "long enough 2026"
HELP = "/help"
BATCH = 26
# How long a function believes what it last read of the staff.
KEPT_IN_MIND_SECONDS = 5.1


@dataclass
class Place:
    """A site that no other story shares."""

    live: Live
    id: str
    agents: list["Agent"] = field(default_factory=list)

    @property
    def path(self) -> str:
        return f"/sites/{self.id}"

    def call(self, method: str, path: str, body: object = None) -> Any:
        return self.live.call(method, f"{self.path}{path}", body)

    def visitor(self, page: str = HELP) -> "Visitor":
        """Somebody who looks at a page of this site."""
        visitor = Visitor(self)
        visitor.arrive(page)
        return visitor

    def conversation(self, id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.call("GET", f"/conversations/{id}")
        return found

    def texts(self, id: str) -> list[str]:
        """Everything said in a conversation, as REST lists it."""
        items, path = [], f"/conversations/{id}/messages?limit=100"
        while True:
            page = self.call("GET", path)
            items += page["items"]
            if page["next_cursor"] is None:
                break
            path = f"/conversations/{id}/messages?limit=100&cursor={page['next_cursor']}"
        assert [item["number"] for item in items] == list(range(1, len(items) + 1))
        return [item["text"] for item in items]


@dataclass
class Agent:
    """Somebody of the staff, who may have a page open."""

    place: Place
    id: str
    line: Line | None = None

    @property
    def token(self) -> str:
        return self.place.live.token(f"{self.id}@linden.example", PASSWORD)

    def ticket(self) -> str:
        """The address of one handshake."""
        body = {"site": self.place.id}
        found = self.place.live.call("POST", "/sockets/tickets", body, token=self.token)
        return str(found["url"])

    def arrive(self, status: str = "available") -> "Agent":
        self.line = self.place.live.line(self.ticket())
        answer = self.line.ask("presence", status=status)
        assert answer.get("status") == status, answer
        return self

    @property
    def ear(self) -> Line:
        assert self.line is not None, f"{self.id} has no page open"
        return self.line

    def assigned(self, seconds: float = 20) -> dict[str, Any]:
        view: dict[str, Any] = self.ear.hear("assigned", seconds)["conversation"]
        return view

    def say(self, conversation: str, text: str) -> dict[str, Any]:
        return self.ear.ask("message", conversation=conversation, client_id=uuid4().hex, text=text)

    def close(self, conversation: str) -> None:
        path = f"{self.place.path}/conversations/{conversation}/close"
        self.place.live.call("POST", path, {}, token=self.token)


@dataclass
class Visitor:
    """One browser tab: it keeps its pass and its conversation token, as the widget does."""

    place: Place
    pass_: str | None = None
    token: str | None = None
    conversation: str = ""
    engagement: dict[str, Any] | None = None
    names: count = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.connect()

    def connect(self) -> None:
        live = self.place.live
        self.line = live.line(f"{live.document['socket']}?site={self.place.id}", live.origin)

    def arrive(self, page: str = HELP, **more: Any) -> dict[str, Any]:
        known = {"memory": self.pass_} if self.pass_ else {}
        answer = self.line.ask(
            "page",
            site=self.place.id,
            url=f"{self.place.live.origin}{page}",
            title="Help",
            language="en",
            device="desktop",
            browser="script",
            os="any",
            consent="full",
            **known,
            **more,
        )
        assert answer["type"] == "page", answer
        self.pass_ = answer["pass"]
        self.engagement = answer.get("engagement")
        return answer

    def start(self, text: str, client_id: str | None = None) -> dict[str, Any]:
        """The first words; the conversation as its visitor is told of it."""
        self.line.send(
            "start",
            **{"pass": self.pass_},
            client_id=client_id or self._name(),
            text=text,
            engagement=(self.engagement or {})["id"],
        )
        told = self.line.hear("conversation")
        self.token, self.conversation = told["token"], told.get("conversation") or told["id"]
        assert self.line.hear("ack")["number"] == 1
        return told

    def say(self, text: str, client_id: str | None = None) -> dict[str, Any]:
        return self.line.ask(
            "message", token=self.token, client_id=client_id or self._name(), text=text
        )

    def _name(self) -> str:
        return f"{id(self)}-{next(self.names)}"


class Pool:
    """Sites made ahead, so that every function has heard of their people before a story begins."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._made: list[Place] = []

    def take(self) -> Place:
        """A site with two agents, one slot each, that no story has touched."""
        if not self._made:
            self._made = [opened(self._live) for _ in range(BATCH)]
            time.sleep(KEPT_IN_MIND_SECONDS)
        return self._made.pop()


def opened(live: Live, *, queue_limit: int = 20) -> Place:
    """A new site with two agents, one slot each; functions may not have heard of them yet."""
    id = f"site-{uuid4().hex[:8]}"
    place = Place(live, id)
    live.call(
        "POST",
        "/sites",
        {
            "id": id,
            "name": "A site",
            "languages": ["en"],
            "origins": [live.origin],
            "time_zone": "Europe/Paris",
            "hours": ALWAYS,
        },
    )
    place.agents += [invite(place, f"{id}-agent-{number}") for number in range(2)]
    place.call("PUT", "/chatbox", _CHATBOX)
    for path, resource in _resources(id, queue_limit):
        place.call("POST", path, resource)
    # Once everything is there that it needs.
    place.call("POST", "/campaigns/all/activate", {})
    return place


def invite(place: Place, id: str, *, slots: int = 1, team: str | None = None) -> Agent:
    """Somebody new on the staff of a site; the team decides about the groups."""
    place.live.call(
        "POST",
        "/users",
        {
            "id": id,
            "email": f"{id}@linden.example",
            "password": PASSWORD,
            "role": "agent",
            "display_name": id.rpartition("-agent-")[2],
            "team": team or place.id,
            "slots": slots,
            "sites": [place.id],
        },
    )
    return Agent(place, id)


_CHATBOX = {
    "status": "active",
    "texts": {"en": {"title": "A site", "welcome": "Hello"}},
}


def _resources(id: str, queue_limit: int) -> list[tuple[str, dict[str, Any]]]:
    group = {
        "id": "service",
        "name": "Service",
        "criteria": {"team": id},
        "queue_limit": queue_limit,
    }
    rule = {
        "id": "rule",
        "name": "Any question",
        "default": {"mode": "escalation", "targets": [{"group": "service"}]},
    }
    notification = {
        "id": "hello",
        "name": "Hello",
        "status": "active",
        "format": "classic",
        "texts": {"en": {"title": "Hello", "text": "May we help?"}},
    }
    targeting = {
        "id": "help",
        "name": "Help",
        "campaign": "all",
        "status": "active",
        "priority": 1,
        "when": {"fact": "page.path", "is": "is", "value": HELP},
        "engagement": {"kind": "notification", "notification": "hello"},
        "routing_rule": "rule",
    }
    flow = {
        "id": "ask",
        "name": "Ask for the address",
        "kind": "email_request",
        "status": "active",
        "delay_seconds": 25,
        "hours": "closed",
        "messages": {
            "unknown": {
                "request": {"en": "Where can we write to you?"},
                "confirmation": {"en": "Thank you, we write to {{email}}."},
            },
            "known": {"information": {"en": "We write to {{email}}."}},
        },
        "acknowledgement": {
            "enabled": True,
            "subject": {"en": "We have your question: été"},
            "text": {"en": "Hello, {{site_name}} answers to this address."},
        },
    }
    return [
        ("/groups", group),
        ("/routing-rules", rule),
        ("/notifications", notification),
        ("/campaigns", {"id": "all", "name": "All"}),
        ("/targeting-rules", targeting),
        ("/flows", flow),
    ]
