"""The page has a button of its own: when is it online, busy, offline, and who hears of it?"""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.model.agent import Beat, Status
from chalicelib.services.assignment import assignments, buttons
from chalicelib.services.assignment.buttons import TOLD_AT_ONCE
from chalicelib.services.staff import presence, users
from chalicelib.services.waiting import sweep as sweeping
from tests import invariants
from tests.bank import group
from tests.people import Visitor, ends, invited, stored
from tests.world import BANK, World

BUTTON = {"id": "advisor", "name": "Advisor", "status": "active", "format": "custom_button"}


def a_bank(*, slots=1, languages=(), clock=None, **document):
    """A bank whose rule shows the page's own button; nobody waits in a queue."""
    rule = BANK["targeting_rules"][0]
    shows = {"kind": "notification", "notification": "advisor"}
    world = World(clock=clock) if clock else World()
    world.site(
        **{
            "groups": [group(queue_limit=0)],
            "notifications": [*BANK["notifications"], BUTTON],
            "targeting_rules": [{**rule, "engagement": shows}],
            **document,
        }
    )
    world.user("ada", slots=slots, languages=languages)
    world.later(6)
    return world


def goes(world, status, user="ada"):
    world.agent(f"page of {user}", user, action="presence", status=status)


def told(visitor):
    return [frame["state"] for frame in visitor.heard("button")]


def shown(world, connection, **page):
    """A visitor whose page shows the button, and its first state."""
    visitor = invited(world, connection, **page)
    assert visitor.offer["notification"] == "advisor"
    return visitor, visitor.offer["button"]["state"]


def accepts(visitor):
    return visitor.world.visitor(
        visitor.connection,
        action="accept",
        engagement=visitor.offer["id"],
        **{"pass": visitor.pass_},
    )


def test_a_button_follows_who_is_there_from_morning_to_evening():
    world = a_bank()
    visitor, state = shown(world, "v1")
    assert state == "offline"

    world.available("ada")
    assert told(visitor) == ["online"]

    other, state = shown(world, "v2")
    assert state == "online"
    other.start()
    assert stored(other).agent == "ada"
    assert told(visitor) == ["online", "busy"]

    ends(other)
    assert told(visitor) == ["online", "busy", "online"]

    goes(world, "offline")
    assert told(visitor) == ["online", "busy", "online", "offline"]
    assert [frame["number"] for frame in visitor.heard("button")] == [1, 2, 3, 4]
    assert visitor.heard("button")[-1] == {
        "type": "button",
        "engagement": visitor.offer["id"],
        "notification": "advisor",
        "state": "offline",
        "number": 4,
    }
    invariants.check(world.table)


def test_nobody_is_told_what_has_not_changed():
    world = a_bank(slots=3)
    world.available("ada")
    visitor, state = shown(world, "v1")
    assert state == "online"
    world.available("ada")
    second, _state = shown(world, "v2")
    second.start()
    ends(second)
    sweeping.sweep(world.ports)
    world.user("ben")
    world.later(6)
    world.available("ben")
    goes(world, "away", "ben")
    assert told(visitor) == []


def test_each_language_has_a_state_of_its_own():
    world = a_bank(languages=("en",))
    world.user("zoe", slots=1, languages=("fr",))
    world.later(6)
    english, _state = shown(world, "en")
    french, _state = shown(world, "fr", language="fr-CA")

    world.available("ada")
    assert (told(english), told(french)) == (["online"], [])

    world.available("zoe")
    assert (told(english), told(french)) == (["online"], ["online"])

    other, _state = shown(world, "v3", language="fr")
    other.start()
    assert (told(english), told(french)) == (["online"], ["online", "busy"])


def test_a_lease_that_runs_out_is_seen_by_the_sweeper():
    world = a_bank()
    world.available("ada")
    visitor, _state = shown(world, "v1")
    presence.hang_up(world.ports, "ada", "page of ada")
    assert told(visitor) == [], "perhaps the page is only being reloaded"
    world.later(16)
    sweeping.sweep(world.ports)
    assert told(visitor) == ["offline"]


def test_a_group_outside_its_hours_is_offline_until_it_opens():
    hours = {"weekly": {"mon": [["13:00", "18:00"]]}}
    world = a_bank(
        clock=datetime(2026, 11, 23, 11, 59, 50, tzinfo=UTC),
        site={"time_zone": "Europe/Paris"},
        groups=[group(queue_limit=0, hours=hours)],
    )
    world.available("ada")
    visitor, state = shown(world, "v1")
    assert state == "offline"
    world.later(10)
    sweeping.sweep(world.ports)
    assert told(visitor) == ["online"]


def test_a_queue_with_room_is_online_and_a_full_one_busy():
    world = a_bank(groups=[group(queue_limit=1)])
    world.available("ada")
    visitor, _state = shown(world, "v1")
    first, second = shown(world, "v2")[0], shown(world, "v3")[0]
    first.start()
    assert told(visitor) == []
    second.start()
    assert told(visitor) == ["busy"]
    ends(second)
    assert told(visitor) == ["busy", "online"]


@pytest.mark.parametrize("state", ["busy", "offline"])
def test_a_click_on_a_button_that_is_not_online_is_answered_by_its_state(state):
    world = a_bank()
    world.available("ada")
    visitor, _state = shown(world, "v1")
    if state == "offline":
        goes(world, "offline")
    else:
        shown(world, "v2")[0].start()
    answer = accepts(visitor)
    assert (answer["type"], answer["state"]) == ("engagement", "offered")
    assert answer["engagement"]["button"] == {"state": state}
    assert visitor.start()["state"] == "missed"


def test_a_click_on_a_button_that_is_online_is_an_acceptance():
    world = a_bank()
    world.available("ada")
    visitor, _state = shown(world, "v1")
    answer = accepts(visitor)
    assert answer["state"] == "accepted"
    assert answer["engagement"]["button"] == {"state": "online"}
    assert visitor.start()["state"] == "assigned"
    assert accepts(visitor)["state"] == "accepted", "twice is once"


def test_a_page_that_is_gone_is_forgotten():
    world = a_bank()
    visitor, _state = shown(world, "v1")
    visitor.leave()
    world.available("ada")
    assert world.ports.followers.of("bank", "any") == []


def test_a_page_follows_its_latest_button_only():
    world = a_bank()
    visitor, _state = shown(world, "v1")
    former = visitor.offer["id"]
    visitor.arrive()
    world.available("ada")
    [frame] = visitor.heard("button")
    assert frame["engagement"] == visitor.offer["id"] != former


def test_the_branch_that_the_visitor_would_take_is_the_one_that_counts():
    branch = {
        "name": "Loans",
        "when": {"fact": "page.path", "is": "is", "value": "/loans"},
        "targets": [{"group": "loans"}],
    }
    default = {"targets": [{"group": "service"}]}
    world = a_bank(
        groups=[
            group(queue_limit=0, criteria={"skills": ["service"]}),
            group("loans", queue_limit=0, criteria={"skills": ["loans"]}),
        ],
        routing_rules=[{"id": "any", "name": "Any", "branches": [branch], "default": default}],
    )
    world.user("lea", skills=("loans",))
    world.user("sam", skills=("service",))
    world.later(6)
    borrower, _state = shown(world, "v1")
    saver, _state = shown(world, "v2", url="https://bank.example/savings")
    world.available("sam")
    assert (told(borrower), told(saver)) == ([], ["online"])
    world.available("lea")
    assert (told(borrower), told(saver)) == (["online"], ["online"])


def test_a_slot_taken_from_another_group_of_the_agent_counts():
    """The button asks for one group of the agent, the conversation comes by the other."""
    others = {**BANK["targeting_rules"][0], "id": "others", "routing_rule": "other"}
    others["when"] = {"fact": "page.path", "is": "is", "value": "/savings"}
    button = {**BANK["targeting_rules"][0], "priority": -1}
    button["engagement"] = {"kind": "notification", "notification": "advisor"}
    routing = {"id": "other", "name": "Other", "default": {"targets": [{"group": "savings"}]}}
    world = a_bank(
        groups=[group(queue_limit=0), group("savings", queue_limit=0)],
        routing_rules=[*BANK["routing_rules"], routing],
        targeting_rules=[others, button],
    )
    world.available("ada")
    visitor, state = shown(world, "v1")
    assert state == "online"
    saver = invited(world, "v2", url="https://bank.example/savings")
    assert "button" not in saver.offer
    saver.start()
    assert told(visitor) == ["busy"]
    ends(saver)
    assert told(visitor) == ["busy", "online"]


def test_an_agent_who_arrives_changes_the_buttons_of_all_their_sites():
    world = a_bank()
    document = world.ports.playbooks.current("bank").document
    world.site("shop", **{name: document[name] for name in document if name != "site"})
    world.user("ben", sites=("bank", "shop"))
    world.later(6)
    customer = Visitor(world, "c1", site="shop")
    customer.arrive()
    assert customer.offer["button"] == {"state": "offline"}
    world.available("ben")
    assert told(customer) == ["online"]


def test_many_pages_are_told_a_few_at_once_and_the_rest_in_a_moment():
    world = a_bank()
    pages = [shown(world, f"v{number}")[0] for number in range(TOLD_AT_ONCE + 10)]
    world.available("ada")
    assert sum(len(told(page)) for page in pages) == TOLD_AT_ONCE
    world.run_alarms(1)
    assert all(told(page) == ["online"] for page in pages)
    assert world.rung == []


def test_a_page_that_comes_while_things_change_is_told_the_end_of_it():
    """The look that the invitation is made on may be a second old."""
    world = a_bank()
    shown(world, "v1")
    world.available("ada")
    _second, state = shown(world, "v2")
    assert state == "online"


def test_who_is_held_out_sees_and_follows_nothing():
    rule = {**BANK["targeting_rules"][0], "hold_out_percent": 100}
    rule["engagement"] = {"kind": "notification", "notification": "advisor"}
    world = a_bank(targeting_rules=[rule])
    visitor = Visitor(world, "v1")
    assert "engagement" not in visitor.arrive()
    assert world.ports.followers.of("bank", "any") == []


def paused(document):
    rules = [{**rule, "status": "paused"} for rule in document["targeting_rules"]]
    return {**document, "targeting_rules": rules}


def test_a_paused_rule_is_not_followed_any_more():
    world = a_bank()
    visitor, _state = shown(world, "v1")
    world.publish(paused)
    world.available("ada")
    assert told(visitor) == []


def test_nobody_more_is_told_once_the_rule_is_paused():
    world = a_bank()
    pages = [shown(world, f"v{number}")[0] for number in range(TOLD_AT_ONCE + 1)]
    world.available("ada")
    world.publish(paused)
    world.run_alarms(1)
    assert sum(len(told(page)) for page in pages) == TOLD_AT_ONCE


def test_a_conversation_taken_by_hand_makes_room_in_the_queue():
    world = a_bank(languages=("en",), groups=[group(queue_limit=1)])
    world.available("ada")
    english, french = shown(world, "v1")[0], shown(world, "v2", language="fr")[0]
    waiting, _state = shown(world, "v3", language="fr")
    waiting.start()
    assert told(french) == ["offline"]
    assert told(english) == [], "whoever waits cannot have the free slot"
    assignments.take(world.ports, "bank", stored(waiting).id, world.ports.staff.users()["ada"])
    assert told(french) == ["offline", "online"]


def test_an_agent_who_is_removed_is_not_there_any_more():
    world = a_bank(slots=2)
    world.user("nora", role="admin")
    world.later(6)
    world.available("ada")
    visitor, _state = shown(world, "v1")
    shown(world, "v2")[0].start()
    users.remove(world.ports, "ada")
    assert told(visitor) == ["offline"]


class Interrupted:
    """Followers whose page is told a moment late: something happens just before."""

    def __init__(self, followers, meanwhile):
        self._followers = followers
        self._meanwhile = [meanwhile]

    def told(self, before, after):
        if self._meanwhile:
            self._meanwhile.pop()()
        return self._followers.told(before, after)

    def __getattr__(self, name):
        return getattr(self._followers, name)


def test_whoever_told_what_was_over_by_then_looks_again():
    world = a_bank()
    visitor, _state = shown(world, "v1")
    until, page = world.clock + presence.LEASE, "page of ada"
    beat = Beat(status=Status.AVAILABLE, connection=page, until=until)
    world.ports.staff.renew(world.ports.staff.user("ada"), beat, world.clock)
    late = Interrupted(world.ports.followers, lambda: goes(world, "offline"))
    playbook = world.ports.playbooks.current("bank")
    buttons.refresh(replace(world.ports, followers=late), playbook, ["service"])
    assert told(visitor) == ["online", "offline"]


def test_a_button_leaves_the_sites_cap_to_invitations():
    button, hello = dict(BANK["targeting_rules"][0]), dict(BANK["targeting_rules"][0])
    button |= {"id": "button", "priority": -1}
    button["engagement"] = {"kind": "notification", "notification": "advisor"}
    hello["when"] = {"fact": "page.path", "is": "is", "value": "/savings"}
    world = a_bank(site={"frequency_cap": {"per_session": 1}}, targeting_rules=[button, hello])
    world.available("ada")
    visitor, _state = shown(world, "v1")
    for _page in range(3):
        visitor.arrive()
        assert visitor.offer["button"] == {"state": "online"}
    visitor.arrive(url="https://bank.example/savings")
    assert visitor.offer["notification"] == "hello"


def test_a_button_is_offered_once_a_page_whatever_the_page_observes():
    button, later = dict(BANK["targeting_rules"][0]), dict(BANK["targeting_rules"][0])
    button |= {"id": "button", "priority": -1}
    button["engagement"] = {"kind": "notification", "notification": "advisor"}
    later["when"] = {"fact": "page.seconds", "is": "gte", "value": 30}
    world = a_bank(targeting_rules=[button, later])
    world.available("ada")
    visitor, _state = shown(world, "v1")
    seen = {"action": "observed", "facts": {"page.seconds": 10}, "pass": visitor.pass_}
    answer = world.visitor("v1", **seen)
    assert "engagement" not in answer and answer["watches"]
    seen |= {"facts": {"page.seconds": 30}, "pass": answer["pass"]}
    assert world.visitor("v1", **seen)["engagement"]["notification"] == "hello"
    goes(world, "offline")
    assert told(visitor) == ["offline"], "the page still shows its button"
