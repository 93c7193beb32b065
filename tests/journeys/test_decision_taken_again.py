"""A decision that was stored with all that it could hold: does it come out the same for ever?"""

import json

from chalicelib.services.engagement import decisions
from tests.people import Visitor, invited
from tests.world import BANK, PAGE, World

RULE = BANK["targeting_rules"][0]
DATA = [
    {"id": f"d-{kind}", "name": kind, "kind": kind}
    for kind in ("text", "number", "boolean", "date", "list")
]


def compare(fact, operator, value):
    return {"fact": fact, "is": operator, "value": value}


SEGMENTS = [
    {"id": "rich", "name": "Rich", "when": compare("cart.amount", "gte", 99.99)},
    {
        "id": "keen",
        "name": "Keen",
        "when": {"all": [{"segment": "rich"}, compare("data.list", "has_any", ["Été", "vip"])]},
    },
]
# What each of the rules asks is told of the page below, in one way or another.
WHEN = {
    "all": [
        {"segment": "keen"},
        {"not": compare("data.text", "like", "*bronze*")},
        compare("data.number", "lt", 0.1),
        compare("data.boolean", "is", True),
        compare("data.date", "between", ["2026-01-01", "2026-12-31"]),
        compare("cart.currency", "is", "EUR"),
        compare("cart.items", "eq", 3),
        compare("page.url", "contains", "/LOANS"),
        compare("visit.utm.source", "is", "spring"),
        compare("visitor.hours_since_last_visit", "absent", None),
    ]
}
PENDING = {"all": [{"segment": "keen"}, compare("event.help", "gte", 2)]}
SEEN = {
    **PAGE,
    "url": "https://bank.example/loans?utm_source=spring&q=%C3%A9t%C3%A9",
    "facts": {
        "cart": {"amount": 100.1, "items": 3, "currency": "EUR"},
        "data": {
            "text": "Gold “plus” \U0001f600",
            "number": -0.30000000000000004,
            "boolean": True,
            "date": "2026-02-28",
            "list": ["ÉTÉ", "x"],
            "undeclared": [],
        },
    },
}


def a_bank():
    rules = [
        {**RULE, "when": WHEN},
        {**RULE, "id": "soon", "priority": 9, "when": PENDING},
        {**RULE, "id": "never", "priority": 8, "when": {"not": {"segment": "keen"}}},
        {**RULE, "id": "late", "priority": 7, "schedule": {"from": "2027-01-01T00:00"}},
        {**RULE, "id": "alone", "priority": 6, "routing_rule": "nobody"},
    ]
    nobody = {"id": "nobody", "name": "No", "default": {"targets": [{"group": "empty"}]}}
    empty = {**BANK["groups"][0], "id": "empty", "queue_limit": 0, "criteria": {"skills": ["none"]}}
    world = World().site(
        targeting_rules=rules,
        segments=SEGMENTS,
        custom_data=DATA,
        routing_rules=[*BANK["routing_rules"], nobody],
        groups=[*BANK["groups"], empty],
    )
    world.user("ada")
    world.later(6)
    world.available("ada")
    return world


def upgraded(document):
    """The next version: other rules under the same names, a segment and data of other kinds."""
    rules = [{**each, "when": {}} for each in document["targeting_rules"]]
    segments = [{**each, "when": compare("visit.pages", "gte", 9)} for each in SEGMENTS]
    return {**document, "targeting_rules": rules, "segments": segments, "custom_data": []}


def taken_again(world, engagement):
    return decisions.replay(world.ports, "bank", engagement)


def test_a_decision_on_everything_at_once_is_the_same_after_an_upgrade_of_the_playbook():
    world = a_bank()
    visitor = invited(world, "v1", **SEEN)
    before = decisions.get(world.ports, "bank", visitor.offer["id"])
    results = {each["rule"]: each["result"] for each in before["rules"]}
    assert results == {
        "soon": "pending",
        "never": "no_match",
        "late": "out_of_schedule",
        "alone": "unavailable",
        "hello": "fired",
    }
    assert before["watches"] == [{"fact": "event.help", "op": "gte", "value": 2}]
    for _version in range(2):
        world.publish(upgraded)
        world.later(40 * 86_400)
        again = taken_again(world, visitor.offer["id"])
        assert again["identical"]
        assert json.dumps(again["decision"]) == json.dumps(before), "byte for byte"


def test_what_a_visitor_was_shown_before_is_part_of_the_decision():
    world = a_bank()
    visitor = invited(world, "v1", **SEEN)
    frame = {"action": "dismiss", "engagement": visitor.offer["id"], "pass": visitor.pass_}
    world.visitor("v1", **frame)
    visitor.arrive(**SEEN)
    second = visitor.offer["id"]
    visitor.arrive(**SEEN)
    kept = decisions.get(world.ports, "bank", second)
    assert kept["history"]["rules"]["hello"][2] == 1
    assert kept["history"]["rules"]["hello"][3] is not None
    world.publish(upgraded)
    assert taken_again(world, second)["identical"]


def test_a_decision_without_consent_is_taken_again_without_it():
    world = a_bank()
    world.publish(lambda document: {**document, "targeting_rules": [RULE]})
    visitor = Visitor(world, "v1")
    visitor.arrive(**{**SEEN, "consent": "light"})
    kept = decisions.get(world.ports, "bank", visitor.offer["id"])
    assert kept["facts"]["visit.pages"] is None
    assert taken_again(world, visitor.offer["id"])["identical"]
