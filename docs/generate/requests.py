"""How many requests to AWS does each action make, counted where they leave the process?

The services and the store are the real ones, on moto's DynamoDB. What a Lambda keeps between two
events (the playbook, the list of the staff) has been read before. Every scenario stands alone.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from chalicelib.model.agent import User
from chalicelib.services import rights
from chalicelib.services.assignment import handing_back, snoozes, transfers
from chalicelib.services.conversation import closing
from chalicelib.services.flows import flow_runs
from chalicelib.services.waiting import due, erasures
from chalicelib.web import alarms
from docs.generate.meter import Meter, Units
from tests.aws import moto_table
from tests.shelf import PNG
from tests.world import BANK, PAGE, World

FLOW = {
    "id": "ask",
    "name": "Ask",
    "kind": "email_request",
    "status": "active",
    "delay_seconds": 30,
    "messages": {
        "unknown": {"request": "Your address?", "confirmation": "Thank you."},
        "known": {"information": "We write to {{email}}."},
    },
    "acknowledgement": {"enabled": True, "subject": "Thank you", "text": "We will write."},
}
TELLS = {
    "id": "tells",
    "name": "Tells",
    "kind": "estimated_wait",
    "status": "active",
    "messages": {"estimate": "{{minutes}} min", "unknown": "Soon.", "exceeded": "Still coming."},
}
ABSENT = {"fact": "page.path", "is": "is", "value": "/nowhere"}


@dataclass(frozen=True, slots=True)
class Counted:
    """One action; `reads` and `writes` name requests to the table, `first` those before an answer.

    None where nobody is answered. `answered` is whether the answer came back with the invocation;
    of the alarms, `executions` are the visible ones.
    """

    action: str
    reads: Counter[str]
    writes: Counter[str]
    first: int | None
    pushes: int
    alarms: int
    executions: int
    answered: bool
    units: Units


class Pushed(World):
    """A world that notes how many requests had been made when somebody first heard."""

    wire: Any = None
    asker: str = ""
    first: int | None = None
    pushes: int = 0

    def push(self, connection: str, notice: Any, **more: Any) -> bool:
        self.pushes += 1
        if connection == self.asker and self.first is None:
            self.first = sum(self.wire.calls.values())
        return bool(super().push(connection, notice, **more))


class Bench:
    """A bank with one agent, and a wire that counts."""

    def __init__(self, world: Pushed, wire: Any) -> None:
        self.world = world
        self._wire = wire
        self._meter = Meter(wire.client)

    def opened(self, connection: str) -> dict[str, Any]:
        """The answer to a page view."""
        answer: dict[str, Any] = self.world.visitor(connection, **PAGE)
        return answer

    def begun(self, connection: str) -> dict[str, Any]:
        """The conversation that a visitor has begun."""
        self.start(connection, self.opened(connection))
        conversation: dict[str, Any] = self.world.heard(connection, "conversation")[0]
        return conversation

    def hired(self, *, away: bool) -> User:
        """Ada; and Ben comes to her group with one slot, given nothing so far."""
        self.world.user("ben", slots=1, priority=-1)
        self.world.later(6)
        status = "away" if away else "available"
        self.world.agent("page of ben", "ben", action="presence", status=status)
        self.world.visitor("yet another", **PAGE)
        return self.world.ports.staff.users()["ada"]

    def start(self, connection: str, page: dict[str, Any]) -> Any:
        """A visitor's first words."""
        frame = {"action": "start", "client_id": "m1", "text": "Good morning"}
        return self.world.visitor(connection, **frame, **{"pass": page["pass"]})

    def count(self, action: str, asker: str, act: Callable[[], Any]) -> Counted:
        """Do it, and count from here to the end; `asker` is who waits for an answer, if anybody."""
        world, calls = self.world, self._wire.calls
        self._wire.forget()
        self._meter.forget()
        rung = len(world.rung)
        world.wire, world.asker, world.first, world.pushes = self._wire, asker, None, 0
        act()
        made = {name: times for name, times in calls.items() if times}
        total = sum(made.values())
        return Counted(
            action=action,
            reads=Counter({name: made[name] for name in made if name in READS}),
            writes=Counter({name: made[name] for name in made if name not in READS}),
            first=(total if world.first is None else world.first) if asker else None,
            pushes=world.pushes,
            alarms=len(world.rung) - rung,
            executions=sum(_is_visible(alarm) for _at, alarm in world.rung[rung:]),
            answered=bool(asker) and world.first is None,
            units=self._meter.units,
        )


def _is_visible(alarm: dict[str, Any]) -> bool:
    """Whether Step Functions keeps this alarm, and not a queue."""
    return alarm["what"] == "flow_run" or "wake_at" in alarm


READS = frozenset({"GetItem", "BatchGetItem", "Query"})


@contextmanager
def bench(*, slots: int = 3, **changes: Any) -> Iterator[Bench]:
    """A bench whose Lambda has just read everything it keeps."""
    worlds: list[Pushed] = []
    with moto_table(lambda: worlds[0].epoch()) as (table, wire):
        world = Pushed(table=table)
        worlds.append(world)
        world.site(**changes)
        world.user("ada", slots=slots)
        world.later(6)
        world.available("ada", "staff")
        world.visitor("another", **PAGE)
        yield Bench(world, wire)


@cache
def counted() -> tuple[Counted, ...]:
    """Every action that has a price."""
    return tuple(_played())


def _played() -> Iterator[Counted]:
    yield from _looking()
    yield from _beginning()
    yield from _talking()
    yield from _sending()
    yield from _ending()
    yield from _passing_on()
    yield from _waiting()


def _looking() -> Iterator[Counted]:
    rules = [{**BANK["targeting_rules"][0], "when": ABSENT}]
    with bench(targeting_rules=rules) as here:
        yield here.count("page view, nobody engaged", "v", lambda: here.opened("v"))
        seen = {"action": "observed", "facts": {"page.seconds": 30}}
        page = here.opened("v")
        yield here.count(
            "observation, nobody engaged",
            "v",
            lambda: here.world.visitor("v", **seen, **{"pass": page["pass"]}),
        )
        yield here.count("ping", "v", lambda: here.world.visitor("v", action="ping"))
    with bench() as here:
        yield here.count("page view that engages", "v", lambda: here.opened("v"))
        page = here.opened("w")
        offered = {"engagement": page["engagement"]["id"], "pass": page["pass"]}
        for action in ("accept", "dismiss"):
            yield here.count(
                action, "w", lambda action=action: here.world.visitor("w", action=action, **offered)
            )


def _beginning() -> Iterator[Counted]:
    for action, slots in (("start, assigned", 3), ("start, queued", 0)):
        with bench(slots=slots) as here:
            page = here.opened("v")
            yield here.count(action, "v", lambda here=here, page=page: here.start("v", page))


def _talking() -> Iterator[Counted]:
    with bench() as here:
        begun = here.begun("v")
        token, conversation = {"token": begun["token"]}, {"conversation": begun["conversation"]}
        words = {"client_id": "m2", "text": "A loan"}
        visitor, agent = here.world.visitor, here.world.agent
        said = {"action": "message", **words}
        yield here.count("message of a visitor", "v", lambda: visitor("v", **said, **token))
        yield here.count(
            "message of an agent", "staff", lambda: agent("staff", "ada", **said, **conversation)
        )
        yield here.count("typing", "", lambda: visitor("v", action="typing", **token))
        yield here.count("read", "", lambda: visitor("v", action="read", number=3, **token))
        again = {"action": "resume", "after": 1}
        yield here.count("resume", "v", lambda: visitor("v", **again, **token))
        given = {"action": "email", "address": "vera@example.com"}
        yield here.count("an address is given", "v", lambda: visitor("v", **given, **token))


def _sending() -> Iterator[Counted]:
    with bench() as here:
        token, visitor = {"token": here.begun("v")["token"]}, here.world.visitor
        declared = {"name": "card.png", "type": "image/png", "size": len(PNG)}
        allowed: list[Any] = []
        yield here.count(
            "a file is announced",
            "v",
            lambda: allowed.append(visitor("v", action="attach", **declared, **token)),
        )
        here.world.files.post(allowed[0]["fields"], PNG)
        shown = {"client_id": "m2", "text": "", "attachments": [allowed[0]["attachment"]]}
        yield here.count(
            "message with a file", "v", lambda: visitor("v", action="message", **shown, **token)
        )
        asked = {"action": "download", "number": 2, "attachment": allowed[0]["attachment"]}
        yield here.count("a file is read", "v", lambda: visitor("v", **asked, **token))


def _ending() -> Iterator[Counted]:
    with bench() as here:
        known = here.begun("v")
        begun, token = known["conversation"], known["token"]
        yield here.count(
            "close, nobody waits",
            "",
            lambda: closing.close(here.world.ports, "bank", begun),
        )
        given = {"action": "rate", "token": token, "csat": 5}
        yield here.count("a judgement", "v", lambda: here.world.visitor("v", **given))
    with bench(slots=1) as here:
        begun = here.begun("v")["conversation"]
        here.begun("w")
        yield here.count(
            "close, the slot goes to the next",
            "",
            lambda: closing.close(here.world.ports, "bank", begun),
        )
    with bench() as here:
        again = {"action": "presence", "status": "available"}
        yield here.count(
            "presence renewed", "staff", lambda: here.world.agent("staff", "ada", **again)
        )


def _passing_on() -> Iterator[Counted]:
    for action, away in (("transfer, an agent is free", False), ("transfer, it waits", True)):
        with bench() as here:
            ports, ada = here.world.ports, here.hired(away=away)
            begun = here.begun("v")["conversation"]
            yield here.count(
                action,
                "",
                lambda ports=ports, begun=begun, ada=ada: transfers.to_agent(
                    ports, "bank", begun, ada, "ben", None
                ),
            )
    with bench() as here:
        ports, ada = here.world.ports, here.hired(away=True)
        begun = here.begun("v")["conversation"]
        until = here.world.clock + timedelta(hours=1)
        yield here.count(
            "snooze",
            "",
            lambda: snoozes.snooze(ports, "bank", begun, until, keep=True, by=ada),
        )
        yield here.count(
            "wake, and back to its agent",
            "",
            lambda: snoozes.wake(ports, "bank", begun, rights.anybody),
        )
        yield here.count("hand back", "", lambda: handing_back.hand_back(ports, "bank", begun, ada))
    ends = (("answer timeout, given to another", False), ("answer timeout, waits", True))
    for action, away in ends:
        with bench() as here:
            ports = here.world.ports
            here.hired(away=away)
            begun = here.begun("v")["conversation"]
            here.world.later(120)
            for agent, page in (("ada", "staff"), ("ben", "page of ben")):
                here.world.agent(page, agent, action="presence")
            yield here.count(
                action,
                "",
                lambda ports=ports, begun=begun: due.wake(ports, "bank", begun, 1),
            )


def _waiting() -> Iterator[Counted]:
    for action, answered in (("a wait ends: asked", False), ("a wait ends: answered", True)):
        with bench(slots=3 if answered else 0, flows=[FLOW]) as here:
            begun = here.begun("v")
            if answered:
                said = {"action": "message", "client_id": "a1", "text": "How can I help?"}
                here.world.agent("staff", "ada", **said, conversation=begun["conversation"])
            run = here.world.ports.conversations.get("bank", begun["conversation"]).flow_run
            here.world.later(31)
            yield here.count(
                action,
                "",
                lambda here=here, run=run: flow_runs.wake(here.world.ports, "bank", run, 0),
            )
    with bench(slots=0, flows=[TELLS]) as here:
        begun = here.begun("v")["conversation"]
        run = here.world.ports.conversations.get("bank", begun).estimate_run
        yield here.count(
            "a wait begins: its length is told",
            "",
            lambda: flow_runs.wake(here.world.ports, "bank", run, 0),
        )
    with bench() as here:
        begun = here.begun("v")["conversation"]
        closing.close(here.world.ports, "bank", begun)
        here.world.later(400 * 86_400)
        yield here.count(
            "erase a conversation of one message",
            "",
            lambda: erasures.erase(here.world.ports, "bank", begun),
        )
    with bench() as here:
        yield here.count(
            "sweep, one site and one group, nothing to repair",
            "",
            lambda: alarms.sweep(here.world.ports, lambda _name, _times: None),
        )
