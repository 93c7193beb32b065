"""Fair and ratio: what was given today decides who gets the next."""

from collections import Counter

import pytest

from chalicelib.services import configuration
from tests import invariants
from tests.bank import group
from tests.people import begun, stored
from tests.world import World

SHARES = {"cards": 50, "loans": 30, "homes": 20}


def a_world(targets, mode="ratio", **groups):
    """Three teams of five with a hundred slots each, so that somebody is always free."""
    named = [group(name, criteria={"team": name}, **groups) for name in SHARES]
    rule = {"id": "any", "name": "Any", "default": {"mode": mode, "targets": targets}}
    world = World().site(groups=named, routing_rules=[rule])
    for name in SHARES:
        for number in range(5):
            world.user(f"{name}-{number}", team=name, slots=100)
    world.later(6)
    for user in list(world.ports.staff.users()):
        world.available(user)
    return world


def in_ratio(**changes):
    return a_world([{"group": name, "share": share} for name, share in SHARES.items()], **changes)


def equally(**changes):
    return a_world([{"group": name} for name in SHARES], mode="fair", **changes)


def given(world, number, first=0):
    """How many of the next conversations each group gets."""
    found = Counter()
    for each in range(first, first + number):
        world.later(0.05)
        if each % 200 == 0:
            renew(world)
        found[stored(begun(world, f"v{each:04d}")).group] += 1
    return found


def renew(world):
    for user in list(world.ports.staff.users()):
        world.agent(f"page of {user}", user, action="presence")


def items(world):
    return [each for each in invariants.rows(world.table) if each["pk"].startswith("SHARES#")]


def counts(item):
    return sum(times for name, times in item.items() if name.startswith("given_"))


def test_a_thousand_conversations_end_within_one_of_their_shares():
    world = in_ratio()
    found = given(world, 1_000)
    assert all(abs(found[name] - 10 * share) <= 1 for name, share in SHARES.items()), found
    sizes = [counts(each) for each in items(world)]
    assert sum(sizes) == 1_000
    assert len(sizes) == 8 and max(sizes) < 2 * 1_000 / 8, "no item is written by every start"


def test_equal_shares_need_no_figures_of_an_author():
    assert set(given(equally(), 30).values()) == {10}


def test_a_group_that_was_closed_for_a_time_makes_up_for_it():
    world = equally()
    for number in range(5):
        world.agent(f"page of homes-{number}", f"homes-{number}", action="presence", status="away")
    assert given(world, 20) == {"cards": 10, "loans": 10}
    for number in range(5):
        world.available(f"homes-{number}")
    assert given(world, 10, first=20) == {"homes": 10}
    assert set(given(world, 30, first=30).values()) == {10}


def test_a_new_day_begins_with_nothing_to_make_up_for():
    world = equally(queue_limit=100)
    for number in range(5):
        world.agent(f"page of homes-{number}", f"homes-{number}", action="presence", status="away")
    given(world, 20)
    world.later(13 * 3600)
    for user in list(world.ports.staff.users()):
        world.available(user)
    assert set(given(world, 30, first=20).values()) == {10}


def test_whoever_waits_is_counted_where_they_wait():
    world = equally(queue_limit=100)
    for user in list(world.ports.staff.users()):
        world.agent(f"page of {user}", user, action="presence", status="away")
    assert set(given(world, 30).values()) == {10}


@pytest.mark.parametrize("mode", ["escalation", "reactive"])
def test_where_nothing_is_shared_out_nothing_is_counted(mode):
    world = a_world([{"group": name} for name in SHARES], mode=mode)
    given(world, 3)
    assert items(world) == []


def test_a_group_by_itself_is_not_counted():
    world = a_world([{"group": "cards"}], mode="fair")
    given(world, 3)
    assert items(world) == []


def test_shares_that_an_admin_changes_hold_for_the_whole_day():
    world = equally()
    assert given(world, 30) == {"cards": 10, "loans": 10, "homes": 10}
    targets = [{"group": "cards", "share": 80}, {"group": "loans", "share": 10}]
    targets.append({"group": "homes", "share": 10})
    rule = {"id": "any", "name": "Any", "default": {"mode": "ratio", "targets": targets}}
    configuration.publish(world.ports, "bank", lambda each: {**each, "routing_rules": [rule]})
    world.later(6)
    found = given(world, 70, first=30)
    assert found == {"cards": 70}, "ten of a hundred are what the others had already"
