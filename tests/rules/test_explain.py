"""Can a person read from the tree why a condition came out as it did?"""

import json

from chalicelib.rules.conditions import parse
from chalicelib.rules.explain import explain
from chalicelib.rules.facts import Kind
from chalicelib.rules.vocabulary import Vocabulary

KINDS = {"tags": Kind.LIST}
CHEAP = {"fact": "cart.amount", "is": "lt", "value": 50}
PLAIN = Vocabulary(segments={}, custom_data=KINDS)
VOCABULARY = Vocabulary(segments={"cheap": parse(CHEAP, "when", PLAIN)}, custom_data=KINDS)


def test_every_node_says_its_result_and_every_comparison_what_it_met() -> None:
    when = parse(
        {
            "all": [
                {"any": [{"fact": "page.seconds", "is": "gte", "value": 30}]},
                {"not": {"segment": "cheap"}},
                {"fact": "visitor.country", "is": "absent"},
                {"fact": "page.scroll_percent", "is": "between", "value": [10, 20]},
                {"fact": "data.tags", "is": "has_any", "value": ["vip"]},
            ]
        },
        "when",
        VOCABULARY,
    )
    facts = {"page.seconds": 12, "cart.amount": 80, "data.tags": ["vip"], "page.title": "Loans"}
    told = explain(when, facts)
    assert told == {
        "result": "unknown",
        "all": [
            {
                "result": "unknown",
                "any": [
                    {
                        "result": "unknown",
                        "fact": "page.seconds",
                        "is": "gte",
                        "value": 30,
                        "state": "known",
                        "observed": 12,
                    }
                ],
            },
            {
                "result": True,
                "not": {
                    "result": False,
                    "segment": "cheap",
                    "when": {
                        "result": False,
                        "fact": "cart.amount",
                        "is": "lt",
                        "value": 50,
                        "state": "known",
                        "observed": 80,
                    },
                },
            },
            {"result": True, "fact": "visitor.country", "is": "absent", "state": "absent"},
            {
                "result": "unknown",
                "fact": "page.scroll_percent",
                "is": "between",
                "value": [10, 20],
                "state": "pending",
            },
            {
                "result": True,
                "fact": "data.tags",
                "is": "has_any",
                "value": ["vip"],
                "state": "known",
                "observed": ["vip"],
            },
        ],
    }
    assert json.loads(json.dumps(told)) == told


def test_a_value_of_another_kind_is_told_as_absent() -> None:
    told = explain(parse(CHEAP, "when", PLAIN), {"cart.amount": "a lot"})
    assert told["state"] == "absent"
    assert "observed" not in told
