"""How often did something happen in this window of time?"""

from collections.abc import Callable

from chalicelib.store import keys
from chalicelib.store.operations import Table, Update


class StoredLimits:
    def __init__(self, table: Table, now: Callable[[], float]) -> None:
        self._table = table
        self._now = now

    def count(self, name: str, seconds: int) -> int:
        """Count one more in the current window, and answer how many; exact for one counter."""
        window = int(self._now() // seconds)
        key = keys.limit(name, window)
        ends = (window + 2) * seconds
        self._table.write(Update(key, set={"expires_at": ends}, add={"times": 1}))
        item = self._table.get(key)
        return int(item["times"]) if item else 1
