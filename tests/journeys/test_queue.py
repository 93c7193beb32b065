"""Somebody waits: in which place, who serves them, and what do they hear meanwhile?"""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.errors import Conflict
from chalicelib.playbook.resources import COLLECTIONS
from chalicelib.services import configuration
from chalicelib.services.staff import presence, users
from chalicelib.services.waiting import sweep as sweeping
from chalicelib.store.staff import StoredStaff
from tests import invariants
from tests.bank import group
from tests.people import Visitor, begun, ends, invited, says, stored
from tests.world import World


def a_bank(**document):
    world = World().site(**document)
    world.user("ada", slots=1)
    world.available("ada")
    return world


def agent_of(visitor):
    return stored(visitor).agent


def test_everybody_who_waits_is_told_their_place_as_it_changes():
    world = a_bank()
    first, *others = [begun(world, f"v{number}") for number in range(4)]
    assert [visitor.conversation["position"] for visitor in others] == [1, 2, 3]
    ends(first)
    assert agent_of(others[0]) == "ada"
    world.run_alarms(1)
    assert [visitor.heard("queue")[-1]["position"] for visitor in others[1:]] == [1, 2]
    assert world.heard("page of ada", "queue_changed")[-1] == {
        "type": "queue_changed",
        "group": "service",
        "waiting": 2,
    }


def test_whoever_gives_up_waiting_lets_those_behind_move_up():
    world = a_bank()
    _first, second, third = [begun(world, f"v{number}") for number in range(3)]
    ends(second)
    world.run_alarms(1)
    assert third.heard("queue")[-1]["position"] == 1
    assert second.heard("closed")
    invariants.check(world.table)


def test_an_absent_agent_loses_the_conversation_which_keeps_its_place_and_is_served_first():
    world = a_bank()
    first = begun(world, "v1")
    world.later(10)
    second = begun(world, "v2")
    world.later(76)
    sweeping.sweep(world.ports)
    world.run_alarms(1)
    assert stored(first).state == "waiting" and stored(first).requeues == 1
    assert world.heard("page of ada", "unassigned")[-1]["reason"] == "lease_expired"
    assert first.heard("queue")[-1]["position"] == 1
    assert second.heard("queue")[-1]["position"] == 2

    world.user("ben", slots=1)
    world.later(6)
    world.available("ben")
    assert agent_of(first) == "ben", "whoever came first is served first"
    assert stored(second).state == "waiting"
    invariants.check(world.table)


def test_an_agent_who_leaves_gives_back_what_they_hold_at_once():
    world = a_bank()
    visitor = begun(world, "v1")
    world.user("ben", slots=1)
    world.later(6)
    world.available("ben")
    world.agent("page of ada", "ada", action="presence", status="offline")
    assert agent_of(visitor) == "ben"
    assert visitor.heard("conversation")[-1]["agent"]["name"] == "Ben"
    invariants.check(world.table)


def test_an_agent_who_is_away_keeps_what_they_hold_and_gets_nothing_more():
    world = a_bank()
    visitor = begun(world, "v1")
    world.agent("page of ada", "ada", action="presence", status="away")
    assert agent_of(visitor) == "ada"
    second = begun(world, "v2")
    ends(visitor)
    assert stored(second).state == "waiting"
    world.agent("page of ada", "ada", action="presence", status="available")
    assert agent_of(second) == "ada"


def test_a_page_that_is_reloaded_loses_nothing():
    world = a_bank()
    visitor = begun(world, "v1")
    presence.hang_up(world.ports, "ada", "page of ada")
    world.later(10)
    world.available("ada", "ada again")
    world.later(60)
    sweeping.sweep(world.ports)
    assert agent_of(visitor) == "ada"
    assert stored(visitor).requeues == 0


def test_a_page_that_is_closed_is_missed_after_a_moment():
    world = a_bank()
    visitor = begun(world, "v1")
    presence.hang_up(world.ports, "ada", "page of ada")
    world.later(16)
    sweeping.sweep(world.ports)
    assert stored(visitor).state == "waiting"


def test_a_synchronous_group_that_is_full_takes_nobody_and_says_so():
    world = a_bank(groups=[group(queue_limit=0)])
    early, late = invited(world, "v1"), invited(world, "v2")
    early.start()
    answer = late.start("Is anybody there?")
    assert answer["type"] == "conversation" and answer["state"] == "missed"
    assert "token" not in answer
    assert not late.heard("ack"), "the words were not kept"
    missed = world.ports.conversations.get("bank", answer["id"])
    assert (missed.state, missed.last_number) == ("missed", 0)
    invariants.check(world.table)

    ends(early)
    assert late.start("Now?")["state"] == "assigned", "the same invitation still stands"


def test_nobody_is_invited_to_a_group_that_cannot_take_them():
    world = a_bank(groups=[group(queue_limit=0)])
    begun(world, "v1")
    world.later(1)  # availability is looked at once a second
    assert "engagement" not in Visitor(world, "v2").arrive()


def test_a_full_queue_takes_nobody():
    world = a_bank(groups=[group(queue_limit=1)])
    visitors = [invited(world, f"v{number}") for number in range(3)]
    states = [visitor.start()["state"] for visitor in visitors]
    assert states == ["assigned", "waiting", "missed"]


def test_who_speaks_another_language_is_stepped_over_and_keeps_their_place():
    world = World().site()
    world.user("ada", slots=1, languages=("en",))
    world.available("ada")
    first = begun(world, "v1")
    french = begun(world, "v2", language="fr")
    english = begun(world, "v3")
    ends(first)
    assert agent_of(english) == "ada"
    assert stored(french).state == "waiting"


def test_a_queue_whose_head_nobody_free_can_answer_is_looked_at_further_down():
    world = World().site(groups=[group(queue_limit=100)])
    world.user("ada", slots=1, languages=("en",))
    world.user("zoe", slots=0, languages=("fr",))
    world.available("ada")
    first = begun(world, "first")
    for number in range(30):
        begun(world, f"f{number}", language="fr")
    world.later(1)
    english = begun(world, "english")
    ends(first)
    assert agent_of(english) == "ada"


def test_a_newcomer_behind_such_a_head_is_served_at_once():
    world = World().site(groups=[group(queue_limit=100)])
    world.user("ada", slots=1, languages=("en",))
    world.user("zoe", slots=0, languages=("fr",))
    world.available("ada")
    for number in range(30):
        begun(world, f"f{number}", language="fr")
    world.later(1)
    assert agent_of(begun(world, "english")) == "ada"


def test_a_group_outside_its_own_hours_is_given_nobody_until_it_opens():
    hours = {"weekly": {"mon": [["13:00", "18:00"]]}}
    world = World(clock=datetime(2026, 11, 23, 11, tzinfo=UTC)).site(
        site={"time_zone": "Europe/Paris"}, groups=[group(hours=hours)]
    )
    world.user("ada", slots=1)
    world.available("ada")
    visitor = begun(world, "v1")
    world.agent("page of ada", "ada", action="presence", status="away")
    world.available("ada")
    world.run_alarms(60)
    sweeping.sweep(world.ports)
    assert stored(visitor).state == "waiting", "it is noon in Paris"
    for _beat in range(60):
        world.later(60)
        world.available("ada")
    sweeping.sweep(world.ports)
    assert agent_of(visitor) == "ada"


def test_an_admin_who_answers_on_every_site_is_served_from_every_queue():
    everybody = group(criteria={}, members=["nora"])
    world = World()
    world.user("nora", role="admin", slots=1, sites=())
    world.site(groups=[everybody])
    world.available("nora", site="bank")
    first, second = begun(world, "v1"), begun(world, "v2")
    world.site("shop", groups=[everybody])
    shopper = begun(world, "s1", site="shop")
    ends(first)
    assert agent_of(second) == "nora"
    ends(second)
    assert agent_of(shopper) == "nora"


def test_a_deactivated_agent_loses_conversations_and_sockets():
    world = a_bank()
    world.user("nora", role="admin")
    visitor = begun(world, "v1")
    users.remove(world.ports, "ada")
    assert stored(visitor).state == "waiting"
    assert world.heard("page of ada", "bye")[-1]["code"] == "auth_expired"
    assert "page of ada" in world.gone
    assert world.accounts_made["ada"] == "closed"
    answer = world.available("ada", "another page")
    assert answer["type"] == "error"
    world.later(6)
    assert says(world, "ada", visitor, "Still here")["code"] == "auth_expired"
    invariants.check(world.table)


def test_the_previous_agent_is_preferred_where_the_rule_says_so():
    rule = {
        "id": "any",
        "name": "Anybody",
        "default": {"targets": [{"group": "service"}]},
        "prefer_previous_agent": True,
    }
    world = World().site(routing_rules=[rule])
    world.user("ada", slots=2)
    world.user("ben", slots=2)
    world.available("ada")
    visitor = begun(world, "v1")
    assert agent_of(visitor) == "ada"
    world.available("ben")
    ends(visitor)
    world.later(10)
    again = visitor.start("Me again")
    assert again["agent"]["name"] == "Ada", "Ben has been idle for longer"


def test_without_the_rule_saying_so_whoever_is_idle_longest_is_chosen():
    world = World().site()
    world.user("ada", slots=2)
    world.user("ben", slots=2)
    world.available("ada")
    visitor = begun(world, "v1")
    world.available("ben")
    ends(visitor)
    assert visitor.start("Me again")["agent"]["name"] == "Ben"


def test_an_agent_whose_profile_has_just_changed_is_not_passed_over():
    world = a_bank()
    elsewhere = StoredStaff(world.table, world.epoch)
    world.available("ada")
    known = world.ports.staff.users()["ada"]
    # Another instance changes the profile; this one still has the old one in mind.
    elsewhere.save(replace(known, slots=5, version=known.version + 1), before=known)
    assert agent_of(begun(world, "v1")) == "ada"


def test_a_slot_that_comes_free_under_a_new_profile_is_handed_on_at_once():
    world = a_bank()
    first, second = begun(world, "v1"), begun(world, "v2")
    assert agent_of(second) is None
    elsewhere = StoredStaff(world.table, world.epoch)
    known = world.ports.staff.users()["ada"]
    elsewhere.save(replace(known, display_name="A.", version=known.version + 1), before=known)
    ends(first)
    assert agent_of(second) == "ada"


def test_a_group_in_which_somebody_waits_cannot_be_removed():
    world = a_bank(groups=[group(), group(id="other")])
    first, second = begun(world, "v1"), begun(world, "v2")
    to_other = {"id": "any", "name": "Any", "default": {"targets": [{"group": "other"}]}}
    world.publish(lambda document: {**document, "routing_rules": [to_other]})
    with pytest.raises(Conflict, match="1 conversations wait"):
        configuration.remove(world.ports, "bank", COLLECTIONS["groups"], "service", version=None)
    ends(first)
    ends(second)
    configuration.remove(world.ports, "bank", COLLECTIONS["groups"], "service", version=None)
