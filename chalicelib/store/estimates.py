"""Where are the times counted that visitors waited for a first answer?

An item for each group, hour of the day and date, eight times, so that answers given at one moment
seldom meet. Reading an hour is one query, kept for a minute.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta

from chalicelib.routing.estimate import bucket_of
from chalicelib.services.ports.estimates import FirstReply
from chalicelib.store import keys
from chalicelib.store.operations import Operation, Table, Update

DAYS = 28
KEPT = timedelta(days=DAYS + 1)
FRESH_SECONDS = 60.0
MOST_KEPT = 256
BUCKET = "bucket_"


class StoredEstimates:
    """`clock` is in seconds and only measures how old a look is."""

    def __init__(self, table: Table, clock: Callable[[], float]) -> None:
        self._table = table
        self._clock = clock
        self._looks: dict[tuple[str, str, int, date], tuple[float, Mapping[int, int]]] = {}

    def first_replies(self, site: str, group: str, hour: int, today: date) -> Mapping[int, int]:
        at, name = self._clock(), (site, group, hour, today)
        looked_at, known = self._looks.get(name, (float("-inf"), {}))
        if at - looked_at < FRESH_SECONDS:
            return known
        if len(self._looks) >= MOST_KEPT:
            self._looks.clear()
        found = self._read(site, group, hour, today)
        self._looks[name] = (at, found)
        return found

    def _read(self, site: str, group: str, hour: int, today: date) -> Mapping[int, int]:
        # A day itself sorts before its eight items.
        first = today - timedelta(days=DAYS - 1)
        pk = keys.first_replies(site, group, hour)
        counts: Counter[int] = Counter()
        for item in self._table.query(pk, after=first.isoformat(), consistent=False):
            for attribute, times in item.items():
                if attribute.startswith(BUCKET):
                    counts[int(attribute.removeprefix(BUCKET))] += times
        return counts


def one_reply(reply: FirstReply, conversation: str) -> Operation:
    """One more visitor was answered."""
    number = keys.shard(conversation, keys.SHARE_SHARDS)
    key = keys.first_reply(reply.site, reply.group, reply.hour, reply.day.isoformat(), number)
    begins = datetime.combine(reply.day, time(), UTC)
    return Update(
        key,
        set={"expires_at": int((begins + KEPT).timestamp())},
        add={f"{BUCKET}{bucket_of(reply.seconds)}": 1},
    )
