"""Where are the profiles of the staff, and what each agent is doing now?

Profiles share one partition, read as a whole and kept for five seconds. A profile and the state
that follows from it (slots, profile version) are written together.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from chalicelib.errors import Conflict, NotFound
from chalicelib.model.agent import AgentState, Beat, Status, User
from chalicelib.playbook.playbook import Playbook
from chalicelib.routing.roster import Team, teams
from chalicelib.store import keys
from chalicelib.store.flow_runs import due_items
from chalicelib.store.items import attribute, from_item, parse_moment, to_item
from chalicelib.store.labels import write
from chalicelib.store.operations import (
    Absent,
    Delete,
    Equals,
    Greater,
    Has,
    Item,
    Operation,
    Path,
    Put,
    Table,
    Update,
    When,
    WriteConflict,
)

FRESH_SECONDS = 5.0
KEPT_TEAMS = 64
# API Gateway ends a socket after two hours, so an older entry is a socket that died unheard.
LONGEST_CONNECTION = timedelta(hours=2, minutes=10)
MOST_CONNECTIONS = 10


class StoredStaff:
    def __init__(self, table: Table, clock: Callable[[], float]) -> None:
        self._table = table
        self._clock = clock
        self._looked_at = float("-inf")
        self._version = -1
        self._users: Mapping[str, User] = MappingProxyType({})
        self._teams: dict[tuple[str, int], Mapping[str, Team]] = {}

    def users(self) -> Mapping[str, User]:
        at = self._clock()
        if at - self._looked_at >= FRESH_SECONDS:
            pointer = self._table.get(keys.staff_pointer())
            version = pointer["version"] if pointer else 0
            if version != self._version:
                items = self._table.query("STAFF", prefix="USER#")
                self._users = MappingProxyType(
                    {each["id"]: from_item(User, each) for each in items}
                )
                self._version = version
                self._teams.clear()
            self._looked_at = at
        return self._users

    def look_again(self) -> None:
        self._looked_at = float("-inf")

    def teams(self, playbook: Playbook) -> Mapping[str, Team]:
        users = self.users()
        known = (playbook.site.id, playbook.version)
        if known not in self._teams:
            if len(self._teams) >= KEPT_TEAMS:
                self._teams.clear()
            self._teams[known] = teams(playbook.groups.values(), users, playbook.site.id)
        return self._teams[known]

    def user(self, user: str) -> User | None:
        item = self._table.get(keys.user(user))
        return from_item(User, item) if item else None

    def add(self, user: User, *, address_key: str) -> None:
        state = AgentState(agent=user.id, slots=user.slots, profile_version=user.version)
        try:
            self._table.write(
                Put(keys.user(user.id), to_item(user), when=Absent()),
                Put(keys.user_email(address_key), {"user": user.id}, when=Absent()),
                Put(keys.agent(user.id), {**to_item(state), "connections": {}}),
                _changed(admins=int(user.administers)),
            )
        except WriteConflict as conflict:
            taken = "e-mail address" if conflict.index == 1 else "id"
            raise Conflict(f"there is already a user with this {taken}", "exists") from conflict
        self._looked_at = float("-inf")

    def save(self, user: User, *, before: User) -> None:
        follows: dict[Path, Any] = {"slots": user.slots, "profile_version": user.version}
        if not user.active:
            follows["status"] = Status.OFFLINE.value
        write(
            self._table,
            [
                (_changed(admins=user.administers - before.administers), "last_admin"),
                (
                    Put(keys.user(user.id), to_item(user), when=Equals("version", before.version)),
                    "user_moved",
                ),
                (Update(keys.agent(user.id), set=follows), "user_moved"),
            ],
        )
        self._looked_at = float("-inf")

    def discard(self, user: User, *, address_key: str) -> None:
        self._table.write(
            Delete(keys.user(user.id), when=Equals("version", user.version)),
            Delete(keys.user_email(address_key)),
            Delete(keys.agent(user.id)),
            _changed(admins=-int(user.administers)),
        )
        self._looked_at = float("-inf")

    def state(self, agent: str) -> AgentState:
        item = self._table.get(keys.agent(agent))
        if item is None:
            raise NotFound(f"no agent {agent!r}")
        return state_of(item)

    def states(self, agents: Sequence[str]) -> Mapping[str, AgentState]:
        found = self._table.get_many([keys.agent(each) for each in agents])
        return {item["agent"]: state_of(item) for item in found.values()}

    def renew(self, user: User, beat: Beat, now: datetime) -> tuple[AgentState, AgentState]:
        agent, connection, lease = user.id, beat.connection, attribute(beat.until)
        item = self._table.get(keys.agent(agent))
        if item is None:
            raise NotFound(f"no agent {agent!r}")
        known: dict[str, str] = item["connections"]
        dead = {name for name, ends in known.items() if parse_moment(ends) <= now}
        oldest_first = sorted(known, key=lambda name: known[name])
        surplus = oldest_first[: max(0, len(known) - MOST_CONNECTIONS)]
        renewed: dict[str, Any] = {"lease_expires_at": lease}
        if beat.status is not None:
            renewed["status"] = beat.status.value
        if renewed.get("status", item["status"]) != item["status"]:
            # A page says its status with every beat; only another one was chosen by hand.
            renewed["acted_at"] = attribute(now)
        socket = ("connections", connection)
        changes: dict[Path, Any] = {socket: attribute(now + LONGEST_CONNECTION)}
        changes.update(renewed.items())
        changes.update(_due(agent, lease))
        gone = tuple(("connections", name) for name in {*dead, *surplus} - {connection})
        # What a change of status brings about is decided by what it was.
        seen = (Equals("profile_version", user.version), Equals("status", item["status"]))
        beaten = Update(keys.agent(agent), set=changes, remove=gone, when=seen)
        write(self._table, [(beaten, "user_moved")])
        return state_of(item), state_of({**item, **renewed})

    def shorten(self, agent: str, *, connection: str, until: datetime) -> None:
        item = self._table.get(keys.agent(agent))
        if item is None or connection not in item["connections"]:
            return
        others = len(item["connections"]) > 1
        lease = item.get("lease_expires_at")
        ends: dict[Path, Any] = {}
        if lease is not None and not others:
            sooner = min(lease, attribute(until))
            ends = {"lease_expires_at": sooner, **_due(agent, sooner)}
        unchanged = (Equals("lease_expires_at", lease),) if lease else ()
        try:
            self._table.write(
                Update(
                    keys.agent(agent),
                    set=ends,
                    remove=(("connections", connection),),
                    when=(Has("agent"), *unchanged),
                )
            )
        except WriteConflict:
            # Another socket renewed the lease meanwhile: the agent is there.
            return

    def absent(self, now: datetime) -> Mapping[str, AgentState]:
        items = due_items(self._table, "AGENT#", now)
        states = self.states([item["agent"] for item in items])
        # The index may be some moments old: whoever has just come back is not absent.
        return {agent: state for agent, state in states.items() if not state.is_present(now)}

    def rest(self, state: AgentState) -> bool:
        if state.lease_expires_at is None:
            return True
        lease = attribute(state.lease_expires_at)
        nothing_to_do = (Equals("lease_expires_at", lease), Equals("active", {}))
        # Without a lease, whoever had chosen the agent before gives them nothing any more.
        at_rest = ("lease_expires_at", "due_pk", "due_sk")
        try:
            self._table.write(Update(keys.agent(state.agent), remove=at_rest, when=nothing_to_do))
        except WriteConflict:
            return False
        return True

    def connections(self, agents: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        found = self._table.get_many([keys.agent(each) for each in agents])
        return {item["agent"]: connections_of(item) for item in found.values()}


def _due(agent: str, lease: str) -> dict[Path, Any]:
    """The sweeper finds an agent whose lease has run out by its moment, and nobody else."""
    return {"due_pk": keys.due(agent), "due_sk": f"AGENT#{lease}"}


def _changed(*, admins: int) -> Operation:
    """Everybody looks at the staff again; the last admin cannot be taken away, however many try."""
    others_stay: When = Greater("admins", 1) if admins < 0 else ()
    return Update(keys.staff_pointer(), add={"version": 1, "admins": admins}, when=others_stay)


def state_of(item: Item) -> AgentState:
    """An agent's state; the conversations held are a map, so that one write takes one."""
    return from_item(AgentState, item)


def connections_of(item: Item) -> tuple[str, ...]:
    """An agent's sockets, newest first."""
    found: dict[str, str] = item.get("connections", {})
    return tuple(sorted(found, key=lambda name: found[name], reverse=True))
