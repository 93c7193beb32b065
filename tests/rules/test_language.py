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


def test_every_operator_has_cases_on_every_kind_it_applies_to() -> None:
    met = {each for case in BOOK["cases"] for each in _comparisons(case["when"])}
    wanted = {(name, kind) for name, each in OPERATORS.items() for kind in each.kinds}
    # What is present or absent does not depend on the kind.
    assert {each for each in wanted - met if each[0] not in ("present", "absent")} == set()


def _comparisons(when: Any) -> list[tuple[str, Kind]]:
    if isinstance(when, list):
        return [each for part in when for each in _comparisons(part)]
    if "fact" in when:
        fact = VOCABULARY.fact(when["fact"], "fact")
        return [(when["is"], fact.kind)]
    return [each for part in when.values() if part != {} for each in _comparisons_of(part)]


def _comparisons_of(part: Any) -> list[tuple[str, Kind]]:
    return [] if isinstance(part, str) else _comparisons(part)


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
