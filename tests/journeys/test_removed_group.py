"""A group is taken out of the playbook: what becomes of the conversations that were its own?"""

import pytest

from chalicelib.services.assignment import handing_back
from tests import invariants
from tests.bank import group
from tests.people import begun, stored
from tests.world import World

TO_SERVICE = {"id": "any", "name": "Any", "default": {"targets": [{"group": "service"}]}}
TO_SALES = {"id": "any", "name": "Any", "default": {"targets": [{"group": "sales"}]}}
GROUPS = [
    group(criteria={}, members=["ada"]),
    group("sales", criteria={}, members=["ben"]),
]


@pytest.fixture
def world():
    """Ada is of the service, Ben of sales; everybody is sent to the service."""
    found = World().site(groups=GROUPS, routing_rules=[TO_SERVICE])
    for agent in ("ada", "ben"):
        found.user(agent, slots=1)
    found.later(6)
    return found


def without_service(document):
    return {**document, "groups": GROUPS[1:], "routing_rules": [TO_SALES]}


def test_what_its_agent_gives_back_goes_to_a_group_that_is_there(world):
    world.available("ada")
    visitor = begun(world, "v1")
    world.publish(without_service)
    user = world.ports.staff.user("ada")
    handing_back.hand_back(world.ports, "bank", stored(visitor).id, user)
    assert (stored(visitor).state, stored(visitor).group) == ("waiting", "sales")
    world.available("ben")
    assert stored(visitor).agent == "ben"
    invariants.check(world.table)


def test_what_an_absent_agent_held_goes_to_a_group_that_is_there(world):
    world.available("ada")
    world.available("ben")
    visitor = begun(world, "v1")
    world.publish(without_service)
    world.agent("page of ada", "ada", action="presence", status="offline")
    assert (stored(visitor).agent, stored(visitor).group) == ("ben", "sales")
    invariants.check(world.table)


def test_whoever_waits_there_is_moved_and_keeps_the_place(world):
    visitor = begun(world, "v1")
    world.available("ben")
    world.later(30)
    world.publish(without_service)
    world.run_alarms(20)
    assert (stored(visitor).agent, stored(visitor).group) == ("ben", "sales")
    assert stored(visitor).waiting_since == stored(visitor).opened_at
    invariants.check(world.table)


def test_more_than_one_look_finds_are_all_moved(world):
    world.publish(
        lambda document: {
            **document,
            "groups": [group(criteria={}, members=["ada"], queue_limit=200), GROUPS[1]],
        }
    )
    visitors = [begun(world, f"v{number}") for number in range(120)]
    world.publish(without_service)
    world.run_alarms(60)
    assert {stored(each).group for each in visitors} == {"sales"}
    assert world.ports.queues.waiting("bank", ["service", "sales"]) == {"service": 0, "sales": 120}
    invariants.check(world.table)


def test_whoever_overflowed_into_it_waits_on_in_the_others(world):
    both = {"targets": [{"group": "sales"}, {"group": "service"}], "overflow_after_seconds": 30}
    world.publish(lambda document: {**document, "routing_rules": [{**TO_SALES, "default": both}]})
    visitor = begun(world, "v1")
    world.run_alarms(30)
    assert stored(visitor).queues == ("sales", "service")
    world.publish(without_service)
    world.run_alarms(20)
    assert stored(visitor).queues == ("sales",)
    world.available("ben")
    assert stored(visitor).agent == "ben"
    invariants.check(world.table)


def test_a_group_that_is_made_again_keeps_its_queue(world):
    visitor = begun(world, "v1")
    world.publish(without_service)
    world.publish(lambda document: {**document, "groups": GROUPS, "routing_rules": [TO_SERVICE]})
    world.run_alarms(20)
    assert (stored(visitor).group, stored(visitor).version) == ("service", 1)
    world.available("ada")
    assert stored(visitor).agent == "ada"
    invariants.check(world.table)
