"""How does DynamoDB do what `operations` says, and do it once, even when its answers get lost?

Each call of `write` leaves a stamp of its own in what it puts and updates, on condition that this
stamp is not there yet. A request repeated after a lost answer meets its own stamp: that is success.
A conditional delete leaves nothing to recognise, so it goes as a transaction, whose token DynamoDB
remembers for ten minutes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from botocore.exceptions import ClientError

from chalicelib.store.attributes import decode_item, encode_item
from chalicelib.store.expressions import query_request, write_request
from chalicelib.store.operations import (
    STAMP,
    Busy,
    Check,
    Clock,
    Delete,
    Item,
    Key,
    Operation,
    Put,
    Update,
    WriteConflict,
    readable,
)
from chalicelib.store.ranges import Range, cursor_after, names_of, place_at
from chalicelib.store.refusals import CONDITION, MISTAKE, collided, reasons_of, throttled
from chalicelib.store.validity import check_operations

RETRIES: Final = 8
FIRST_PAUSE: Final = 0.010
LONGEST_PAUSE: Final = 0.500
KEYS_PER_BATCH: Final = 100


class DynamoTable:
    """A `Table` in DynamoDB.

    `client` is botocore's, `now` gives epoch seconds, `sleep` takes seconds, `random` gives 0 to 1,
    and `new_id` a text of at most 36 characters, never the same one twice.
    """

    def __init__(
        self,
        client: Any,
        name: str,
        *,
        now: Clock,
        sleep: Callable[[float], None],
        random: Callable[[], float],
        new_id: Callable[[], str],
    ) -> None:
        self._client = client
        self._name = name
        self._now = now
        self._sleep = sleep
        self._random = random
        self._new_id = new_id

    def get(self, key: Key) -> Item | None:
        """The item as last written."""
        answer = self._call(
            self._client.get_item, TableName=self._name, Key=_spelt(key), ConsistentRead=True
        )
        return self._read(answer.get("Item"))

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        """The items that exist among these."""
        wanted = list(dict.fromkeys(keys))
        found = [
            self._read(attributes)
            for first in range(0, len(wanted), KEYS_PER_BATCH)
            for attributes in self._batch(wanted[first : first + KEYS_PER_BATCH])
        ]
        return {Key(item["pk"], item["sk"]): item for item in found if item is not None}

    def query(
        self,
        pk: str,
        *,
        prefix: str | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: int | None = None,
        reverse: bool = False,
        index: str | None = None,
        consistent: bool = True,
    ) -> list[Item]:
        """A partition's items in order; `consistent` means nothing to an index."""
        wanted = Range.between(prefix, after, before)
        request = query_request(pk, wanted, index, reverse=reverse, consistent=consistent)
        return self._select(request, wanted, limit, index)

    def query_page(
        self,
        pk: str,
        *,
        limit: int,
        start: str | None = None,
        prefix: str | None = None,
        reverse: bool = False,
        index: str | None = None,
    ) -> tuple[list[Item], str | None]:
        """One page and where the next one starts."""
        wanted = Range.between(prefix, None, None)
        place = place_at(start, index, wanted)
        request = query_request(pk, wanted, index, reverse=reverse, consistent=True)
        if place is not None:
            request["ExclusiveStartKey"] = _start(pk, place, index)
        items = self._select(request, wanted, limit + 1, index)
        if len(items) <= limit:
            return items, None
        return items[:limit], cursor_after(items[limit - 1], index)

    def write(self, *operations: Operation) -> None:
        """Do all of it or nothing."""
        check_operations(operations)
        stamp = self._new_id()
        try:
            self._send(operations, stamp)
        except ClientError as error:
            self._unless_done(error, stamp)

    def _send(self, operations: tuple[Operation, ...], stamp: str) -> None:
        requests = [{"TableName": self._name, **write_request(each, stamp)} for each in operations]
        match operations:
            case (Put(),):
                self._call(self._client.put_item, **requests[0])
            case (Update(),):
                self._call(self._client.update_item, **requests[0])
            case (Delete(when=()),):
                self._call(self._client.delete_item, **requests[0])
            case _:
                named = [
                    {_name(each): request}
                    for each, request in zip(operations, requests, strict=True)
                ]
                self._call(
                    self._client.transact_write_items,
                    TransactItems=named,
                    ClientRequestToken=stamp,
                )

    def _unless_done(self, error: ClientError, stamp: str) -> None:
        """Return if the write has happened after all; else raise what its caller should know."""
        reasons = reasons_of(error)
        if any(reason.attributes.get(STAMP) == {"S": stamp} for reason in reasons):
            return
        for index, reason in enumerate(reasons):
            if reason.code in CONDITION:
                raise WriteConflict(index, self._read(reason.attributes)) from error
            if reason.code in MISTAKE:
                raise ValueError(reason.message) from error
        raise error

    def _select(
        self, request: dict[str, Any], wanted: Range, limit: int | None, index: str | None
    ) -> list[Item]:
        found: list[Item] = []
        sk = names_of(index)[1]
        while not wanted.empty and len(found) != limit:
            if limit is not None:
                request["Limit"] = limit - len(found)
            answer = self._call(self._client.query, TableName=self._name, **request)
            items = (self._read(attributes) for attributes in answer["Items"])
            found += [item for item in items if item is not None and item[sk] in wanted]
            if "LastEvaluatedKey" not in answer:
                break
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        return found

    def _batch(self, keys: list[Key]) -> Iterator[dict[str, Any]]:
        asked = [_spelt(key) for key in keys]
        attempt = 0
        while asked:
            request = {self._name: {"Keys": asked, "ConsistentRead": True}}
            answer = self._call(self._client.batch_get_item, RequestItems=request)
            yield from answer["Responses"].get(self._name, ())
            left = answer.get("UnprocessedKeys", {}).get(self._name, {}).get("Keys", [])
            if left:
                self._pause(attempt if len(left) == len(asked) else 0)
            attempt = attempt + 1 if len(left) == len(asked) else 1
            asked = left

    def _call(self, method: Callable[..., Any], **request: Any) -> Any:
        attempt = 0
        while True:
            try:
                return method(**request)
            except ClientError as error:
                if throttled(error):
                    raise Busy from error
                if not collided(error):
                    raise
            self._pause(attempt)
            attempt += 1

    def _pause(self, attempt: int) -> None:
        if attempt == RETRIES:
            raise Busy
        self._sleep(self._random() * min(LONGEST_PAUSE, FIRST_PAUSE * 2**attempt))

    def _read(self, attributes: Mapping[str, Any] | None) -> Item | None:
        return readable(decode_item(attributes), self._now()) if attributes else None


def _name(operation: Operation) -> str:
    return "ConditionCheck" if isinstance(operation, Check) else type(operation).__name__


def _spelt(key: Key) -> dict[str, Any]:
    return encode_item({"pk": key.pk, "sk": key.sk})


def _start(pk: str, place: tuple[str, ...], index: str | None) -> dict[str, Any]:
    if index is None:
        return encode_item({"pk": pk, "sk": place[0]})
    pk_name, sk_name = names_of(index)
    return encode_item({pk_name: pk, sk_name: place[0], "pk": place[1], "sk": place[2]})
