"""Does this operator go with this fact, and is this a value for it?"""

from typing import Any, Final

from chalicelib.errors import Invalid
from chalicelib.model.reading import Fields, shown
from chalicelib.rules import counters, kinds
from chalicelib.rules.facts import Fact, Kind
from chalicelib.rules.kinds import Reader
from chalicelib.rules.operators import OPERATORS, Operator, Takes
from chalicelib.rules.tree import Compare
from chalicelib.rules.vocabulary import Vocabulary, nearest

MOST_VALUES: Final = 1000


def parse(document: dict[str, Any], path: str, vocabulary: Vocabulary) -> Compare:
    """Turn `{"fact", "is", "value"}` into a comparison, or raise `Invalid`."""
    fields = Fields(document, path)
    fact = vocabulary.fact(fields.raw("fact"), fields.at("fact"))
    operator = _operator(fields.raw("is"), fields.at("is"), fact)
    reader = kinds.reader(fact, operator.extent)
    value = fields.raw("value", None)
    operand = _operand(operator, fact, reader, value, fields.at("value"))
    fields.done()
    reach = None
    if fact.is_counter:
        reach = counters.reach_of(fact, operator.positive, operand, negative=operator.negative)
    return Compare(
        fact=fact.name,
        op=operator.name,
        value=tuple(value) if isinstance(value, list) else value,
        kind=fact.kind,
        negative=operator.negative,
        positive=operator.positive,
        operand=operand,
        read=reader.of_fact,
        test=operator.build(operand),
        reach=reach,
    )


def _operator(name: object, path: str, fact: Fact) -> Operator:
    if not isinstance(name, str):
        raise Invalid(path, f"expected the name of an operator, got {shown(name)}")
    if name not in OPERATORS:
        raise Invalid(path, f"no operator named {shown(name)}{nearest(name, OPERATORS)}")
    operator = OPERATORS[name]
    if fact.kind not in operator.kinds:
        fitting = ", ".join(each.name for each in OPERATORS.values() if fact.kind in each.kinds)
        raise Invalid(
            path,
            f"{name!r} does not apply to {fact.kind} facts such as {fact.name!r}; "
            f"expected one of {fitting}",
        )
    return operator


def _operand(operator: Operator, fact: Fact, reader: Reader, value: object, path: str) -> object:
    match operator.takes:
        case Takes.NOTHING:
            if value is not None:
                raise Invalid(path, f"{operator.name!r} takes no value")
            return None
        case _ if value is None:
            raise Invalid(path, "is required")
        case Takes.ONE:
            return reader.of_author(value, path)
        case Takes.SEVERAL:
            return frozenset(_each(value, reader, path))
        case Takes.RANGE:
            return _range(fact, reader, value, path)


def _each(value: object, reader: Reader, path: str) -> list[Any]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_VALUES:
        raise Invalid(path, f"expected a list of 1 to {MOST_VALUES} values, got {shown(value)}")
    return [reader.of_author(each, f"{path}[{position}]") for position, each in enumerate(value)]


def _range(fact: Fact, reader: Reader, value: object, path: str) -> tuple[Any, Any]:
    if not isinstance(value, list) or len(value) != 2:
        raise Invalid(path, f"expected [low, high], got {shown(value)}")
    low, high = _each(value, reader, path)
    if low > high and fact.kind is not Kind.TIME:
        raise Invalid(path, f"expected [low, high], got {shown(value)}")
    return low, high
