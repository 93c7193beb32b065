"""How often did something happen in this window of time?"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from chalicelib.errors import Conflict, RateLimited
from chalicelib.services.ports.limits import Quota
from chalicelib.store import keys
from chalicelib.store.labels import Labelled, write
from chalicelib.store.operations import AnyOf, Less, Missing, Table, Update, WriteConflict

# What a process remembers at most: whoever asks so much forgets the oldest.
MOST_REMEMBERED: Final = 1_000
FULL: Final = "full"


class StoredLimits:
    def __init__(self, table: Table, now: Callable[[], float]) -> None:
        self._table = table
        self._now = now
        self._heard: dict[str, float] = {}

    def spend(self, quota: Quota) -> None:
        now = self._now()
        try:
            self._table.write(one_more(quota, now))
        except WriteConflict:
            raise RateLimited("too often; try again later", quota.left(now)) from None

    def is_new(self, name: str, seconds: float) -> bool:
        now = self._now()
        if now - self._heard.get(name, -seconds) < seconds:
            return False
        self._heard.pop(name, None)
        self._heard[name] = now
        if len(self._heard) > MOST_REMEMBERED:
            del self._heard[next(iter(self._heard))]
        return True


def spend(table: Table, labelled: list[Labelled], quotas: Sequence[Quota], at: datetime) -> None:
    """Do all of it and count one more of each quota, or nothing; RateLimited when one is full."""
    now = at.timestamp()
    # Last: what was done before is told first, however often it is asked for.
    counted = [(one_more(quota, now), FULL) for quota in quotas]
    try:
        write(table, [*labelled, *counted])
    except Conflict as conflict:
        if conflict.code != FULL:
            raise
        longest = max(quota.left(now) for quota in quotas)
        raise RateLimited("too often; try again later", longest) from conflict


def one_more(quota: Quota, now: float) -> Update:
    """Count one more in the present window, unless it is full."""
    window = quota.window(now)
    # Long enough that no clock that is behind meets the end.
    ends = (window + 2) * quota.seconds
    room = AnyOf((Missing("times"), Less("times", quota.most)))
    key = keys.limit(quota.name, window)
    return Update(key, set={"expires_at": ends}, add={"times": 1}, when=room)
