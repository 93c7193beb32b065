"""Who is there, what becomes of what they hold, and who is served because of it?"""

from datetime import timedelta

import pytest

from chalicelib.model.agent import Beat, Status
from chalicelib.services import configuration
from chalicelib.services.staff import users
from chalicelib.services.waiting import sweep as sweeping
from tests import invariants
from tests.bank import group
from tests.people import Visitor, begun, ends, stored
from tests.scales import weighing_world
from tests.world import MemoryTable, World


def a_bank(slots=1, **document):
    world = World().site(**document)
    world.user("nora", role="admin", sites=())
    world.user("ada", slots=slots)
    world.available("ada")
    return world


def beat(world, user, **status):
    return world.agent(f"page of {user}", user, action="presence", **status)


# Leases


def test_the_sweeper_reads_only_those_whose_lease_has_run_out():
    world = weighing_world().site()
    for number in range(300):
        world.user(f"agent-{number:03d}")
    world.later(6)
    for number in range(300):
        world.available(f"agent-{number:03d}")
    sweeping.sweep(world.ports)
    world.table.forget()
    sweeping.sweep(world.ports)
    assert world.table.items < 20
    begun(world, "v1")
    world.later(60)
    for number in range(5, 300):
        beat(world, f"agent-{number:03d}")
    world.later(20)
    world.table.forget()
    sweeping.sweep(world.ports)
    assert world.table.items < 60


def test_an_absent_agent_is_looked_at_until_they_hold_nothing_and_again_after_they_were_back():
    world = a_bank()
    first = begun(world, "v1")
    world.later(76)
    assert sweeping.sweep(world.ports).absent_agents == 1
    assert world.ports.staff.absent(world.clock) == {}
    assert sweeping.sweep(world.ports).absent_agents == 0
    world.available("ada")
    assert stored(first).agent == "ada"
    world.later(76)
    assert sweeping.sweep(world.ports).absent_agents == 1
    assert stored(first).state == "waiting"


def test_whoever_was_laid_to_rest_is_given_nothing_that_was_decided_before():
    waiting = []

    def on_call(name):
        if name == "write" and waiting:
            waiting.pop()()

    world = World(table=MemoryTable(lambda: world.epoch(), on_call)).site()
    world.user("ada")
    world.available("ada")

    def fall_asleep():
        world.later(90)
        sweeping.sweep(world.ports)

    visitor = Visitor(world, "v1")
    visitor.arrive()
    waiting.append(fall_asleep)
    visitor.start()
    assert stored(visitor).state == "waiting"
    assert world.ports.staff.state("ada").active == {}


def test_an_agent_who_signs_off_with_nothing_in_hand_is_forgotten_by_the_sweeper():
    world = a_bank()
    beat(world, "ada", status="offline")
    world.later(76)
    assert set(world.ports.staff.absent(world.clock)) == {"ada"}
    assert sweeping.sweep(world.ports).absent_agents == 0
    assert world.ports.staff.absent(world.clock) == {}


# Away


def two_groups(**of_cards):
    """Cards and loans, with a rule that sends French visitors to the loans."""
    french = {"fact": "conversation.language", "is": "is", "value": "fr"}
    to_loans = {"name": "french", "when": french, "targets": [{"group": "loans"}]}
    return {
        "groups": [group("cards", **of_cards), group("loans")],
        "routing_rules": [
            {
                "id": "any",
                "name": "Any",
                "branches": [to_loans],
                "default": {"targets": [{"group": "cards"}]},
            }
        ],
    }


def test_away_returns_what_belongs_to_a_group_that_wants_it_back_and_nothing_else():
    world = a_bank(slots=2, **two_groups(away="return"))
    cards, loans = begun(world, "v1"), begun(world, "v2", language="fr")
    answer = beat(world, "ada", status="away")
    assert (stored(cards).state, stored(loans).agent) == ("waiting", "ada")
    assert world.heard("page of ada", "unassigned") == [
        {"type": "unassigned", "conversation": stored(cards).id, "reason": "away"}
    ]
    assert answer["active"] == 1
    assert stored(cards).requeues == 1
    beat(world, "ada")
    assert stored(cards).requeues == 1
    beat(world, "ada", status="available")
    assert stored(cards).agent == "ada"
    invariants.check(world.table)


def test_away_keeps_everything_unless_a_group_says_otherwise():
    world = a_bank(slots=2, **two_groups())
    cards = begun(world, "v1")
    beat(world, "ada", status="away")
    assert stored(cards).agent == "ada"


def test_what_a_lambda_left_with_an_agent_who_is_away_goes_back_with_the_next_beat():
    world = a_bank(slots=2, **two_groups(away="return"))
    cards = begun(world, "v1")
    later = world.clock + timedelta(seconds=75)
    beats = Beat(status=Status.AWAY, connection="c", until=later)
    world.ports.staff.renew(world.ports.staff.user("ada"), beats, world.clock)
    assert stored(cards).agent == "ada"
    beat(world, "ada")
    assert stored(cards).state == "waiting"


def test_away_says_nothing_of_a_site_that_is_gone():
    world = a_bank(slots=2, **two_groups(away="return"))
    begun(world, "v1")
    world.ports.playbooks.delete("bank")
    world.later(6)
    assert beat(world, "ada", status="away")["type"] == "presence"


# Slots and members


def test_fewer_slots_take_nothing_away():
    world = a_bank(slots=2)
    visitors = [begun(world, f"v{number}") for number in range(3)]
    users.change(world.ports, "ada", {"slots": 1})
    assert [stored(each).agent for each in visitors] == ["ada", "ada", None]
    ends(visitors[0])
    assert stored(visitors[2]).agent is None, "one is as many as one slot holds"
    ends(visitors[1])
    assert stored(visitors[2]).agent == "ada"


def test_more_slots_serve_whoever_waits_at_once():
    world = a_bank()
    visitors = [begun(world, f"v{number}") for number in range(4)]
    users.change(world.ports, "ada", {"slots": 3})
    assert [stored(each).agent for each in visitors] == ["ada", "ada", "ada", None]
    invariants.check(world.table)


@pytest.mark.parametrize(
    "patch", [{"team": "cards"}, {"languages": ["en", "fr"], "team": "cards"}], ids=str
)
def test_a_profile_that_makes_somebody_a_member_serves_whoever_waits_at_once(patch):
    world = a_bank(groups=[group(criteria={"team": "cards"})])
    world.user("ben", slots=1, team="cards")
    waiting = begun(world, "v1")
    assert stored(waiting).agent is None
    users.change(world.ports, "ada", patch)
    assert stored(waiting).agent == "ada"


def test_a_published_playbook_that_makes_somebody_a_member_serves_whoever_waits_at_once():
    world = World()
    world.user("ada", slots=1)
    world.user("ben", slots=0)
    world.site(groups=[group(criteria={}, members=["ben"])])
    world.available("ada")
    waiting = begun(world, "v1")
    members = [group(criteria={}, members=["ada", "ben"])]
    configuration.publish(world.ports, "bank", lambda document: {**document, "groups": members})
    assert stored(waiting).agent == "ada"
    assert world.heard("page of ada", "assigned")


def test_somebody_who_is_active_again_serves_whoever_waits_with_their_first_beat():
    world = a_bank()
    users.remove(world.ports, "ada")
    waiting = begun(world, "v1")
    users.change(world.ports, "ada", {"active": True})
    world.available("ada", "a new page")
    assert stored(waiting).agent == "ada"


def test_an_admin_of_every_site_is_served_from_one_of_them_when_given_more_slots():
    world = World()
    world.user("nora", role="admin", slots=0, sites=())
    world.site(groups=[group(criteria={}, members=["nora"])])
    world.available("nora")
    waiting = begun(world, "v1")
    users.change(world.ports, "nora", {"slots": 1})
    assert stored(waiting).agent == "nora"


# Deactivation


def test_after_deactivation_nothing_is_said_to_them_and_nothing_given_to_them():
    world = a_bank(slots=3)
    held = begun(world, "v1")
    # Another Lambda still has the active profile in mind.
    elsewhere = World(table=world.table, clock=world.clock, ids=world.ids)
    elsewhere.ports.playbooks.current("bank")
    elsewhere.ports.staff.users()
    ends(begun(elsewhere, "w0"))
    users.remove(world.ports, "ada")
    said = list(world.frames["page of ada"])
    assert said[-1] == {"type": "bye", "code": "auth_expired"}
    assert "page of ada" in world.gone
    assert stored(held).state == "waiting"
    elsewhere.frames.clear()
    other = begun(elsewhere, "w1")
    assert stored(other).agent is None
    assert beat(elsewhere, "ada", status="available")["type"] == "error"
    assert world.frames["page of ada"] == said
    assert not elsewhere.frames["page of ada"]
    state = world.ports.staff.state("ada")
    assert (state.active, state.status) == ({}, "offline")
    invariants.check(world.table)
