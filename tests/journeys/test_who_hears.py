"""Whoever may not read a conversation any more hears nothing of it, whatever names them still."""

from chalicelib.services.assignment import transfers
from tests.bank import group
from tests.people import begun, stored
from tests.world import World


def test_whoever_passed_it_on_hears_no_word_that_follows():
    world = World().site(groups=[group(criteria={}, members=["ada", "ben"])])
    for name in ("ada", "ben"):
        world.user(name)
    world.later(6)
    world.available("ada")
    visitor = begun(world, "v1")
    world.available("ben")
    ada = world.ports.staff.user("ada")
    transfers.to_agent(world.ports, "bank", stored(visitor).id, ada, "ben", None)
    for page in ("page of ada", "page of ben"):
        world.frames[page].clear()
    visitor.say("My number is 4711")
    visitor.does("typing")
    assert {frame["type"] for frame in world.frames["page of ben"]} == {"message", "typing"}
    assert world.frames["page of ada"] == []
