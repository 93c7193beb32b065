"""How does each peer answer "which of these rules is the first that holds"?

Every peer gets the form that is fastest for it: one expression for all rules where its language has
a choice, else one per rule.
"""

import json
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final

import cel
import datalogic_py
import growthbook
import json_logic
import rule_engine
import zen

from bench.rules.generate import Test

Tests = Sequence[Sequence[Test]]
First = Callable[[Any], int]
All = Callable[[Any], int]

NO_RULE: Final = -1
# Deeper expressions than this overflow the parsers of those that nest a choice.
NESTED: Final = 50


def prepared(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts under names without dots, which most languages take for paths."""
    return {_name(name): value for name, value in facts.items()}


def parsed(facts: dict[str, Any]) -> datalogic_py.DataHandle:
    """The facts in the form of the fastest peer, as nobody has them who starts from Python."""
    return datalogic_py.DataHandle(json.dumps(prepared(facts)))


def datalogic_parsed(tests: Tests) -> First:
    engine = datalogic_py.Engine()
    rule = engine.compile(_chain([_json_logic(each, native=True) for each in tests]))
    evaluate = engine.session().evaluate_data
    return lambda facts: evaluate(rule, facts)


def datalogic(tests: Tests) -> First:
    engine = datalogic_py.Engine()
    rule = engine.compile(_chain([_json_logic(each, native=True) for each in tests]))
    session = engine.session()
    evaluate = session.evaluate
    return lambda facts: evaluate(rule, facts)


def datalogic_all(tests: Tests) -> All:
    engine = datalogic_py.Engine()
    rule = engine.compile([_json_logic(each, native=True) for each in tests])
    evaluate = engine.session().evaluate
    return lambda facts: sum(evaluate(rule, facts))


def qubit(tests: Tests) -> First:
    rules = [_json_logic(each, native=False) for each in tests]
    evaluate = json_logic.jsonLogic
    return lambda facts: next(
        (number for number, rule in enumerate(rules) if evaluate(rule, facts)), NO_RULE
    )


def zen_engine(tests: Tests) -> First:
    parts = [
        zen.compile_expression(_ternary(first, some, _zen, "and"))
        for first, some in _parts(tests, NESTED)
    ]

    def first(facts: Any) -> int:
        for part in parts:
            number = part.evaluate(facts)
            if number != NO_RULE:
                return int(number)
        return NO_RULE

    return first


def zen_engine_all(tests: Tests) -> All:
    listed = ", ".join(f"({_joined(each, _zen, 'and')})" for each in tests)
    expression = zen.compile_expression(f"[{listed}]")
    return lambda facts: sum(expression.evaluate(facts))


def cel_rust(tests: Tests) -> First:
    parts = [cel.compile(_ternary(first, some, _cel, "&&")) for first, some in _parts(tests, 10)]

    def first(facts: Any) -> int:
        context = cel.Context(variables=facts)
        for part in parts:
            number = part.execute(context)
            if number != NO_RULE:
                return int(number)
        return NO_RULE

    return first


def growth_book(tests: Tests) -> First:
    rules = [{"$and": [_growthbook(test) for test in each]} for each in tests]
    evaluate = growthbook.core.evalCondition
    return lambda facts: next(
        (number for number, rule in enumerate(rules) if evaluate(facts, rule)), NO_RULE
    )


def rule_engine_(tests: Tests) -> First:
    rules = [rule_engine.Rule(_joined(each, _rule_engine, "and")) for each in tests]
    return lambda facts: next(
        (number for number, rule in enumerate(rules) if rule.matches(facts)), NO_RULE
    )


@cache
def _name(fact: str) -> str:
    """One text for one name, so that the peers' dictionaries are read as quickly as ours."""
    return fact.replace(".", "_")


def _chain(rules: Sequence[Any]) -> dict[str, Any]:
    branches = [part for number, rule in enumerate(rules) for part in (rule, number)]
    return {"if": [*branches, NO_RULE]}


def _parts(tests: Tests, size: int) -> list[tuple[int, Tests]]:
    return [(start, tests[start : start + size]) for start in range(0, len(tests), size)]


def _ternary(first: int, tests: Tests, form: Callable[[Test], str], conjunction: str) -> str:
    text = str(NO_RULE)
    for number in reversed(range(len(tests))):
        text = f"{_joined(tests[number], form, conjunction)} ? {first + number} : {text}"
    return text


def _joined(tests: Sequence[Test], form: Callable[[Test], str], conjunction: str) -> str:
    return f" {conjunction} ".join(form(test) for test in tests)


def _json_logic(tests: Sequence[Test], *, native: bool) -> dict[str, Any]:
    return {"and": [_json_logic_test(test, native=native) for test in tests]}


def _json_logic_test(test: Test, *, native: bool) -> dict[str, Any]:
    var, value = {"var": _name(test.fact)}, test.value
    match test.op:
        case "is":
            return {"===": [var, value]}
        case "is_not":
            return {"!==": [var, value]}
        case "in":
            return {"in": [var, value]}
        case "contains":
            return {"in": [value, var]}
        case "starts_with" if native:
            return {"starts_with": [var, value]}
        case "starts_with":
            # It has no word for the start of a text.
            return {"and": [{">=": [var, value]}, {"<": [var, value + "\U0010ffff"]}]}
        case "between":
            return {"<=": [value[0], var, value[1]]}
        case op:
            return {{"gte": ">=", "lt": "<"}[op]: [var, value]}


def _zen(test: Test) -> str:
    name, value = _name(test.fact), json.dumps(test.value)
    forms = {
        "is": f"{name} == {value}",
        "is_not": f"{name} != {value}",
        "in": f"{name} in {value}",
        "contains": f"contains({name}, {value})",
        "starts_with": f"startsWith({name}, {value})",
        "gte": f"{name} >= {value}",
        "lt": f"{name} < {value}",
    }
    if test.op == "between":
        return f"{name} in [{test.value[0]}..{test.value[1]}]"
    return forms[test.op]


def _cel(test: Test) -> str:
    name, value = _name(test.fact), json.dumps(test.value)
    number = f"double({name})"
    if test.op == "between":
        low, high = test.value
        return f"{number} >= {float(low)} && {number} <= {float(high)}"
    forms = {
        "is": f"{name} == {value}",
        "is_not": f"{name} != {value}",
        "in": f"{name} in {value}",
        "contains": f"{name}.contains({value})",
        "starts_with": f"{name}.startsWith({value})",
        "gte": f"{number} >= {value}.0",
        "lt": f"{number} < {value}.0",
    }
    return forms[test.op]


def _rule_engine(test: Test) -> str:
    name, value = _name(test.fact), json.dumps(test.value)
    if test.op == "between":
        return f"{name} >= {test.value[0]} and {name} <= {test.value[1]}"
    forms = {
        "is": f"{name} == {value}",
        "is_not": f"{name} != {value}",
        "in": f"{name} in {value}",
        "contains": f"{value} in {name}",
        "starts_with": f"{name}.starts_with({value})",
        "gte": f"{name} >= {value}",
        "lt": f"{name} < {value}",
    }
    return forms[test.op]


def _growthbook(test: Test) -> dict[str, Any]:
    value = test.value
    forms = {
        "is": lambda: value,
        "is_not": lambda: {"$ne": value},
        "in": lambda: {"$in": value},
        "contains": lambda: {"$regex": re.escape(value)},
        "starts_with": lambda: {"$regex": f"^{re.escape(value)}"},
        "gte": lambda: {"$gte": value},
        "lt": lambda: {"$lt": value},
        "between": lambda: {"$gte": value[0], "$lte": value[1]},
    }
    return {_name(test.fact): forms[test.op]()}


FIRST: Final[dict[str, Callable[[Tests], First]]] = {
    "datalogic-py": datalogic,
    "zen-engine": zen_engine,
    "common-expression-language": cel_rust,
    "growthbook": growth_book,
    "json-logic-qubit": qubit,
    "rule-engine": rule_engine_,
}
PARSED: Final[dict[str, Callable[[Tests], First]]] = {
    "datalogic-py, parsed beforehand": datalogic_parsed,
}
ALL: Final[dict[str, Callable[[Tests], All]]] = {
    "datalogic-py": datalogic_all,
    "zen-engine": zen_engine_all,
}
