"""Everybody who waits hears of their place, and nobody pays for the length of a queue."""

from dataclasses import replace

import pytest

from chalicelib.services.assignment import positions
from chalicelib.services.waiting import sweep as sweeping
from tests.bank import group
from tests.people import begun, ends
from tests.world import World


def places(visitors):
    """The place each of them heard last."""
    return [visitor.heard("queue")[-1]["position"] for visitor in visitors]


def rung(world, what="positions"):
    return [alarm for _at, alarm in world.rung if alarm["what"] == what]


@pytest.fixture
def world():
    world = World().site(groups=[group(queue_limit=1000)])
    world.user("ada", slots=1)
    world.available("ada")
    return world


def test_many_changes_of_one_second_are_one_alarm(world):
    first, *others = [begun(world, f"v{number}") for number in range(6)]
    world.run_alarms(5)
    ends(first)
    for visitor in others[:2]:
        ends(visitor)
    assert len(rung(world)) == 1
    world.run_alarms(1)
    assert places(others[3:]) == [1, 2]
    assert rung(world) == []


def test_shortened_waits_make_no_more_noise(world):
    world.ports = replace(world.ports, wait_scale=0.2)
    first, _second, third = [begun(world, f"v{number}") for number in range(3)]
    ends(first)
    world.run_alarms(0.9)
    assert not third.heard("queue")
    world.run_alarms(0.1)
    assert places([third]) == [1]


def test_a_change_after_the_telling_is_told_too(world):
    first, second, third, fourth = [begun(world, f"v{number}") for number in range(4)]
    ends(first)
    world.run_alarms(1)
    assert places([third, fourth]) == [1, 2]
    ends(second)
    world.run_alarms(1)
    assert places([fourth]) == [1]
    assert len(fourth.heard("queue")) == 2


def test_whoever_joins_disturbs_nobody_but_the_agents(world):
    first, second = begun(world, "v1"), begun(world, "v2")
    world.run_alarms(5)
    begun(world, "v3")
    begun(world, "v4")
    assert len(rung(world, "queue_length")) == 1
    world.run_alarms(1)
    assert not first.heard("queue") and not second.heard("queue")
    assert world.heard("page of ada", "queue_changed")[-1]["waiting"] == 3


def test_a_long_queue_is_told_by_one_alarm_after_another(world):
    first, *others = [begun(world, f"v{number:03d}") for number in range(232)]
    world.run_alarms(5)
    ends(first)
    world.run_alarms(1)
    assert places(others[1:]) == list(range(1, 231))
    assert [len(visitor.heard("queue")) for visitor in others[1:]] == [1] * 230


def half_told(world):
    """A queue of 150 of which a hundred have been told their places; the rest."""
    first, *others = [begun(world, f"v{number:03d}") for number in range(152)]
    world.run_alarms(5)
    ends(first)
    world.rung.clear()
    positions.tell_places(world.ports, "bank", "service")
    ((_at, following),) = world.rung
    world.rung.clear()
    return others[1:], following["id"]


def test_one_telling_of_a_group_at_a_time_and_what_came_meanwhile_is_told_after_it(world):
    others, rest = half_told(world)
    ends(others[0])
    world.later(1)
    assert [alarm["id"] for alarm in rung(world)] == ["service"]
    world.run_alarms(0)
    assert places(others[1:3]) == [2, 3], "nobody is told anything in between"
    positions.tell_places(world.ports, "bank", rest)
    assert places(others[110:112]) == [111, 112], "as they stood behind the hundredth"
    world.run_alarms(1)
    assert places(others[1:]) == list(range(1, 150))
    assert rung(world) == []


def test_a_telling_that_broke_off_is_begun_anew_by_the_sweeper_and_never_goes_on(world):
    others, rest = half_told(world)
    world.later(30)
    sweeping.sweep(world.ports)
    assert rung(world) == [], "it still has time"
    world.later(61)
    world.available("ada")
    sweeping.sweep(world.ports)
    world.run_alarms(0)
    assert places(others) == list(range(1, 151))
    told = len(others[-1].heard("queue"))
    positions.tell_places(world.ports, "bank", rest)
    assert len(others[-1].heard("queue")) == told
    sweeping.sweep(world.ports)
    assert rung(world) == []


def test_a_part_that_is_told_twice_ends_like_one_that_is_told_once(world):
    others, rest = half_told(world)
    positions.tell_places(world.ports, "bank", rest)
    positions.tell_places(world.ports, "bank", rest)
    assert places(others) == list(range(1, 151))
    assert len(others[-1].heard("queue")) == 1
    ends(others[0])
    world.run_alarms(1)
    assert places(others[1:]) == list(range(1, 150))


def test_an_alarm_that_was_lost_is_made_good_by_the_next_change(world):
    first, *others = [begun(world, f"v{number}") for number in range(4)]
    ends(first)
    world.rung.clear()
    world.later(2)
    ends(others[1])
    world.run_alarms(1)
    assert places([others[2]]) == [1]


def test_an_alarm_that_was_lost_is_made_good_by_the_sweeper(world):
    first, *others = [begun(world, f"v{number}") for number in range(3)]
    ends(first)
    world.rung.clear()
    sweeping.sweep(world.ports)
    assert rung(world) == [], "an alarm may be late by itself"
    world.later(32)
    world.available("ada")
    sweeping.sweep(world.ports)
    world.run_alarms(0)
    assert places([others[1]]) == [1]
    sweeping.sweep(world.ports)
    assert rung(world) == []


def test_an_alarm_for_a_group_that_is_gone_tells_nobody(world):
    _served, waits = begun(world, "v1"), begun(world, "v2")
    world.run_alarms(5)
    world.frames.clear()
    positions.tell_places(world.ports, "bank", "elsewhere")
    positions.tell_length(world.ports, "bank", "elsewhere")
    assert not any(world.frames.values())
    positions.tell_places(world.ports, "bank", "service")
    assert places([waits]) == [1]
    assert world.heard("page of ada", "queue_changed")


def test_of_a_large_group_a_hundred_agents_hear_of_its_queue_and_others_the_minute_after(world):
    for number in range(150):
        world.user(f"agent-{number:03d}", slots=0)
    world.later(6)
    for number in range(150):
        world.available(f"agent-{number:03d}")
    begun(world, "v1")
    world.later(6)
    world.available("ada")

    def heard():
        return {name for name in world.frames if world.heard(name, "queue_changed")}

    world.run_alarms(30)
    for frames in world.frames.values():
        frames.clear()
    minutes = []
    for minute in range(2):
        begun(world, f"w{minute}")
        world.run_alarms(60)
        minutes.append(heard())
    assert len(minutes[0]) == 100
    assert minutes[0] < minutes[1]


def test_a_page_that_comes_back_hears_its_place_unless_it_is_far_behind(world):
    visitors = [begun(world, f"v{number:03d}") for number in range(103)]

    def on_return(visitor):
        answer = visitor.arrive(resume={"token": visitor.token, "after": 0})
        return answer["conversation"].get("position")

    assert on_return(visitors[100]) == 100
    assert on_return(visitors[101]) is None
