"""Two things happen to one conversation at the same moment: which of them counts?"""

from datetime import timedelta

import pytest

from chalicelib.errors import Conflict
from chalicelib.model.agent import Beat, Status
from chalicelib.services.assignment import assignments, handing_back, transfers
from chalicelib.services.conversation import messages
from chalicelib.services.waiting import due
from chalicelib.services.waiting import sweep as sweeping
from chalicelib.web.staff_actions import author_of
from tests import invariants
from tests.bank import group
from tests.people import begun, ends, says, stored
from tests.world import World

ANY = {"id": "any", "name": "Anybody", "default": {"targets": [{"group": "service"}]}}


def a_bank(*agents, slots=1, silence=None):
    world = World().site(
        site={"close_after_seconds": silence} if silence else {},
        groups=[group(criteria={}, members=["ada", "ben"], answer_timeout_seconds=60)],
        routing_rules=[ANY],
    )
    for agent in ("ada", "ben"):
        world.user(agent, slots=slots)
    world.user("mia", role="manager")
    world.later(6)
    for agent in agents:
        world.available(agent)
    return world


def before_the_write(world, meanwhile):
    """Once, just before a conversation moves, something else happens."""
    move = world.ports.conversations.move
    once = iter([meanwhile])

    def moves(*conversation, **more):
        for happens in once:
            happens()
        return move(*conversation, **more)

    world.ports.conversations.move = moves


def after_the_read(world, meanwhile):
    """Once, just after a conversation was read for the alarm, something else happens."""
    get = world.ports.conversations.get
    once = iter([meanwhile])

    def gets(site, conversation):
        found = get(site, conversation)
        for happens in once:
            happens()
        return found

    world.ports.conversations.get = gets


@pytest.mark.parametrize("between", [before_the_write, after_the_read])
def test_an_answer_at_the_moment_of_the_timeout_counts(between):
    world = a_bank("ada")
    visitor = begun(world, "v1")
    found = stored(visitor)
    world.rung.clear()
    world.later(60)
    between(world, lambda: says(world, "ada", visitor, "Here I am"))
    due.wake(world.ports, "bank", found.id, found.version)
    assert (stored(visitor).agent, stored(visitor).requeues) == ("ada", 0)
    invariants.check(world.table)


@pytest.mark.parametrize("between", [before_the_write, after_the_read])
def test_words_at_the_moment_of_the_silence_count(between):
    world = a_bank("ada", silence=600)
    visitor = begun(world, "v1")
    says(world, "ada", visitor, "Good morning")
    found = stored(visitor)
    world.rung.clear()
    world.later(600)
    between(world, lambda: visitor.say("I am still here"))
    due.wake(world.ports, "bank", found.id, found.version)
    assert stored(visitor).state == "assigned"
    invariants.check(world.table)


@pytest.mark.parametrize("by", ["ada", "mia"])
def test_only_an_agent_who_gives_it_back_has_done_something_by_hand(by):
    world = a_bank("ada")
    visitor = begun(world, "v1")
    acted_at = world.ports.staff.state("ada").acted_at
    world.later(5)
    user = world.ports.staff.user(by)
    handing_back.hand_back(world.ports, "bank", stored(visitor).id, user)
    assert (world.ports.staff.state("ada").acted_at == acted_at) is (by == "mia")


@pytest.mark.parametrize("by", ["ada", "mia", None])
def test_only_an_agent_who_closes_it_has_done_something_by_hand(by):
    world = a_bank("ada")
    visitor = begun(world, "v1")
    acted_at = world.ports.staff.state("ada").acted_at
    world.later(5)
    ends(visitor, by)
    assert (world.ports.staff.state("ada").acted_at == acted_at) is (by != "ada")


def test_an_older_alarm_serves_whoever_a_dead_lambda_left_waiting():
    world = a_bank("ada")
    visitor = begun(world, "v1")
    found = stored(visitor)
    serve = world.ports.conversations.queue
    world.later(60)

    def dies(*_queue, **_more):
        raise Conflict("the Lambda is gone", "busy")

    world.ports.conversations.queue = dies
    world.user("cyd")
    with pytest.raises(Conflict):
        handing_back.time_out(world.ports, world.ports.playbooks.current("bank"), found)
    world.ports.conversations.queue = serve
    assert stored(visitor).state == "waiting"
    beat(world, "ben")
    due.wake(world.ports, "bank", found.id, found.version)
    assert stored(visitor).agent == "ben"
    invariants.check(world.table)


def test_what_is_due_on_a_site_that_was_deleted_is_looked_at_once_more_and_never_again():
    world = a_bank("ada")
    begun(world, "v1")
    world.rung.clear()
    world.ports.playbooks.delete("bank")
    world.later(200)
    assert [sweeping.sweep(world.ports).late_waits for _minute in range(2)] == [1, 0]


def test_a_look_for_nothing_forgets_no_wait_that_begins_meanwhile():
    world = a_bank()
    visitor = begun(world, "v1")
    messages.post(
        world.ports,
        "bank",
        stored(visitor).id,
        author_of(world.ports.staff.user("mia")),
        "m1",
        "Somebody comes soon",
    )
    world.later(1)
    world.available("ada")
    found = stored(visitor)
    assert (found.agent, found.unanswered_since) == ("ada", None)
    world.later(60)
    amend = world.ports.conversations.amend
    words = iter(["Hello?"])

    def amends(*conversation, **more):
        for text in words:
            visitor.say(text)
        return amend(*conversation, **more)

    world.ports.conversations.amend = amends
    due.wake(world.ports, "bank", found.id, found.version)
    assert stored(visitor).due_at == world.clock + timedelta(seconds=60)


def test_whoever_is_kept_in_vain_is_served_at_that_very_moment():
    world = a_bank("ada")
    visitor = begun(world, "v1")
    user = world.ports.staff.user("ada")
    world.user("cyd")
    named = group(criteria={}, members=["ada", "ben", "cyd"], answer_timeout_seconds=60)
    world.publish(lambda document: {**document, "groups": [named]})
    world.available("cyd")
    transfers.to_agent(world.ports, "bank", stored(visitor).id, user, "ben", None)
    assert stored(visitor).agent is None, "it is kept for Ben, whoever else is free"
    world.run_alarms(60)
    assert stored(visitor).agent == "cyd"


def test_what_has_another_agent_by_now_is_not_taken_from_them():
    world = a_bank("ada")
    visitor = begun(world, "v1")
    assignments.requeue(world.ports, "bank", stored(visitor).id, "ben", "lease_expired")
    assert (stored(visitor).agent, stored(visitor).version) == ("ada", 1)


def test_whoever_went_offline_when_a_lambda_died_gives_back_with_the_next_beat():
    world = a_bank("ada")
    visitor = begun(world, "v1")
    beat(world, "ada", Status.OFFLINE)
    assert stored(visitor).agent == "ada"
    world.agent("page of ada", "ada", action="presence", status="offline")
    assert stored(visitor).state == "waiting"
    invariants.check(world.table)


def test_nobody_takes_anything_whose_page_has_gone_silent():
    world = a_bank("ada")
    begun(world, "v1")
    visitor = begun(world, "v2")
    world.available("ben")
    assert stored(visitor).agent == "ben"
    ends(visitor)
    world.later(80)
    late = begun(world, "v3")
    with pytest.raises(Conflict) as refused:
        user = world.ports.staff.user("ben")
        assignments.take(world.ports, "bank", stored(late).id, user)
    assert (refused.value.code, stored(late).agent) == ("no_free_slot", None)


def beat(world, agent, status=Status.AVAILABLE):
    """An agent's page says so, but the Lambda that heard it did nothing more."""
    found = Beat(status=status, connection="c", until=world.clock + timedelta(seconds=75))
    world.ports.staff.renew(world.ports.staff.user(agent), found, world.clock)
