"""A conversation is over for as long as its site keeps them: who still finds what of it?"""

import json

import pytest

from chalicelib.errors import NotFound
from chalicelib.services.conversation import desk, notes
from chalicelib.services.waiting import erasures, timers
from chalicelib.web import alarms
from tests import invariants
from tests.bank import flow, group
from tests.journeys.test_attachments import sends, uploads
from tests.people import begun, ends, invited, says, stored
from tests.world import World

DAY = 86_400
CANARY = "heron"
ADDRESS = f"{CANARY}@example.com"


def a_bank(days=30, **document):
    site = {"retention_days": days}
    world = World().site(site=site, **{"flows": [flow("asks", 30)], **document})
    world.user("ada", slots=3)
    world.later(6)
    world.available("ada")
    return world


def talked(world, connection="v1"):
    """A conversation with all that there can be of one, closed at this moment."""
    world.available("ada")
    visitor = begun(world, connection, f"{CANARY} asks")
    ada = world.ports.staff.user("ada")
    sends(visitor, uploads(visitor, name=f"{CANARY}.png"))
    world.run_alarms(30)
    visitor.does("email", address=ADDRESS)
    says(world, "ada", visitor, f"{CANARY} answers")
    notes.add(world.ports, "bank", stored(visitor).id, ada, f"{CANARY} noted")
    visitor.does("transcript")
    world.run_alarms(1)
    ends(visitor, by="ada")
    visitor.does("rate", csat=5, comment=f"{CANARY} judges")
    visitor.leave()
    return visitor


def sweep(world, minutes=8):
    for _minute in range(minutes):
        alarms.sweep(world.ports, lambda _name, _times: None)
        world.run_alarms(60)


def living(world):
    """Every row that has not expired."""
    rows = invariants.rows(world.table)
    return [row for row in rows if row.get("expires_at", float("inf")) > world.epoch()]


def readable(world):
    return [json.dumps(row, default=str) for row in living(world)]


def found(world, id):
    try:
        return world.ports.conversations.get("bank", id)
    except NotFound:
        return None


def listed(world):
    page, _more = world.ports.conversations.list_page(
        "bank", {}, lambda _each: True, limit=10, cursor=None
    )
    return [each.id for each in page]


def test_until_its_last_moment_it_is_found_and_then_by_nobody():
    world = a_bank(days=30)
    visitor = talked(world)
    id = stored(visitor).id
    world.later(30 * DAY - 1)
    sweep(world, minutes=0)
    assert found(world, id) is not None
    assert listed(world) == [id]
    world.later(1)
    assert found(world, id) is None
    assert listed(world) == []
    assert visitor.does("resume", after=0)["code"] == "not_found"
    with pytest.raises(NotFound):
        desk.read(world.ports, "bank", id, world.ports.staff.user("ada"))


def test_all_that_belongs_to_it_goes_and_nothing_else():
    world = a_bank(days=30)
    first = talked(world)
    world.later(20 * DAY)
    second = talked(world, "v2")
    kept = len(readable(world))
    world.later(10 * DAY)
    sweep(world)
    id, other = first.conversation["id"], stored(second).id
    # What is known of the visitor is not the conversation's.
    left = [row for row in readable(world) if id in row and '"LEDGER"' not in row]
    assert left == []
    assert [key for key in world.files.lying if id in key] == []
    assert [key for key in world.files.lying if other in key] != []
    assert len(world.ports.conversations.messages("bank", other, 0, 100)) > 2
    assert len(readable(world)) < kept
    invariants.check_whole(living(world))


def test_no_letter_outlives_what_it_is_about():
    world = a_bank(days=30)
    talked(world)
    assert [row for row in readable(world) if "LETTER#" in row and ADDRESS in row]
    world.later(30 * DAY)
    assert not [row for row in readable(world) if "LETTER#" in row]


def test_a_changed_setting_counts_for_what_closes_from_then_on():
    world = a_bank(days=30)
    older = stored(talked(world)).id
    world.publish(lambda each: {**each, "site": {**each["site"], "retention_days": 5}})
    newer = stored(talked(world, "v2")).id
    world.later(5 * DAY)
    assert (found(world, older) is None, found(world, newer) is None) == (False, True)
    world.publish(lambda each: {**each, "site": {**each["site"], "retention_days": 300}})
    world.later(25 * DAY)
    assert found(world, older) is None


def test_what_was_missed_goes_by_itself():
    world = a_bank(days=30, groups=[group(queue_limit=0)])
    world.agent("page of ada", "ada", action="presence", status="available")
    visitor = invited(world, "v1")
    world.agent("page of ada", "ada", action="presence", status="away")
    visitor.start(f"{CANARY} asks")
    (missed,) = listed(world)
    world.later(30 * DAY)
    assert [row for row in readable(world) if missed in row] == []
    sweep(world)
    assert not [each for each in world.rung if each[1]["what"] == "erase"]


def test_what_is_open_is_kept_however_old_it_is_and_its_timers_are_shown():
    world = a_bank(days=1)
    visitor = begun(world, "v1")
    says(world, "ada", visitor, "One moment")
    world.run_alarms(40 * DAY)
    sweep(world)
    assert len(world.ports.conversations.messages("bank", stored(visitor).id, 0, 10)) == 2
    mia = world.user("mia", role="admin")
    assert timers.of(world.ports, "bank", stored(visitor).id, mia) == []


def test_an_alarm_before_its_time_or_again_erases_nothing_more():
    world = a_bank(days=30)
    id = stored(talked(world)).id
    before = invariants.rows(world.table)
    erasures.erase(world.ports, "bank", id)
    assert invariants.rows(world.table) == before
    assert world.files.lying
    world.later(30 * DAY)
    erasures.erase(world.ports, "bank", id)
    after = invariants.rows(world.table)
    erasures.erase(world.ports, "bank", id)
    assert invariants.rows(world.table) == after
    assert not world.files.lying


def test_what_one_minute_does_not_look_at_another_does_and_none_looks_at_all():
    world = a_bank(days=30)
    for each in range(12):
        visitor = begun(world, f"v{each}")
        ends(visitor)
    world.later(30 * DAY + 1)
    numbers = []
    for _minute in range(8):
        numbers.append(erasures.ring(world.ports))
        world.later(60)
    assert sum(numbers) == 12
    assert max(numbers) < 12


def test_whoever_comes_back_after_that_begins_anew():
    world = a_bank(days=1)
    visitor = talked(world)
    world.later(DAY)
    sweep(world)
    world.available("ada")
    world.gone.discard("v1")
    visitor.arrive()
    started = visitor.start("Good morning again", "v1-1")
    assert started["state"] == "assigned"
    assert started["last"] == 1
    assert len(listed(world)) == 1
