"""Which one-time tickets open a staff socket?"""

from datetime import datetime

from chalicelib.store import keys
from chalicelib.store.operations import Absent, Delete, Present, Put, Table, WriteConflict


class StoredTickets:
    def __init__(self, table: Table) -> None:
        self._table = table

    def issue(self, token: str, *, user: str, site: str, until: datetime) -> None:
        item = {"user": user, "site": site, "expires_at": int(until.timestamp())}
        self._table.write(Put(keys.ticket(token), item, when=Absent()))

    def redeem(self, token: str) -> tuple[str, str] | None:
        key = keys.ticket(token)
        # A read drops what has expired, though the table may hold it for days more.
        item = self._table.get(key)
        if item is None:
            return None
        try:
            self._table.write(Delete(key, when=Present()))
        except WriteConflict:
            return None
        return item["user"], item["site"]
