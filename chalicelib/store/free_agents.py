"""Where are the free lists, and how is a sample drawn from one?

A row stands where the digest of its agent's id sorts, so the rows behind any point are a sample.
The agent's item says on which lists they stand; both are written together, on condition that the
agent is still in the state that was looked at.
"""

from collections.abc import Collection

from chalicelib.model.agent import AgentState
from chalicelib.services.ports.free_agents import FreeList, Pool
from chalicelib.store import keys
from chalicelib.store.operations import (
    AnyOf,
    Condition,
    Delete,
    Equals,
    Missing,
    Operation,
    Put,
    Table,
    Update,
    WriteConflict,
)

# With fewer, claims at one moment too often meet at the same agent; bench/assignment measures it.
SAMPLE = 16


class StoredFreeAgents:
    def __init__(self, table: Table) -> None:
        self._table = table

    def relist(self, state: AgentState, wanted: Collection[FreeList]) -> bool:
        before, after = set(state.listed), {str(each) for each in wanted}
        rows: list[Operation] = [
            Delete(keys.free_agent(each, state.agent)) for each in before - after
        ]
        row = {"agent": state.agent}
        rows += [Put(keys.free_agent(each, state.agent), row) for each in after - before]
        item = Update(
            keys.agent(state.agent), set={"listed": sorted(after)}, when=_unchanged(state)
        )
        try:
            self._table.write(item, *rows)
        except WriteConflict:
            # Whoever changed the agent sets the lists right.
            return False
        return True


def sample(table: Table, site: str, group: str, pool: Pool, size: int = SAMPLE) -> tuple[str, ...]:
    """Some of those on the pool's lists, by chance of its seed; at most `size` of each."""
    found: dict[str, None] = {}
    for lists in pool.lists:
        for language in lists:
            some = _behind(
                table, str(FreeList(site=site, group=group, language=language)), pool, size
            )
            found.update(dict.fromkeys(some))
            if some:
                break
    return tuple(found)


def _behind(table: Table, name: str, pool: Pool, size: int) -> list[str]:
    """The agents behind a point of a list, and on from its beginning."""
    pk, point = keys.free_list(name), keys.free_agent(name, pool.seed).sk
    rows = table.query(pk, after=point, limit=size)
    if len(rows) < size:
        rows += table.query(pk, before=point, limit=size - len(rows))
    return [row["agent"] for row in rows]


def _unchanged(state: AgentState) -> tuple[Condition, ...]:
    listed = list(state.listed)
    as_known = Equals("listed", listed)
    return (
        as_known if listed else AnyOf((Missing("listed"), as_known)),
        Equals("active", dict(state.active)),
        Equals("slots", state.slots),
        Equals("status", state.status.value),
    )
