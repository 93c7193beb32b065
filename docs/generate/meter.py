"""How many capacity units would DynamoDB have charged for what left the process?

By its published rules: a write is charged by the larger of the item before and after, in steps of
1 KB, and once more for each index that it changes; a read in steps of 4 KB, half where it need not
be consistent; within a transaction twice. moto charges nothing, so we reckon.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.aws import INDEXES, client

WRITE_STEP: Final = 1_024
READ_STEP: Final = 4_096
WRITTEN: Final = ("Put", "Update", "Delete", "ConditionCheck")

Attributes = Mapping[str, Mapping[str, Any]]
Write = tuple[str, dict[str, Any], Attributes]


@dataclass(frozen=True, slots=True)
class Units:
    """Write units, and consistent read units; half a one is a read that need not be consistent."""

    writes: int = 0
    reads: float = 0.0


class Meter:
    """Adds up what one client asks; whatever the meter itself looks up is not counted."""

    def __init__(self, watched: Any) -> None:
        self._own = client("dynamodb")
        self._pending: list[Write] = []
        self.units = Units()
        watched.meta.events.register("provide-client-params.dynamodb", self._asked)
        watched.meta.events.register("after-call.dynamodb", self._answered)

    def forget(self) -> None:
        self.units = Units()

    def _asked(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        # An item that is changed is looked at before and after.
        self._pending = [
            (kind, asked, self._held(asked)) for kind, asked in _writes(model.name, params)
        ]
        self._asking = params

    def _answered(self, model: Any, parsed: dict[str, Any], **_: Any) -> None:
        twice = 2 if model.name == "TransactWriteItems" else 1
        writes = sum(
            twice * _steps(max(_size(before), _size(self._held(asked))), WRITE_STEP)
            + _indexed(kind, before, self._held(asked))
            for kind, asked, before in self._pending
        )
        self.units = Units(
            self.units.writes + writes,
            self.units.reads + _reads(model.name, self._asking, parsed),
        )

    def _held(self, asked: dict[str, Any]) -> Attributes:
        key = asked.get("Key") or {name: asked["Item"][name] for name in ("pk", "sk")}
        held: Attributes = self._own.get_item(TableName=asked["TableName"], Key=key).get("Item", {})
        return held


def _writes(operation: str, params: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each single write of a request: what kind it is, and what it asks."""
    if operation == "TransactWriteItems":
        for each in params["TransactItems"]:
            yield from ((kind, each[kind]) for kind in WRITTEN if kind in each)
    elif operation.removesuffix("Item") in WRITTEN:
        yield operation.removesuffix("Item"), params


def _indexed(kind: str, before: Attributes, after: Attributes) -> int:
    """The writes that indexes take: one, or two where the entry moves."""
    if kind == "ConditionCheck" or before == after:
        return 0
    size = _steps(max(_size(before), _size(after)), WRITE_STEP)
    places = [
        {tuple(item[name]["S"] for name in pair) for item in (before, after) if pair[0] in item}
        for pair in INDEXES.values()
    ]
    return sum(size * len(each) for each in places)


def _reads(operation: str, asked: dict[str, Any], answer: dict[str, Any]) -> float:
    match operation:
        case "GetItem":
            found = [_size(answer.get("Item", {}))]
            return _charged(asked, found)
        case "BatchGetItem":
            return sum(
                _charged(keys, [_size(each) for each in answer["Responses"].get(table, [])])
                + _charged(keys, [0] * (len(keys["Keys"]) - len(answer["Responses"][table])))
                for table, keys in asked["RequestItems"].items()
            )
        case "Query":
            return _charged(asked, [sum(_size(each) for each in answer["Items"])])
        case _:
            return 0.0


def _charged(asked: dict[str, Any], sizes: list[int]) -> float:
    steps = sum(_steps(size, READ_STEP) for size in sizes)
    return steps if asked.get("ConsistentRead") else steps / 2


def _steps(size: int, step: int) -> int:
    return max(1, math.ceil(size / step))


def _size(attributes: Attributes) -> int:
    return sum(len(name.encode()) + _weight(value) for name, value in attributes.items())


def _weight(value: Mapping[str, Any]) -> int:
    """The bytes of one value, as DynamoDB counts them."""
    ((kind, held),) = value.items()
    match kind:
        case "S":
            return len(held.encode())
        case "B":
            return len(held)
        case "N":
            return len(held) // 2 + 2
        case "M":
            return 3 + len(held) + _size(held)
        case "L":
            return 3 + len(held) + sum(map(_weight, held))
        case _:
            return 1
