"""Was this request made before, and what was it answered?

An item stands for a request from the moment it is taken on. A process that dies leaves it behind as
one in progress; that ends after a minute, longer than any request may run.
"""

from datetime import datetime, timedelta

from chalicelib.errors import Conflict, Invalid
from chalicelib.services.ports import Kept
from chalicelib.store import keys
from chalicelib.store.items import from_item, to_item
from chalicelib.store.operations import Absent, Delete, Item, Put, Table, WriteConflict

IN_PROGRESS = timedelta(seconds=60)


class StoredRequests:
    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self, principal: str, key: str, *, digest: str, now: datetime) -> Kept | None:
        taken = {"digest": digest, "expires_at": int((now + IN_PROGRESS).timestamp())}
        free = Absent(expired_at=now.timestamp())
        try:
            self._table.write(Put(keys.idempotency(principal, key), taken, when=free))
        except WriteConflict as conflict:
            return _answer_of(conflict.existing or {}, digest)
        return None

    def finish(
        self, principal: str, key: str, *, digest: str, answer: Kept, until: datetime
    ) -> None:
        ends = int(until.timestamp())
        done = {"digest": digest, "answer": to_item(answer), "expires_at": ends}
        self._table.write(Put(keys.idempotency(principal, key), done))

    def drop(self, principal: str, key: str) -> None:
        self._table.write(Delete(keys.idempotency(principal, key)))


def _answer_of(item: Item, digest: str) -> Kept:
    if item.get("digest") not in (None, digest):
        problem = "was used for another request"
        raise Invalid("Idempotency-Key", problem, "idempotency_key_reused")
    if "answer" not in item:
        raise Conflict("the same request is being answered; ask again", "request_in_progress")
    return from_item(Kept, item["answer"])
