"""Which agents and queues does each group have, at this moment or a second ago?"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from chalicelib.model.agent import AgentState, Status
from chalicelib.routing.queue import Entry
from chalicelib.services.ports.free_agents import Pool
from chalicelib.services.ports.placement import Lane, Look
from chalicelib.services.ports.shares import Shares
from chalicelib.store import keys
from chalicelib.store.free_agents import SAMPLE, sample
from chalicelib.store.items import from_item
from chalicelib.store.operations import Table
from chalicelib.store.shares import served, shares_keys
from chalicelib.store.staff import state_of
from chalicelib.store.visitors import ledger_of

LATELY_SECONDS = 1.0
MOST_KEPT = 256
# How many of those who wait are looked at beside a free slot.
HEAD = 25


class StoredLanes:
    """`clock` is in seconds and only measures how old a look is.

    `size` is how many free agents of a large group a look considers.
    """

    def __init__(self, table: Table, clock: Callable[[], float], size: int = SAMPLE) -> None:
        self._table = table
        self._clock = clock
        self._size = size
        self._looks: dict[tuple[str, str, Pool], tuple[float, Lane]] = {}

    def now(
        self,
        site: str,
        pools: Mapping[str, Pool],
        visitor: str | None = None,
        shares: Shares | None = None,
        *,
        heads: bool = True,
    ) -> Look:
        people = {
            group: pool.members or sample(self._table, site, group, pool, self._size)
            for group, pool in pools.items()
        }
        agents = {each: keys.agent(each) for members in people.values() for each in members}
        counters = {group: keys.group_counter(site, group) for group in pools}
        ledger = None if visitor is None else keys.visitor(site, visitor)
        counts = [] if shares is None else shares_keys(shares)
        wanted = [*agents.values(), *counters.values(), *counts, *([ledger] if ledger else [])]
        found = self._table.get_many(wanted)
        states = {agent: state_of(found[key]) for agent, key in agents.items() if key in found}
        lanes = {
            group: self._lane(
                site,
                group,
                {each: states[each] for each in members if each in states},
                found.get(counters[group], {}).get("waiting", 0),
                heads=heads,
            )
            for group, members in people.items()
        }
        return Look(
            lanes=lanes,
            ledger=ledger_of(site, visitor, found.get(ledger)) if visitor and ledger else None,
            served=served(found[key] for key in counts if key in found),
        )

    def _lane(
        self,
        site: str,
        group: str,
        states: Mapping[str, AgentState],
        waiting: int,
        *,
        heads: bool,
    ) -> Lane:
        """Somebody waits beside a free slot: those who wait may all be for others."""
        is_free = any(
            each.free_slots and each.status is Status.AVAILABLE for each in states.values()
        )
        if not (heads and waiting and is_free):
            return Lane(states=states, waiting=waiting)
        rows = self._table.query(keys.queue(site, group), limit=HEAD)
        head = tuple(from_item(Entry, row) for row in rows)
        return Lane(states=states, waiting=waiting, head=head)

    def lately(self, site: str, pools: Mapping[str, Pool]) -> Mapping[str, Lane]:
        at = self._clock()
        # Whichever sample was drawn in this second will do.
        names = {group: (site, group, replace(pool, seed="")) for group, pool in pools.items()}
        unknown = {
            group: pools[group]
            for group, name in names.items()
            if at - self._looks.get(name, (float("-inf"), None))[0] >= LATELY_SECONDS
        }
        if unknown:
            fresh = self.now(site, unknown).lanes
            if len(self._looks) >= MOST_KEPT:
                self._looks.clear()
            for group, name in names.items():
                if group in fresh:
                    self._looks[name] = (at, fresh[group])
        return {group: self._looks[name][1] for group, name in names.items()}
