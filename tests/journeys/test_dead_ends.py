"""Where could a conversation get stuck, or an agent be given what nobody meant to give?"""

from datetime import timedelta

import pytest

from chalicelib.errors import Conflict, NotFound
from chalicelib.services import rights
from chalicelib.services.assignment import handing_back, snoozes, transfers
from chalicelib.services.conversation import desk, reasons
from chalicelib.services.staff import users
from tests import invariants
from tests.bank import group
from tests.people import begun, ends, invited, says, stored
from tests.world import World

ANY = {"id": "any", "name": "Anybody", "default": {"targets": [{"group": "service"}]}}


def a_bank(*agents, slots=1, **more):
    """Ada and Ben are of the service, Mia manages."""
    world = World().site(
        groups=[group(criteria={}, members=["ada", "ben"], answer_timeout_seconds=60, **more)],
        routing_rules=[ANY],
    )
    for agent in ("ada", "ben"):
        world.user(agent, slots=slots)
    world.user("mia", role="manager")
    world.later(6)
    for agent in agents:
        world.available(agent)
    return world


def user(world, id):
    return world.ports.staff.user(id)


def put_aside(world, visitor, time, *, keep=False):
    """Ada puts the conversation aside for so long."""
    conversation, ada = stored(visitor).id, user(world, "ada")
    snoozes.snooze(world.ports, "bank", conversation, world.clock + time, keep=keep, by=ada)


def sentences(world, visitor, by="mia"):
    found = reasons.of(world.ports, "bank", stored(visitor).id, user(world, by))
    return [each["sentences"][0] for each in found["routing"]]


def test_whoever_left_it_gets_it_when_a_colleague_passes_it_on_to_them():
    world = a_bank("ada")
    visitor = begun(world, "v1")
    handing_back.hand_back(world.ports, "bank", stored(visitor).id, user(world, "ada"))
    world.later(1)
    world.available("ben")
    assert stored(visitor).agent == "ben"
    other = begun(world, "v2")
    assert stored(other).agent == "ada"
    transfers.to_agent(world.ports, "bank", stored(visitor).id, user(world, "ben"), "ada", None)
    assert (stored(visitor).state, stored(visitor).kept_for) == ("waiting", "ada")
    # Not by Ada's hand, so she has done nothing since she gave the first one back.
    ends(other)
    assert stored(visitor).agent == "ada"
    invariants.check(world.table)


def test_a_rule_never_gives_it_back_to_whoever_passes_it_on_whatever_the_clocks_say():
    world = a_bank("ada", slots=2)
    visitor = begun(world, "v1")
    world.later(2)
    # Another Lambda's clock is two seconds ahead of this one's.
    world.agent("page of ada", "ada", action="presence", status="away")
    world.available("ada")
    world.later(-2)
    transfers.to_rule(world.ports, "bank", stored(visitor).id, user(world, "ada"), "any", None)
    assert (stored(visitor).state, stored(visitor).agent) == ("waiting", None)
    invariants.check(world.table)


def test_a_snooze_never_covers_words_that_its_agent_had_no_chance_to_read():
    world = a_bank("ada")
    visitor = begun(world, "v1")
    says(world, "ada", visitor, "Until tomorrow then")
    current = world.ports.playbooks.current
    words = iter(["One more thing"])

    def while_somebody_writes(site):
        for text in words:
            visitor.say(text)
        return current(site)

    world.ports.playbooks.current = while_somebody_writes
    with pytest.raises(Conflict) as refused:
        put_aside(world, visitor, timedelta(days=1))
    assert refused.value.code == "conversation_moved"
    assert (stored(visitor).state, stored(visitor).last_number) == ("assigned", 3)


def test_what_was_put_aside_unanswered_overtakes_nobody_when_its_time_comes():
    world = a_bank("ada")
    visitor = begun(world, "v1")
    put_aside(world, visitor, timedelta(days=1))
    world.agent("page of ada", "ada", action="presence", status="offline")
    world.later(86_390)
    earlier = begun(world, "v2")
    world.run_alarms(20)
    assert stored(visitor).state == "waiting"
    world.available("ada")
    assert (stored(earlier).agent, stored(visitor).agent) == ("ada", None)
    invariants.check(world.table)


def test_an_agent_whose_conversation_a_manager_passes_on_has_done_nothing():
    world = a_bank("ada", "ben")
    visitor = begun(world, "v1")
    assert stored(visitor).agent == "ada"
    acted_at = world.ports.staff.state("ada").acted_at
    world.later(5)
    transfers.to_agent(world.ports, "bank", stored(visitor).id, user(world, "mia"), "ben", None)
    assert stored(visitor).agent == "ben"
    assert world.ports.staff.state("ada").acted_at == acted_at


def test_what_is_kept_for_an_agent_stays_in_their_sight_whatever_group_they_are_in():
    world = a_bank("ada")
    visitor = begun(world, "v1")
    until = world.clock + timedelta(hours=1)
    conversation, ada = stored(visitor).id, user(world, "ada")
    snoozes.snooze(world.ports, "bank", conversation, until, keep=True, by=ada)
    others = group(criteria={}, members=["ben"])
    world.publish(lambda document: {**document, "groups": [others]})
    assert desk.read(world.ports, "bank", conversation, ada).kept_for == "ada"


def test_a_manager_of_another_site_may_do_nothing_here():
    world = a_bank("ada")
    world.user("zed", role="manager", sites=("shop",))
    visitor = begun(world, "v1")
    for may in (rights.may_read_as, rights.may_write_as):
        with pytest.raises(NotFound):
            may(user(world, "zed"))(stored(visitor))


def test_it_is_said_who_gave_it_back():
    world = a_bank("ada")
    visitor = begun(world, "v1")
    handing_back.hand_back(world.ports, "bank", stored(visitor).id, user(world, "mia"))
    assert sentences(world, visitor)[-1] == (
        "Mia took it from Ada and gave it back to the queue of service."
    )


def test_a_wait_that_overflows_into_very_many_groups_still_ends():
    names = [f"g{number:02d}" for number in range(50)]
    default = {"targets": [{"group": name} for name in names], "overflow_after_seconds": 5}
    world = World().site(
        groups=[group(name, criteria={}, members=["ada"]) for name in names],
        routing_rules=[{"id": "any", "name": "Any", "default": default}],
    )
    world.user("ada", slots=1)
    world.later(6)
    visitor = begun(world, "v1")
    world.run_alarms(300)
    assert len(stored(visitor).queues) > 20
    world.available("ada")
    assert stored(visitor).agent == "ada"
    handing_back.hand_back(world.ports, "bank", stored(visitor).id, user(world, "ada"))
    world.run_alarms(300)
    ends(visitor)
    assert stored(visitor).state == "closed"
    invariants.check(world.table)


def test_what_belonged_to_a_site_that_was_deleted_holds_no_slot_for_long():
    world = a_bank().site("shop")
    world.user("cyd", slots=1, sites=("bank", "shop"))
    world.publish(lambda document: {**document, "groups": [group()]})
    world.available("cyd")
    at_the_shop = invited(world, "v1", site="shop")
    at_the_shop.start()
    assert stored(at_the_shop).agent == "cyd"
    at_the_bank = begun(world, "v2")
    assert stored(at_the_bank).state == "waiting"
    world.ports.playbooks.delete("shop")
    world.later(6)
    world.agent("page of cyd", "cyd", action="presence")
    assert stored(at_the_bank).agent == "cyd"
    assert set(world.ports.staff.state("cyd").active) == {stored(at_the_bank).id}


def test_what_a_colleague_has_no_slot_for_waits_where_somebody_serves_it_now():
    closed = {"weekly": {"mon": [["01:00", "02:00"]]}}
    world = World().site(
        groups=[
            group("night", criteria={}, members=["ben"], hours=closed),
            group("day", criteria={}, members=["ben"]),
            group(criteria={}, members=["ada"]),
        ],
        routing_rules=[ANY],
    )
    for agent in ("ada", "ben"):
        world.user(agent, slots=1)
    world.later(6)
    world.available("ada")
    visitor = begun(world, "v1")
    transfers.to_agent(world.ports, "bank", stored(visitor).id, user(world, "ada"), "ben", None)
    assert (stored(visitor).state, stored(visitor).kept_for) == ("waiting", "ben")
    world.available("ben")
    assert stored(visitor).agent == "ben"
    invariants.check(world.table)


def test_a_rule_lets_it_wait_where_somebody_works_now():
    closed = {"weekly": {"mon": [["01:00", "02:00"]]}}
    targets = [{"group": "night"}, {"group": "day"}]
    world = World().site(
        groups=[
            group("night", criteria={}, members=["ben"], hours=closed, queue_limit=0),
            group("day", criteria={}, members=["ben"], queue_limit=0),
            group(criteria={}, members=["ada"]),
        ],
        routing_rules=[ANY, {"id": "other", "name": "Other", "default": {"targets": targets}}],
    )
    for agent in ("ada", "ben"):
        world.user(agent, slots=1)
    world.later(6)
    world.available("ada")
    visitor = begun(world, "v1")
    transfers.to_rule(world.ports, "bank", stored(visitor).id, user(world, "ada"), "other", None)
    world.available("ben")
    assert stored(visitor).agent == "ben"
    invariants.check(world.table)


def test_what_waits_for_whoever_was_deactivated_waits_for_nobody():
    world = a_bank("ada")
    world.user("nora", role="admin")
    visitor = begun(world, "v1")
    put_aside(world, visitor, timedelta(hours=1), keep=True)
    users.remove(world.ports, "ada")
    world.later(3_590)
    world.available("ben")
    world.run_alarms(20)
    assert stored(visitor).agent == "ben"
    invariants.check(world.table)


def test_a_reason_is_kept_when_somebody_leaves_their_conversations():
    world = a_bank("ada")
    visitor = begun(world, "v1")
    world.agent("page of ada", "ada", action="presence", status="offline")
    assert sentences(world, visitor)[-1] == (
        "Ada went offline, so it went back to the queue of service."
    )
