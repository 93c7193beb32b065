"""Does the condition language mean what its cases say?"""

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.rules import custom_data, segments
from chalicelib.rules.conditions import parse
from chalicelib.rules.evaluate import evaluate
from chalicelib.rules.facts import CATALOGUE, Kind
from chalicelib.rules.operators import OPERATORS, register
from chalicelib.rules.vocabulary import Vocabulary
from chalicelib.rules.watch import Watch, watches

BOOK = json.loads(Path(__file__).with_name("cases.json").read_text(encoding="utf-8"))
KINDS = custom_data.parse_all(BOOK["custom_data"], "custom_data")
VOCABULARY = Vocabulary(
    segments=segments.parse_all(BOOK["segments"], "segments", KINDS), custom_data=KINDS
)


@pytest.mark.parametrize("case", BOOK["cases"], ids=lambda case: case["name"])
def test_the_condition_comes_out_as_the_case_says(case: dict[str, Any]) -> None:
    when = parse(case["when"], "when", VOCABULARY)
    assert evaluate(when, case["facts"]) is case["result"]
    expected = tuple(Watch(*each) for each in case["watches"])
    assert watches([when], case["facts"]) == expected


def test_every_operator_has_cases_of_each_kind_and_state_alone_and_denied() -> None:
    met = {_met(case) for case in BOOK["cases"]}
    wanted = {
        (name, kind, is_counter, state, denied)
        for name, operator in OPERATORS.items()
        for kind in operator.kinds
        for is_counter in ((False, True) if kind in (Kind.NUMBER, Kind.BOOLEAN) else (False,))
        for state in (("known", "absent", "pending") if is_counter else ("known", "absent"))
        for denied in (False, True)
    }
    assert wanted - met == set()


def _met(case: dict[str, Any]) -> tuple[str, Kind, bool, str, bool] | None:
    """What a case with one comparison is a case of."""
    denied = "not" in case["when"]
    when = case["when"]["not"] if denied else case["when"]
    if "fact" not in when:
        return None
    fact = VOCABULARY.fact(when["fact"], "fact")
    state = "known" if case["facts"].get(fact.name) is not None else "absent"
    if fact.is_counter and fact.name not in case["facts"]:
        state = "pending"
    return when["is"], fact.kind, fact.is_counter, state, denied


def test_an_operator_is_defined_once() -> None:
    with pytest.raises(ValueError, match="'contains' is defined twice"):
        register("contains", on={Kind.TEXT})(lambda operand: lambda value: True)


def test_only_counters_become_known_later() -> None:
    later = {fact.name: fact.kind for fact in CATALOGUE.values() if fact.is_counter}
    assert later == {
        "page.seconds": Kind.NUMBER,
        "page.scroll_percent": Kind.NUMBER,
        "page.idle_seconds": Kind.NUMBER,
        "page.exit_intent": Kind.BOOLEAN,
        "visit.seconds": Kind.NUMBER,
        "event.NAME": Kind.NUMBER,
    }
