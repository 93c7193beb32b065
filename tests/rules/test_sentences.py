"""Can an admin read why each rule did, or did not, engage?"""

from typing import Any

import pytest

from chalicelib.rules.decide import Reason
from chalicelib.rules.facts import Facts
from chalicelib.rules.operators import OPERATORS
from chalicelib.rules.record import Asked, record
from chalicelib.rules.rule import TargetingRule
from chalicelib.rules.sentences import SHOULD, WORDS, sentences
from tests.rules.builders import NOON, decided, rule


def told(*rules: TargetingRule, facts: Facts, **changes: Any) -> list[str]:
    asked = Asked(
        playbook_version=1,
        facts=facts,
        history={},
        visit="visit-1",
        visitor="ada",
        open_conversation=False,
        unavailable=(),
        at=NOON,
    )
    document = record(asked, decided(*rules, facts=facts, **changes), rules)
    return sentences(document, {"hello": "Say hello"})


def compare(fact: str, operator: str, *value: object) -> dict[str, Any]:
    return {"fact": fact, "is": operator} | ({"value": value[0]} if value else {})


@pytest.mark.parametrize(
    ("when", "facts", "sentence"),
    [
        (
            compare("page.path", "starts_with", "/loans"),
            {"page.path": "/cards"},
            'does not hold: page.path is "/cards", and should start with "/loans".',
        ),
        (
            compare("page.title", "contains", "rates"),
            {},
            'does not hold: page.title has no value, and should contain "rates".',
        ),
        (
            compare("page.seconds", "gte", 30),
            {"page.seconds": 12},
            "does not hold yet: page.seconds is 12 so far, and should be at least 30.",
        ),
        (
            compare("page.scroll_percent", "between", [40, 60]),
            {},
            "does not hold yet: page.scroll_percent is not known yet, and should be between "
            "40 and 60.",
        ),
        (
            {"not": compare("visitor.country", "in", ["FR", "BE"])},
            {"visitor.country": "fr"},
            'does not hold: visitor.country is "fr", and should not be one of "FR" and "BE".',
        ),
        (
            {"not": compare("visitor.country", "absent")},
            {},
            "does not hold: visitor.country has no value, and should have a value.",
        ),
        (
            {"not": {"all": [compare("visit.pages", "gte", 2)] * 2}},
            {"visit.pages": 3},
            "does not hold: what it excludes is so, or could still be.",
        ),
        ({"not": {}}, {}, "does not hold: what it excludes is so, or could still be."),
        ({}, {}, "engages: it holds, and somebody could answer."),
    ],
)
def test_a_sentence_names_the_fact_that_stood_in_the_way(
    when: Any, facts: Facts, sentence: str
) -> None:
    assert told(rule(when=when), facts=facts) == [f"“Say hello” {sentence}"]


def test_every_rule_has_a_sentence_in_the_order_considered() -> None:
    rules = (rule(priority=3, status="paused"), rule("gone", priority=2), rule("last"))
    assert told(*rules, facts={}) == [
        "“Say hello” is paused.",
        "“gone” engages: it holds, and somebody could answer.",
        "“last” holds, and comes after the one that engages.",
    ]


def test_every_reason_and_every_operator_has_its_words() -> None:
    assert set(WORDS) == set(Reason)
    assert set(SHOULD) == set(OPERATORS)
