"""A group too large to be looked at as a whole serves as a small one would, but for the order."""

import pytest

from chalicelib.services.assignment import handing_back
from chalicelib.services.ports.free_agents import FreeList
from chalicelib.store import keys
from chalicelib.store.operations import Put, Update
from tests import invariants
from tests.bank import group
from tests.people import begun, ends, invited, stored
from tests.world import World

AGENTS = 101


def a_world(size=AGENTS, **document):
    """A group whose members are there; `agent-000` and so on have one slot each."""
    world = World().site(**{"groups": [group(queue_limit=5)], **document})
    for number in range(size):
        world.user(f"agent-{number:03d}", slots=1)
    world.later(6)
    for number in range(size):
        world.available(f"agent-{number:03d}")
    return world


def listed(world, language="*"):
    name = str(FreeList(site="bank", group="service", language=language))
    return {row["agent"] for row in world.table.query(keys.free_list(name))}


def rows(world):
    return [each["pk"] for each in invariants.rows(world.table) if each["pk"].startswith("FREE#")]


@pytest.fixture
def world():
    return a_world()


def test_a_small_group_has_no_lists():
    world = a_world(100)
    begun(world, "v1")
    assert rows(world) == []
    assert world.ports.staff.state("agent-000").listed == ()


def test_whoever_takes_the_last_slot_leaves_the_list_and_is_back_with_the_next_free_one(world):
    assert len(listed(world)) == AGENTS
    visitor = begun(world, "v1")
    assert listed(world) == set(world.ports.staff.users()) - {stored(visitor).agent}
    ends(visitor)
    assert len(listed(world)) == AGENTS


def test_every_slot_is_found_and_whoever_comes_after_waits(world):
    visitors = [begun(world, f"v{number}") for number in range(AGENTS + 1)]
    found = [stored(visitor) for visitor in visitors]
    assert len({each.agent for each in found[:-1]}) == AGENTS
    assert found[-1].state == "waiting"
    assert listed(world) == set()
    ends(visitors[7])
    assert stored(visitors[-1]).agent == found[7].agent
    invariants.check(world.table)


def test_an_agent_who_is_away_stands_on_no_list(world):
    world.agent("page of agent-007", "agent-007", action="presence", status="away")
    assert "agent-007" not in listed(world)
    world.available("agent-007")
    assert "agent-007" in listed(world)


def test_a_group_that_grows_large_is_listed_with_the_next_beats():
    world = a_world(100)
    world.user("zoe", slots=1)
    world.later(6)
    assert rows(world) == []
    for number in range(100):
        world.agent(f"page of agent-{number:03d}", f"agent-{number:03d}", action="presence")
    assert len(listed(world)) == 100


def test_whoever_is_no_member_any_more_is_not_chosen_and_leaves_the_list_with_the_next_beat(world):
    named = [f"agent-{number:03d}" for number in range(AGENTS)]
    other = group("other", criteria={}, members=["nobody"], queue_limit=0)
    world.user("nobody", slots=0)
    world.publish(lambda document: {**document, "groups": [group(queue_limit=5), other]})
    world.user("zoe", role="manager", slots=1)
    members = [name for name in named if name != "agent-007"]
    only = group(criteria={}, members=[*members, "zoe"], queue_limit=5)
    world.publish(lambda document: {**document, "groups": [only, other]})
    assert "agent-007" in listed(world)
    for name in named:
        world.agent(f"page of {name}", name, action="presence")
    assert listed(world) == set(members)
    assert world.ports.staff.state("agent-007").listed == ()


def test_a_visitor_is_answered_in_their_language_or_by_whoever_speaks_every_one():
    world = World().site(groups=[group(queue_limit=5)])
    speakers = {"fr": 40, "de": 40, "": 21}
    for language, number in speakers.items():
        for each in range(number):
            world.user(
                f"{language or 'any'}-{each:02d}",
                slots=1,
                languages=(language,) if language else (),
            )
    world.later(6)
    for user in list(world.ports.staff.users()):
        world.available(user)
    french = [stored(begun(world, f"f{n}", language="fr-CA")).agent for n in range(41)]
    assert {agent[:3] for agent in french[:40]} == {"fr-"}
    assert french[40].startswith("any")
    assert stored(begun(world, "english", language="en")).agent.startswith("any")
    assert listed(world, "fr") == set()
    assert len(listed(world, "-")) == 40, "whoever named a language can answer without one"


def test_the_previous_agent_is_preferred_in_a_large_group_too():
    rule = {
        "id": "any",
        "name": "Anybody",
        "default": {"targets": [{"group": "service"}]},
        "prefer_previous_agent": True,
    }
    world = a_world(200, routing_rules=[rule])
    visitor = invited(world, "v1")
    for words in ("Good morning", "Me again", "And again"):
        visitor.start(words)
        agents = {stored(visitor).agent}
        ends(visitor)
        world.later(10)
    visitor.start("Still me")
    assert {stored(visitor).agent} == agents


def test_a_list_that_is_wrong_gives_nobody_a_slot_too_many_and_is_right_after_a_beat(world):
    free = FreeList(site="bank", group="service", language="*")
    full = [stored(begun(world, f"v{number}")).agent for number in range(60)]
    for agent in full:
        # The Lambda that took the slot died before it could say so.
        world.table.write(
            Put(keys.free_agent(str(free), agent), {"agent": agent}),
            Update(keys.agent(agent), set={"listed": [str(free)]}),
        )
    others = [begun(world, f"w{number}") for number in range(10)]
    world.run_alarms(2)
    assert {stored(each).agent for each in others}.isdisjoint({*full, None})
    invariants.check(world.table)
    for agent in full:
        world.agent(f"page of {agent}", agent, action="presence")
    assert listed(world).isdisjoint(full)


def test_whoever_left_it_hides_nobody_who_is_free():
    world = a_world(0)
    for number in range(AGENTS):
        world.user(f"agent-{number:03d}", slots=50)
    world.later(6)
    for number in range(4):
        world.available(f"agent-{number:03d}")
    for number in range(12):
        visitor = begun(world, f"v{number}")
        left = set()
        for _colleague in range(3):
            agent = stored(visitor).agent
            assert agent not in {None, *left}
            left.add(agent)
            user = world.ports.staff.user(agent)
            handing_back.hand_back(world.ports, "bank", stored(visitor).id, user)
        assert stored(visitor).agent not in {None, *left}
    invariants.check(world.table)


def test_whoever_left_it_first_does_not_hide_the_others():
    world = World().site(groups=[group(queue_limit=5, answer_timeout_seconds=60)])
    for number in range(AGENTS):
        # One speaks French by name, and all the others whatever is asked.
        languages = ("fr",) if number == 0 else ()
        world.user(f"agent-{number:03d}", slots=2, languages=languages)
    world.later(6)
    world.available("agent-000")
    visitor = begun(world, "v1", language="fr")
    assert stored(visitor).agent == "agent-000"
    world.available("agent-007")
    world.run_alarms(61)
    assert stored(visitor).agent == "agent-007"
    invariants.check(world.table)
