"""How does a frozen value become an item, and an item a value again?

Field names are attribute names. Absent values are left out, so that a sparse index stays sparse.
Moments are written with a fixed width: the table compares them as text.
"""

import json
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from chalicelib.store.keys import moment
from chalicelib.store.operations import Item

Value = TypeVar("Value")


def to_item(value: Any) -> Item:
    """The attributes of a dataclass; raises TypeError for a field that no item can hold."""
    plain = msgspec.to_builtins(value, builtin_types=(datetime,))
    return {name: _plain(each) for name, each in plain.items() if each is not None}


def from_item(kind: type[Value], item: Item) -> Value:
    """The value with these attributes; those `kind` lacks (keys, stamps) are ignored."""
    return msgspec.convert(item, kind, strict=False)


def attribute(value: Any) -> Any:
    """One value as an attribute, for updates."""
    return _plain(msgspec.to_builtins(value, builtin_types=(datetime,)))


def packed(document: Mapping[str, Any]) -> bytes:
    """A document too large for attributes of its own."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode(), 9)


def unpacked(data: bytes) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(zlib.decompress(data))
    return document


def parse_moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value.astimezone(UTC))
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items() if each is not None}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
