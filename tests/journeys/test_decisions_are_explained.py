"""Why did this rule fire, and that one not? The record says it, and says it again the same."""

import pytest

from chalicelib.services.engagement import decisions
from tests.world import BANK, NOON, PAGE, World

SLOW = {
    **BANK["targeting_rules"][0],
    "id": "slow",
    "priority": 5,
    "when": {"fact": "page.seconds", "is": "gte", "value": 30},
}
ELSEWHERE = {
    **BANK["targeting_rules"][0],
    "id": "elsewhere",
    "priority": 9,
    "when": {"all": [{"fact": "page.path", "is": "is", "value": "/cards"}]},
}


@pytest.fixture
def world():
    rules = [*BANK["targeting_rules"], SLOW, ELSEWHERE]
    world = World().site(targeting_rules=rules)
    world.user("ada")
    world.available("ada")
    return world


def test_a_showing_keeps_its_reasons_under_the_name_of_the_engagement(world):
    answer = world.visitor("v1", **PAGE)
    record = decisions.get(world.ports, "bank", answer["engagement"]["id"])
    assert record["fired"] == "hello"
    told = {each["rule"]: each for each in record["rules"]}
    assert told["hello"]["result"] == "fired"
    because = told["elsewhere"]["because"]
    assert because["fact"] == "page.path" and because["observed"] == "/loans"
    assert told["slow"]["result"] == "pending"
    assert told["slow"]["because"]["observed"] == 0


def test_the_rule_that_could_still_outrank_is_watched_after_an_offer(world):
    answer = world.visitor("v1", **PAGE)
    assert answer["watches"] == [{"fact": "page.seconds", "op": "gte", "value": 30}]


def test_taken_again_it_comes_out_byte_for_byte_alike(world):
    engagement = world.visitor("v1", **PAGE)["engagement"]["id"]
    world.publish(lambda document: {**document, "targeting_rules": []})
    again = decisions.replay(world.ports, "bank", engagement)
    assert again["identical"] and again["before"] == again["after"]


def test_a_visitor_held_out_is_recorded_and_shown_nothing(world):
    held = {**BANK["targeting_rules"][0], "hold_out_percent": 100, "frequency": {"per_session": 1}}
    world.publish(lambda document: {**document, "targeting_rules": [held]})
    first = world.visitor("v1", **PAGE)
    assert "engagement" not in first
    again = world.visitor("v1", **PAGE, memory=first["pass"])
    assert "engagement" not in again
    ids = (f"id-{number:06d}" for number in range(1, 99))
    (record,) = filter(None, (world.ports.visitors.decision("bank", each) for each in ids))
    assert record["held_out"] and record["fired"] == "hello"


def test_a_preview_stores_nothing_and_says_why(world):
    playbook = world.ports.playbooks.current("bank")
    facts = {"page.path": "/cards"}
    told = decisions.preview(world.ports, playbook, facts, NOON)
    assert told["fired"] == "elsewhere"
    assert world.ports.visitors.ledger("bank", "preview").version == 0


def test_without_consent_a_rule_about_the_past_never_fires(world):
    back = {
        **BANK["targeting_rules"][0],
        "when": {"fact": "visitor.visits", "is": "gte", "value": 1},
    }
    world.publish(lambda document: {**document, "targeting_rules": [back]})
    assert "engagement" not in world.visitor("v1", **{**PAGE, "consent": "light"})
    assert "engagement" in world.visitor("v2", **PAGE)


def test_a_rule_reaches_out_once_on_a_page_however_often_the_page_is_looked_at(world):
    answer = world.visitor("v1", **PAGE)
    world.later(31)
    world.visitor(
        "v1", action="dismiss", **{"pass": answer["pass"]}, engagement=answer["engagement"]["id"]
    )
    busy = {"action": "observed", "pass": answer["pass"], "facts": {"page.scroll_percent": 40}}
    world.publish(lambda document: {**document, "targeting_rules": BANK["targeting_rules"]})
    assert "engagement" not in world.visitor("v1", **busy)
    assert "engagement" in world.visitor("v1", **PAGE, memory=answer["pass"])
