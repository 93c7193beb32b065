"""How does a value of ours become an attribute of the table, and come back the same?

Numbers are int and float, never Decimal. A whole number comes back as int, however it was written:
the table keeps no difference between 1 and 1.0.

>>> encode({"name": "Ada", "slots": 4, "share": 0.5, "vip": True, "team": None})["M"]["share"]
{'N': '0.5'}
>>> decode({"L": [{"N": "4"}, {"N": "4.0"}, {"N": "0.5"}]})
[4, 4, 0.5]
"""

import math
from collections.abc import Mapping
from decimal import Context, Decimal
from typing import Any, Final

DIGITS: Final = 38
SMALLEST: Final = 1e-130
LARGEST: Final = 9e125
DECIMAL: Final = Context(prec=DIGITS)
HOLDING: Final = (dict, list)


def encode(value: object) -> dict[str, Any]:
    """A value as DynamoDB spells it; `ValueError` or `TypeError` for one it cannot hold."""
    match value:
        case str():
            return {"S": _text(value)}
        case bool():
            return {"BOOL": value}
        case int() | float():
            return {"N": _spelled(_number(value))}
        case None:
            return {"NULL": True}
        case list() | tuple():
            return {"L": [encode(each) for each in value]}
        case dict():
            return {"M": encode_item(value)}
        case bytes():
            return {"B": value}
        case _:
            raise TypeError(f"the table holds no {type(value).__name__}")


def encode_item(item: dict[str, Any]) -> dict[str, Any]:
    """A dict's members, each as DynamoDB spells it."""
    return {_name(name): encode(value) for name, value in item.items()}


def decode(attribute: dict[str, Any]) -> Any:
    """The value that DynamoDB spelt so."""
    [(kind, value)] = attribute.items()
    match kind:
        case "N":
            return _number_of(value)
        case "NULL":
            return None
        case "L":
            return [decode(each) for each in value]
        case "M":
            return decode_item(value)
        case "S" | "BOOL" | "B":
            return value
        case _:
            raise TypeError(f"no attribute of ours is of type {kind}")


def decode_item(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """An item, or the members of a map."""
    return {name: decode(attribute) for name, attribute in attributes.items()}


def canonical(value: Any) -> Any:
    """A copy as reading would give it back, without the detour; the same errors as `encode`."""
    kind = type(value)
    # Most values are of these, and the memory table asks for every one of them.
    if kind is str and value.isascii():
        return value
    if kind is dict:
        return {_name(name): canonical(each) for name, each in value.items()}
    match value:
        case str():
            return _text(value)
        case bool() | None | bytes():
            return value
        case int() | float():
            return _number(value)
        case list() | tuple():
            return [canonical(each) for each in value]
        case dict():
            return {_name(name): canonical(each) for name, each in value.items()}
        case _:
            raise TypeError(f"the table holds no {type(value).__name__}")


def total(number: float, increment: int) -> float:
    """A sum as the table reckons it: decimal, to 38 digits."""
    text = str(DECIMAL.add(Decimal(_spelled(number)), Decimal(increment)))
    return _number_of(text)


def copied(value: Any) -> Any:
    """A copy of what is canonical already."""
    if type(value) is dict:
        return {
            name: copied(each) if type(each) in HOLDING else each for name, each in value.items()
        }
    return [copied(each) for each in value] if type(value) is list else value


def size_of(value: Any) -> int:
    """Bytes that a value takes, near enough to how DynamoDB charges; an item's limit is 409,600."""
    kind = type(value)
    if kind is str and value.isascii():
        return len(value)
    if kind is dict:
        return 3 + sum([1 + size_of(name) + size_of(each) for name, each in value.items()])
    match value:
        case str():
            return len(value.encode())
        case bytes():
            return len(value)
        case bool() | None:
            return 1
        case int() | float():
            return 2 + len(_spelled(value).lstrip("-").strip("0")) // 2
        case list():
            return 3 + sum(1 + size_of(each) for each in value)
        case _:
            raise TypeError(f"the table holds no {type(value).__name__}")


def _text(value: str) -> str:
    if not value.isascii():
        value.encode()  # a lone surrogate is refused here, as UnicodeEncodeError
    return value if type(value) is str else str.__str__(value)


def _name(name: object) -> str:
    if type(name) is str and name.isascii():
        return name
    if not isinstance(name, str):
        raise TypeError(f"the members of a map have names, not {name!r}")
    return _text(name)


def _number(value: float) -> float:
    """Checked, whole ones as int; what cannot be kept to the last digit is refused."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"the table holds no {value}")
        if value and not SMALLEST <= abs(value) <= LARGEST:
            raise ValueError(f"the table holds no number as extreme as {value}")
        return _whole(value)
    if len(str(abs(value)).rstrip("0")) > DIGITS:
        raise ValueError(f"the table holds no whole number of more than {DIGITS} digits")
    return int(value)


def _whole(value: float) -> float:
    return int(value) if value.is_integer() and abs(value) < 10**DIGITS else value


def _spelled(number: float) -> str:
    return repr(number)


def _number_of(text: str) -> float:
    # Longer than any integer of ours: a large float, which the table spells out with zeros.
    if text.lstrip("-").isdigit() and len(text.lstrip("-")) <= DIGITS:
        return int(text)
    return _whole(float(text))
