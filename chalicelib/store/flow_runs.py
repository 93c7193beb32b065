"""Where do flow runs sleep, and which should have been woken?"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.errors import NotFound
from chalicelib.model.flow_run import FlowRun
from chalicelib.store import keys
from chalicelib.store.items import from_item, to_item
from chalicelib.store.operations import Absent, Equals, Item, Operation, Put, Table

MOST_AT_ONCE = 100
# Only an alarm that rings twice asks for a run that is over, which holds ids and no words.
KEPT = timedelta(days=2)


class StoredRuns:
    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, site: str, run: str) -> FlowRun:
        item = self._table.get(keys.flow_run(site, run))
        if item is None:
            raise NotFound(f"no flow run {run!r}")
        return from_item(FlowRun, item)

    def save(self, before: FlowRun, after: FlowRun) -> None:
        self._table.write(run_write(before, after))

    def due(self, before: datetime) -> Sequence[FlowRun]:
        return [from_item(FlowRun, item) for item in due_items(self._table, "RUN#", before)]


def run_write(before: FlowRun | None, after: FlowRun) -> Operation:
    """A new run, or the next step of one that has not moved since it was read."""
    item = to_item(after)
    if after.is_done:
        item["expires_at"] = keys.expiry(after.wake_at + KEPT)
    if not after.is_done or after.is_untold:
        item |= {"due_pk": keys.due(after.id), "due_sk": f"RUN#{keys.moment(after.wake_at)}"}
    unmoved = Absent() if before is None else (Equals("tick", before.tick), _state(before))
    return Put(keys.flow_run(after.site, after.id), item, when=unmoved)


def due_items(table: Table, prefix: str, before: datetime) -> list[Item]:
    """Everything of one kind that was due before a moment; the index may be some moments old."""
    found: list[Item] = []
    for shard in range(keys.DUE_SHARDS):
        found += table.query(
            keys.due_shard(shard),
            after=prefix,
            before=f"{prefix}{keys.moment(before)}",
            limit=MOST_AT_ONCE,
            index="due",
            consistent=False,
        )
    return found


def _state(run: FlowRun) -> Equals:
    return Equals("state", run.state.value)
