"""An invitation is made only where somebody could answer it: in which language, by which branch?"""

import pytest

from chalicelib.services.engagement import decisions
from tests.bank import group
from tests.people import Visitor, begun, ends
from tests.world import BANK, World

RULE = BANK["targeting_rules"][0]


def a_bank(people, **document):
    """Nobody queues, unless the document says otherwise; `people` are profiles by id."""
    world = World().site(**{"groups": [group(queue_limit=0)], **document})
    for id, profile in people.items():
        world.user(id, **profile)
    world.later(6)
    for id in people:
        world.available(id)
    return world


def invited_by(world, connection, **page):
    """The rule that invites a visitor, if any, and what became of the others."""
    answer = Visitor(world, connection).arrive(**page)
    if "engagement" not in answer:
        return None, {}
    record = decisions.get(world.ports, "bank", answer["engagement"]["id"])
    return record["fired"], {each["rule"]: each["result"] for each in record["rules"]}


def test_whoever_speaks_another_language_is_invited_by_the_next_rule_that_can_be_served():
    rules = [{**RULE, "priority": 1}, {**RULE, "id": "french", "routing_rule": "french"}]
    french = {"id": "french", "name": "French", "default": {"targets": [{"group": "french"}]}}
    world = a_bank(
        {"ada": {"languages": ("en",)}, "zoe": {"languages": ("fr",), "skills": ("fr",)}},
        targeting_rules=rules,
        routing_rules=[*BANK["routing_rules"], french],
        groups=[
            {**group(queue_limit=0), "criteria": {"languages": ["en"]}},
            group("french", queue_limit=0, criteria={"skills": ["fr"]}),
        ],
    )
    assert invited_by(world, "v1", language="en-GB")[0] == "hello"
    fired, results = invited_by(world, "v2", language="fr-CA")
    assert (fired, results["hello"]) == ("french", "unavailable")
    assert invited_by(world, "v3", language="de") == (None, {})


def test_a_group_whose_agents_speak_another_language_is_not_there():
    world = a_bank({"ada": {"languages": ("en",)}})
    assert invited_by(world, "v1", language="en")[0] == "hello"
    assert invited_by(world, "v2", language="fr") == (None, {})


@pytest.mark.parametrize(
    "when",
    [
        {"fact": "conversation.targeting_rule", "is": "is", "value": "hello"},
        {"fact": "conversation.campaign", "is": "is", "value": RULE["campaign"]},
        {"fact": "conversation.language", "is": "is", "value": "en"},
        {"fact": "page.path", "is": "is", "value": "/loans"},
    ],
    ids=lambda when: when["fact"],
)
def test_the_branch_that_the_conversation_would_take_is_the_one_that_is_asked(when):
    branch = {"name": "There", "when": when, "targets": [{"group": "service"}]}
    routing = {"id": "any", "name": "Any", "branches": [branch]}
    routing["default"] = {"targets": [{"group": "nobody"}]}
    groups = [
        group(queue_limit=0),
        group("nobody", queue_limit=0, criteria={"skills": ["none"]}),
    ]
    world = a_bank({"ada": {}}, routing_rules=[routing], groups=groups)
    assert invited_by(world, "v1")[0] == "hello"
    elsewhere = {**branch, "when": {"not": when}}
    changed = [{**routing, "branches": [elsewhere]}]
    world.publish(lambda document: {**document, "routing_rules": changed})
    assert invited_by(world, "v2") == (None, {})


def test_a_queue_invites_as_long_as_it_has_room():
    world = a_bank({"ada": {"slots": 1}}, groups=[group(queue_limit=1)])
    talking, waiting = begun(world, "v1"), begun(world, "v2")
    world.later(1)
    assert invited_by(world, "v3") == (None, {})
    ends(talking)
    world.later(1)
    assert invited_by(world, "v4")[0] == "hello"
    assert waiting.conversation["state"] == "assigned"
