"""How does a team of thousands share out what comes, when every claim sees a moment ago?

The look, the route, the election, the claim and the free lists are production's. Only the clock is
ours: events are handled in order of the moment at which their write is carried out.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from bench.assignment.late import READ_SECONDS, WRITE_SECONDS, LateTable
from chalicelib.errors import Conflict
from chalicelib.model.agent import AgentState, Role, Status, User
from chalicelib.playbook import resources
from chalicelib.playbook.playbook import Playbook, parse
from chalicelib.routing.roster import Team
from chalicelib.routing.route import Assign, route
from chalicelib.services.assignment import assignments, availability, enlisting
from chalicelib.services.ports import Ports
from chalicelib.store import keys
from chalicelib.store.dynamo import FIRST_PAUSE, LONGEST_PAUSE, RETRIES
from chalicelib.store.free_agents import StoredFreeAgents
from chalicelib.store.items import to_item
from chalicelib.store.labels import write
from chalicelib.store.lanes import StoredLanes
from chalicelib.store.operations import Put, Update
from chalicelib.store.placements import slot_left, slot_taken
from chalicelib.store.playbooks import StoredPlaybooks
from chalicelib.store.staff import StoredStaff

SITE = "bank"
BEGIN = datetime(2026, 1, 5, 8, tzinfo=UTC)
TALK_SECONDS = 480
# Ranking looks at everybody, so it is done for some claims only.
IDLE_RANKED = 250


@dataclass
class Tally:
    """What came of a day; a look is one try of a claim."""

    tries: list[int] = field(default_factory=list)
    trips: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    idle_ranks: list[float] = field(default_factory=list)
    given: Counter[str] = field(default_factory=Counter)
    collisions: int = 0
    gave_up: int = 0
    nobody: int = 0
    above_capacity: int = 0


class Whole(Team):
    """A team that is looked at as a whole, however large it is."""

    @property
    def is_large(self) -> bool:
        return False


class WholeTeams(StoredStaff):
    """A staff of which no sample is taken."""

    def teams(self, playbook: Playbook) -> Mapping[str, Team]:
        found = super().teams(playbook)
        return {name: Whole(team.members) for name, team in found.items()}


class Day:
    """A team, and what happens to it; `size` of the sample, or None to look at everybody."""

    def __init__(
        self, agents: int, slots: int, *, busy: float, lag: float, size: int | None, head: bool
    ) -> None:
        self.at = 0.0
        self.tally = Tally()
        self._random = Random(20_260_105)
        self._head = head
        self._slots = slots
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self._touched: dict[str, float] = {}
        self._table = LateTable(lambda: self.at, lag)
        self._ports = self._made(size)
        self._playbook = self._founded(agents)
        self._hire(agents, busy)

    def run(self, rate: float, seconds: float) -> Tally:
        """Let conversations come, by chance, at so many a second."""
        at, number = self.at, 0
        while (at := at + self._random.expovariate(rate)) < self.at + seconds:
            self._later(at + 2 * READ_SECONDS + WRITE_SECONDS, self._claim(f"c{number}", at))
            number += 1
        end = self.at + seconds + 5
        while self._events and self._events[0][0] < end:
            self.at, _order, happens = heapq.heappop(self._events)
            happens()
        return self.tally

    def _claim(self, name: str, came: float) -> Callable[[], None]:
        tries, trips, lost = 0, 0, set[str]()

        def attempt() -> None:
            nonlocal tries, trips
            now = self._now()
            visitor = "the same" if self._head else name
            situation = availability.look(
                self._ports, self._playbook, "any", {}, now, visitor, attempt=tries
            )
            tries, trips = tries + 1, trips + 3
            outcome = route(
                situation.branch, situation.groups, language=None, now=now,
                open_groups=situation.open_groups, lost=lost,
            )  # fmt: skip
            if not isinstance(outcome, Assign):
                self.tally.nobody += 1
                return
            take(outcome.agent)

        def take(agent: str, met: int = 0) -> None:
            nonlocal trips
            if self._touched.get(agent, -1.0) > self.at - WRITE_SECONDS:
                self.tally.collisions += 1
                trips += 1
                if met == RETRIES:
                    self.tally.gave_up += 1
                    return
                # As `DynamoTable` does where two transactions meet at one item.
                pause = self._random.random() * min(LONGEST_PAUSE, FIRST_PAUSE * 2**met)
                self._later(self.at + WRITE_SECONDS + pause, lambda: take(agent, met + 1))
                return
            user = self._ports.staff.users()[agent]
            before = self._table.get(keys.agent(agent)) or {}
            try:
                write(self._table, slot_taken(SITE, name, assignments.claim_of(user), self._now()))
            except Conflict:
                lost.add(agent)
                self._later(self.at + 2 * READ_SECONDS + WRITE_SECONDS, attempt)
                return
            self._touched[agent] = self.at
            self._note(before, agent, tries, trips, came)
            self._set_right(agent)
            self._later(
                self.at + self._random.expovariate(1 / TALK_SECONDS), self._end(name, agent)
            )

        return attempt

    def _note(self, before: Any, agent: str, tries: int, trips: int, came: float) -> None:
        tally = self.tally
        tally.tries.append(tries)
        tally.trips.append(trips)
        tally.seconds.append(self.at - came)
        tally.given[agent] += 1
        tally.above_capacity += len(before["active"]) >= self._slots
        if len(tally.tries) % IDLE_RANKED == 1:
            tally.idle_ranks.append(self._idle_rank(before))

    def _idle_rank(self, chosen: Any) -> float:
        """The share of all who were free and had been idle for no longer than the chosen."""
        free = [
            state.last_assigned_at or BEGIN
            for state in self._ports.staff.states(list(self._ports.staff.users())).values()
            if state.free_slots
        ]
        since = datetime.fromisoformat(chosen.get("last_assigned_at", BEGIN.isoformat()))
        return sum(each >= since for each in free) / max(1, len(free))

    def _end(self, name: str, agent: str) -> Callable[[], None]:
        def end() -> None:
            write(self._table, slot_left(name, agent, None))
            self._set_right(agent)

        return end

    def _set_right(self, agent: str) -> None:
        """The same invocation looks at the agent once more and changes the free lists."""
        user = self._ports.staff.users()[agent]
        after = self.at + READ_SECONDS + WRITE_SECONDS
        self._later(after, lambda: enlisting.keep_after_change(self._ports, user, SITE))

    def _later(self, at: float, happens: Callable[[], None]) -> None:
        heapq.heappush(self._events, (at, next(self._order), happens))

    def _now(self) -> datetime:
        return BEGIN + timedelta(seconds=self.at)

    def _made(self, size: int | None) -> Ports:
        def still() -> float:
            return 0.0

        none: dict[str, Any] = dict.fromkeys(each.name for each in fields(Ports))
        return Ports(
            **{
                **none,
                "playbooks": StoredPlaybooks(self._table, still),
                "staff": (WholeTeams if size is None else StoredStaff)(self._table, still),
                "lanes": StoredLanes(self._table, still, size or 1),
                "free_agents": StoredFreeAgents(self._table),
                "now": self._now,
            }
        )

    def _founded(self, agents: int) -> Any:
        group = {"id": "all", "name": "All", "criteria": {"role": "agent"}, "queue_limit": 0}
        rule = {"id": "any", "name": "Any", "default": {"targets": [{"group": "all"}]}}
        document = resources.empty({"id": SITE, "name": "Bank"}, BEGIN)
        document |= {"groups": [group], "routing_rules": [rule]}
        parse(document, 1)
        self._ports.playbooks.create(SITE, document)
        return self._ports.playbooks.current(SITE)

    def _hire(self, agents: int, busy: float) -> None:
        for number in range(agents):
            id = f"agent-{number:05d}"
            user = User(
                id=id, email=f"{id}@bank.example", role=Role.AGENT, sites=(SITE,),
                slots=self._slots, created_at=BEGIN, updated_at=BEGIN,
            )  # fmt: skip
            held = [f"{id}-{each}" for each in range(self._slots) if self._random.random() < busy]
            idle = (
                timedelta(seconds=self._random.expovariate(busy * self._slots / TALK_SECONDS))
                if busy
                else timedelta()
            )
            state = AgentState(
                agent=id, status=Status.AVAILABLE, slots=self._slots, profile_version=user.version,
                lease_expires_at=BEGIN + timedelta(days=1), active=dict.fromkeys(held, SITE),
                last_assigned_at=BEGIN - idle if busy else None,
            )  # fmt: skip
            self._table.write(Put(keys.user(id), to_item(user)))
            self._table.write(Put(keys.agent(id), {**to_item(state), "connections": {}}))
            for each in held:
                self._later(self._random.expovariate(1 / TALK_SECONDS), self._end(each, id))
        self._table.write(Update(keys.staff_pointer(), add={"version": 1}))
        self._ports.staff.look_again()
        for id, user in self._ports.staff.users().items():
            enlisting.keep(self._ports, user, self._ports.staff.state(id), SITE)
        self.at = 2.0
