"""Where is it kept which pages follow the state of a routing rule?"""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.services.ports.following import Follower
from chalicelib.store import keys
from chalicelib.store.items import from_item, to_item
from chalicelib.store.operations import Delete, Equals, Key, Put, Table, Update, WriteConflict
from chalicelib.store.placements import LISTENS_FOR


class StoredFollowers:
    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, follower: Follower, now: datetime) -> None:
        expires_at = int((now + LISTENS_FOR).timestamp())
        self._table.write(Put(_key(follower), {**to_item(follower), "expires_at": expires_at}))

    def of(self, site: str, routing_rule: str) -> Sequence[Follower]:
        return [
            from_item(Follower, item) for item in self._table.query(keys.button(site, routing_rule))
        ]

    def told(self, before: Follower, after: Follower) -> bool:
        unchanged = (
            Equals("engagement", before.engagement),
            Equals("number", before.number),
            Equals("state", before.state.value),
        )
        told = {"state": after.state.value, "number": after.number}
        try:
            self._table.write(Update(_key(before), set=told, when=unchanged))
        except WriteConflict:
            return False
        return True

    def forget(self, follower: Follower) -> None:
        self._table.write(Delete(_key(follower)))


def _key(follower: Follower) -> Key:
    return keys.follower(follower.site, follower.routing_rule, follower.connection)
