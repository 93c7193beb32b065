"""How are a write and a range spelt in DynamoDB's expressions?"""

from typing import Any, assert_never

from chalicelib.store.attributes import encode, encode_item
from chalicelib.store.operations import (
    STAMP,
    Absent,
    AnyOf,
    AtMost,
    Check,
    Condition,
    Delete,
    Equals,
    Greater,
    Has,
    Less,
    Missing,
    NotEquals,
    Operation,
    Path,
    Present,
    Put,
    SizeBelow,
    Update,
    When,
    all_of,
    path_of,
)
from chalicelib.store.ranges import Range, names_of


def write_request(operation: Operation, stamp: str) -> dict[str, Any]:
    """The request of one operation, on condition that this very write has not happened yet."""
    expressions = Expressions()
    conditions = all_of(operation.when)
    key = {"pk": operation.key.pk, "sk": operation.key.sk}
    request: dict[str, Any]
    match operation:
        case Put(item=item):
            request = {"Item": encode_item({**item, **key, STAMP: stamp})}
            conditions += (NotEquals(STAMP, stamp),)
        case Update():
            changes = expressions.changes(operation, stamp)
            request = {"Key": encode_item(key), "UpdateExpression": changes}
            conditions += (NotEquals(STAMP, stamp),)
        case Delete() | Check():
            request = {"Key": encode_item(key)}
    if conditions:
        request["ConditionExpression"] = expressions.condition(conditions)
        request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    return {**request, **expressions.placeholders()}


def query_request(
    pk: str, wanted: Range, index: str | None, *, reverse: bool, consistent: bool
) -> dict[str, Any]:
    """The request for a range; BETWEEN includes the end, which the range does not."""
    expressions = Expressions()
    pk_name, sk_name = names_of(index)
    spelt = f"{expressions.path(pk_name)} = {expressions.value(pk)}"
    match wanted:
        case Range(first=str() as first, end=str() as end):
            bounds = f"{expressions.value(first)} AND {expressions.value(end)}"
            spelt += f" AND {expressions.path(sk_name)} BETWEEN {bounds}"
        case Range(first=str() as first):
            spelt += f" AND {expressions.path(sk_name)} >= {expressions.value(first)}"
        case Range(end=str() as end):
            spelt += f" AND {expressions.path(sk_name)} < {expressions.value(end)}"
        case _:
            pass
    return {
        "KeyConditionExpression": spelt,
        "ScanIndexForward": not reverse,
        # An index refuses to be read consistently.
        **({"ConsistentRead": consistent} if index is None else {"IndexName": index}),
        **expressions.placeholders(),
    }


class Expressions:
    """The expressions of one request; every name in them is a placeholder, and every value."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: list[Any] = []

    def placeholders(self) -> dict[str, Any]:
        """The request's fields that say what the placeholders stand for."""
        names = {placeholder: name for name, placeholder in self._names.items()}
        values = {f":{number}": encode(value) for number, value in enumerate(self._values)}
        fields = {"ExpressionAttributeNames": names, "ExpressionAttributeValues": values}
        return {field: meanings for field, meanings in fields.items() if meanings}

    def path(self, path: Path) -> str:
        """A path, in placeholders: no word is reserved then, and no character special."""
        members = path_of(path)
        return ".".join(self._names.setdefault(name, f"#{len(self._names)}") for name in members)

    def value(self, value: object) -> str:
        """A value's placeholder."""
        self._values.append(value)
        return f":{len(self._values) - 1}"

    def condition(self, when: When) -> str:
        """What must hold, all together."""
        return " AND ".join(self._spelt(each) for each in all_of(when))

    def changes(self, update: Update, stamp: str) -> str:
        """What an update does; it leaves the stamp of this write."""
        sets = [f"{self.path(STAMP)} = {self.value(stamp)}"]
        for path, value in update.set.items():
            sets.append(f"{self.path(path)} = {self.value(value)}")
        # Not ADD: that knows top-level attributes only.
        for path, number in update.add.items():
            name = self.path(path)
            sets.append(f"{name} = if_not_exists({name}, {self.value(0)}) + {self.value(number)}")
        removes = ", ".join(self.path(path) for path in update.remove)
        return f"SET {', '.join(sets)}" + (f" REMOVE {removes}" if removes else "")

    def _grouped(self, when: When) -> str:
        return _grouped("AND", [self._spelt(each) for each in all_of(when)])

    def _spelt(self, condition: Condition) -> str:
        match condition:
            case Absent(expired_at=None):
                return f"attribute_not_exists({self.path('pk')})"
            case Absent(expired_at=now):
                past = f"{self.path('expires_at')} <= {self.value(now)}"
                return _grouped("OR", [f"attribute_not_exists({self.path('pk')})", past])
            case Present():
                return f"attribute_exists({self.path('pk')})"
            case AnyOf(conditions=conditions):
                return _grouped("OR", [self._grouped(each) for each in conditions])
            case SizeBelow(path=path, limit=limit):
                bound = self.value(limit) if isinstance(limit, int) else self.path(limit)
                return f"size({self.path(path)}) < {bound}"
            case _:
                return self._compared(condition, self.path(condition.path))

    def _compared(
        self,
        condition: Equals | NotEquals | Less | AtMost | Greater | Missing | Has,
        path: str,
    ) -> str:
        match condition:
            case Missing():
                return f"attribute_not_exists({path})"
            case Has():
                return f"attribute_exists({path})"
            case Equals(value=value):
                return f"{path} = {self.value(value)}"
            case NotEquals(value=value):
                other = f"{path} <> {self.value(value)}"
                return _grouped("OR", [f"attribute_not_exists({path})", other])
            case Less(value=value):
                return f"{path} < {self.value(value)}"
            case AtMost(value=value):
                return f"{path} <= {self.value(value)}"
            case Greater(value=value):
                return f"{path} > {self.value(value)}"
            case _:
                assert_never(condition)


def _grouped(word: str, terms: list[str]) -> str:
    # DynamoDB refuses parentheses that are not needed.
    return terms[0] if len(terms) == 1 else f"({f' {word} '.join(terms)})"
