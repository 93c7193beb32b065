"""Somebody waits whom nobody here can answer: does anybody else have to wait for them?"""

from datetime import timedelta

import pytest

from chalicelib.model.agent import Beat, Status
from chalicelib.services.assignment import handing_back, transfers
from tests import invariants
from tests.bank import group
from tests.people import Visitor, begun, invited, stored
from tests.world import World

FRENCH = {"language": "fr-FR"}


def a_bank(queue_limit, *agents):
    """Ada speaks English, Flo French."""
    world = World().site(
        groups=[
            group(
                criteria={},
                members=["ada", "flo"],
                queue_limit=queue_limit,
                answer_timeout_seconds=600,
            )
        ]
    )
    world.user("ada", slots=2, languages=("en",))
    world.user("flo", slots=1, languages=("fr",))
    world.later(6)
    for agent in agents:
        world.available(agent)
    return world


def goes_offline(world, agent):
    world.agent(f"page of {agent}", agent, action="presence", status="offline")


@pytest.mark.parametrize("queue_limit", [0, 1])
def test_another_language_in_the_queue_keeps_no_free_agent_from_a_visitor(queue_limit):
    world = a_bank(queue_limit, "ada", "flo")
    french = begun(world, "v1", **FRENCH)
    assert stored(french).agent == "flo"
    goes_offline(world, "flo")
    assert stored(french).state == "waiting"
    world.later(2)
    english = invited(world, "v2")
    english.start()
    assert stored(english).agent == "ada"
    world.available("flo")
    assert stored(french).agent == "flo"
    invariants.check(world.table)


def test_what_is_kept_for_a_colleague_keeps_no_free_agent_from_a_visitor():
    world = a_bank(0, "ada")
    first = begun(world, "v1")
    user = world.ports.staff.user("ada")
    transfers.to_agent(world.ports, "bank", stored(first).id, user, "flo", None)
    assert stored(first).state == "waiting"
    assert stored(begun(world, "v2")).agent == "ada"
    invariants.check(world.table)


def test_what_its_only_agent_gave_back_keeps_that_agent_from_nobody():
    world = a_bank(0, "ada")
    first = begun(world, "v1")
    user = world.ports.staff.user("ada")
    handing_back.hand_back(world.ports, "bank", stored(first).id, user)
    assert stored(first).state == "waiting"
    assert stored(begun(world, "v2")).agent == "ada"
    invariants.check(world.table)


def test_whoever_waits_and_can_be_answered_is_still_before_every_newcomer():
    world = a_bank(0, "ada")
    first = begun(world, "v1")
    goes_offline(world, "ada")
    # The page came back, and the Lambda that was to serve the queue died.
    state = world.ports.staff.state("ada")
    beat = Beat(status=Status.AVAILABLE, connection="c", until=world.clock + timedelta(seconds=75))
    world.ports.staff.renew(world.ports.staff.user("ada"), beat, world.clock)
    assert (state.active, stored(first).state) == ({}, "waiting")
    world.later(2)
    newcomer = Visitor(world, "v2")
    assert "engagement" not in newcomer.arrive(), "Ada's slots belong to whoever waits"
