"""This visitor, on this page, on Sunday at a minute to midnight: what would happen?"""

from datetime import UTC, datetime

import pytest

from chalicelib.services.engagement import decisions
from tests.world import BANK, NOON, PAGE, World

# A Sunday of December in Paris.
LATE = datetime(2028, 12, 24, 22, 59, tzinfo=UTC)
RULE = BANK["targeting_rules"][0]


def a_bank(when, **document):
    world = World().site(targeting_rules=[{**RULE, "when": when}], **document)
    world.user("ada")
    world.later(6)
    world.available("ada")
    return world


def previewed(world, visitor, at=NOON):
    playbook = world.ports.playbooks.current("bank")
    return decisions.preview(world.ports, playbook, visitor, at)


def fires(world, visitor, at=NOON):
    return previewed(world, visitor, at)["fired"] == "hello"


@pytest.mark.parametrize(
    ("fact", "value"),
    [("clock.day", "sun"), ("clock.date", "2028-12-24"), ("clock.time", "23:45")],
)
def test_the_moment_is_the_one_that_was_asked_for_in_the_sites_zone(fact, value):
    operator = "is" if fact == "clock.day" else "eq"
    world = a_bank(
        {"fact": fact, "is": operator, "value": value}, site={"time_zone": "Europe/Paris"}
    )
    assert fires(world, {}, LATE)
    assert not fires(world, {}, NOON)


def test_the_sites_hours_are_those_of_the_moment():
    hours = {"weekly": {"mon": [["09:00", "18:00"]]}}
    world = a_bank({"fact": "hours", "is": "is", "value": "open"}, site={"hours": hours})
    assert fires(world, {})
    assert not fires(world, {}, LATE)


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("page.path", "/loans"),
        ("page.host", "bank.example"),
        ("page.query.id", "7"),
        ("visit.landing_url", "https://bank.example/loans?id=7&utm_medium=cpc&utm_term=x"),
        ("visit.source", "ads"),
        ("visit.utm.term", "x"),
    ],
)
def test_what_an_address_tells_follows_from_it(fact, value):
    world = a_bank({"fact": fact, "is": "is", "value": value})
    url = "https://bank.example/loans?id=7&utm_medium=cpc&utm_term=x"
    assert fires(world, {"page.url": url})
    assert not fires(world, {"page.url": "https://shop.example/"})


def test_a_visitor_of_whom_nothing_is_said_is_new_and_on_a_first_page():
    new = [
        {"fact": "visitor.returning", "is": "is", "value": False},
        {"fact": "visitor.visits", "is": "eq", "value": 1},
        {"fact": "visit.pages", "is": "eq", "value": 1},
        {"fact": "page.seconds", "is": "lt", "value": 1},
        {"fact": "visit.source", "is": "is", "value": "direct"},
    ]
    world = a_bank({"all": new})
    assert fires(world, {})
    assert not fires(world, {"visitor.visits": 2})
    assert not fires(world, {"page.seconds": 30})
    assert not fires(world, {"visit.referrer": "https://www.google.com/"})


def test_a_preview_decides_as_the_page_that_it_imagines():
    world = a_bank({"fact": "page.path", "is": "starts_with", "value": "/lo"})
    given = {f"visitor.{name}": PAGE[name] for name in ("language", "device", "browser", "os")}
    told = previewed(
        world, {"page.url": PAGE["url"], "page.title": PAGE["title"], **given}, world.clock
    )
    seen = world.visitor("v1", **PAGE)["engagement"]["id"]
    assert told["facts"] == decisions.get(world.ports, "bank", seen)["facts"]


def test_a_preview_that_is_kept_is_read_and_taken_again_by_its_id():
    world = a_bank({"fact": "visit.pages", "is": "gte", "value": 3})
    told = previewed(world, {"visit.pages": 5}, LATE)
    kept = decisions.keep(world.ports, "bank", told)
    assert decisions.get(world.ports, "bank", kept["id"]) == told
    world.publish(lambda document: {**document, "targeting_rules": []})
    again = decisions.replay(world.ports, "bank", kept["id"])
    assert again["identical"] and again["decision"]["fired"] == "hello"


@pytest.mark.parametrize("percent", [0, 50, 99])
def test_a_preview_is_of_somebody_who_sees_it(percent):
    rules = [{**RULE, "id": f"rule-{number}", "hold_out_percent": percent} for number in range(5)]
    for rule in rules:
        world = World().site(targeting_rules=[rule])
        world.user("ada")
        world.later(6)
        world.available("ada")
        assert previewed(world, {})["rules"] == [{"rule": rule["id"], "result": "fired"}]


def test_what_is_held_from_everybody_is_held_from_whoever_is_imagined():
    world = a_bank({})
    world.publish(
        lambda document: {**document, "targeting_rules": [{**RULE, "hold_out_percent": 100}]}
    )
    assert previewed(world, {})["held_out"]
