"""Whom does an agent find when a conversation must be passed on?"""

import pytest

from chalicelib.errors import NotFound
from chalicelib.services.assignment import transfer_targets
from tests.people import begun
from tests.world import World


@pytest.fixture
def world():
    world = World().site()
    world.user("zoe", slots=2, display_name="Zoé")
    world.user("ben", slots=1, display_name="Ben")
    world.user("lea", slots=3, display_name="léa")
    return world


def seen(world, site="bank"):
    found = transfer_targets.of(world.ports, site)
    return [(each.name, each.status, each.free_slots, each.slots) for each in found.agents]


def test_everybody_is_listed_by_name_as_they_are_at_this_moment(world):
    world.available("zoe")
    world.available("ben")
    world.agent("page of lea", "lea", action="presence", status="away")
    begun(world, "v1")
    assert seen(world) == [("Ben", "busy", 0, 1), ("léa", "away", 3, 3), ("Zoé", "available", 2, 2)]


def test_whoever_is_gone_is_offline_and_whoever_has_no_slot_is_not_listed(world):
    world.available("zoe")
    world.user("boss", role="manager", slots=0)
    world.later(600)
    assert ("Zoé", "offline", 2, 2) in seen(world)
    assert "boss" not in {name for name, *_ in seen(world)}


def test_whoever_belongs_to_no_group_of_the_site_is_not_listed(world):
    world.user("mia", role="manager")
    world.user("kim", sites=("shop",))
    world.later(6)
    assert [name for name, *_ in seen(world)] == ["Ben", "léa", "Zoé"]


def test_only_the_rules_that_are_listed_can_be_chosen(world):
    rules = transfer_targets.of(world.ports, "bank").routing_rules
    assert [rule.id for rule in rules] == ["any"]

    def hide(document):
        return {
            **document,
            "routing_rules": [
                {**each, "listed_for_transfer": False} for each in document["routing_rules"]
            ],
        }

    world.publish(hide)
    assert transfer_targets.of(world.ports, "bank").routing_rules == ()


def test_a_site_that_does_not_exist_has_nobody(world):
    with pytest.raises(NotFound):
        transfer_targets.of(world.ports, "none")
