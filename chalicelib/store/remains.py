"""What lies beside conversations that are over and have expired, and how is it taken away?

The table forgets a conversation by itself; what lies beside it is found by a note of its moment.
"""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.services.ports.remains import Outlived
from chalicelib.store import keys
from chalicelib.store.conversation_writes import ERASE
from chalicelib.store.operations import Delete, Item, Key, Table

MOST_AT_ONCE = 100
SWEPT_SECONDS = 60


class StoredRemains:
    def __init__(self, table: Table) -> None:
        self._table = table

    def outlived(self, now: datetime) -> Sequence[Outlived]:
        # One shard a minute: nobody sees what is left, so nobody waits for it to go.
        shard = int(now.timestamp()) // SWEPT_SECONDS % keys.DUE_SHARDS
        items = self._table.query(
            keys.due_shard(shard),
            after=ERASE,
            before=f"{ERASE}{keys.moment(now)}",
            limit=MOST_AT_ONCE,
            index="due",
            consistent=False,
        )
        return [_outlived(item) for item in items]

    def of(self, site: str, conversation: str, now: datetime) -> Outlived | None:
        note = self._table.get(keys.erasure(site, conversation))
        if note is None or note["due_sk"] > f"{ERASE}{keys.moment(now)}":
            return None
        return _outlived(note)

    def erase(self, outlived: Outlived) -> None:
        site, conversation, _visitor = outlived
        note = keys.erasure(site, conversation)
        rows = self._table.query(note.pk)
        doomed = dict.fromkeys(
            (
                *_start_mark(outlived, rows),
                # It has expired, so it is not among the rows; the table may hold it for days.
                keys.conversation(site, conversation),
                *(Key(row["pk"], row["sk"]) for row in rows if row["sk"] != note.sk),
            )
        )
        for some in _batches(list(doomed)):
            self._table.write(*map(Delete, some))
        # Last, so that whoever dies on the way is followed by another.
        self._table.write(Delete(note))


def _outlived(note: Item) -> Outlived:
    return Outlived(note["site"], note["conversation"], note["visitor"])


def _start_mark(outlived: Outlived, rows: Sequence[Item]) -> Sequence[Key]:
    """Where it is kept, in the visitor's partition, that their first words began it."""
    site, conversation, visitor = outlived
    first = keys.message(site, conversation, 1).sk
    return [
        keys.started(site, visitor, row["client_id"])
        for row in rows
        if row["sk"] == first and "client_id" in row
    ]


def _batches(doomed: Sequence[Key]) -> Sequence[Sequence[Key]]:
    starts = range(0, len(doomed), MOST_AT_ONCE)
    return [doomed[start : start + MOST_AT_ONCE] for start in starts]
