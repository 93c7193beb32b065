"""What fell through a crack is found within a minute or two, and repaired once."""

from datetime import timedelta

import pytest

from chalicelib.services.assignment import assignments
from chalicelib.services.ports.placement import entry_of
from chalicelib.services.waiting import sweep as sweeping
from chalicelib.store import keys
from chalicelib.store.operations import Update
from tests import invariants
from tests.bank import flow, group
from tests.people import begun, ends, invited, stored
from tests.world import World

ADDRESS = "grace@example.com"
YEAR = timedelta(days=365)


class Mortal(World):
    """A world whose functions may die when they push."""

    dying = None

    def push(self, connection, notice, *, answers=None):
        if self.dying is not None:
            raise self.dying
        return super().push(connection, notice, answers=answers)


@pytest.fixture
def world():
    world = Mortal().site(flows=[flow("asks", 30)])
    world.user("ada", slots=1)
    world.available("ada")
    return world


def swept(world):
    return sweeping.sweep(world.ports)


def test_with_nothing_to_repair_nothing_is_repaired(world):
    visitor = begun(world, "v1")
    begun(world, "v2")
    before = invariants.rows(world.table)
    assert swept(world) == sweeping.Swept(
        absent_agents=0, late_runs=0, late_letters=0, late_waits=0, served=0
    )
    assert invariants.rows(world.table) == before
    assert visitor.heard("email_request") == []


def test_an_alarm_that_was_lost_rings_after_all(world):
    visitor = begun(world, "v1")
    world.rung.clear()
    world.later(30)
    assert swept(world).late_runs == 0, "an alarm may be late by itself"
    world.later(31)
    assert swept(world).late_runs == 1
    assert len(visitor.heard("email_request")) == 1
    assert swept(world).late_runs == 0
    assert len(visitor.heard("email_request")) == 1


class Died(BaseException):
    """The process ends here: nothing after this line runs."""


@pytest.mark.parametrize("killed_by", ["alarm", "sweep"])
def test_who_was_asked_by_a_dying_function_is_told_all_the_same(world, killed_by):
    visitor = begun(world, "v1")
    visitor.does("email", address=ADDRESS)
    visitor.leave()
    world.later(61)
    if killed_by == "sweep":
        world.rung.clear()
    world.dying = Died
    with pytest.raises(Died):
        world.run_alarms(0) if killed_by == "alarm" else swept(world)
    assert stored(visitor).asked_by == "asks" and world.sent == []
    world.dying = None
    world.rung.clear()
    assert swept(world).late_runs == 1
    world.run_alarms(0)
    assert [letter.kind.value for letter in world.sent] == ["information"]
    assert swept(world).late_runs == 0, "told once is enough"


@pytest.mark.parametrize("broken", ["v1", "v2"])
def test_what_cannot_be_repaired_does_not_stop_the_rest(world, broken):
    visitors = {name: begun(world, name) for name in ("v1", "v2")}
    run = stored(visitors.pop(broken)).flow_run
    world.table.write(Update(keys.flow_run("bank", run), set={"playbook_version": 99}))
    world.rung.clear()
    world.later(61)
    assert swept(world).late_runs == 2
    (other,) = visitors.values()
    assert len(other.heard("email_request")) == 1


def test_a_run_that_sleeps_on_gets_an_alarm_of_its_own():
    world = World().site(flows=[flow("evening", 30, "closed"), flow("later", 300)])
    world.user("ada")
    world.available("ada")
    visitor = begun(world, "v1")
    world.rung.clear()
    world.later(61)
    swept(world)
    assert [alarm["what"] for _at, alarm in world.rung] == ["flow_run"]
    world.run_alarms(300)
    assert visitor.heard("email_request")[0]["text"].startswith("later")


def test_a_conversation_that_waits_beside_a_free_agent_is_joined_to_them(world):
    first, second = begun(world, "v1"), begun(world, "v2")
    world.rung.clear()
    # The Lambda that closed the first died before it looked at the queue.
    before = stored(first)
    world.ports.conversations.move(before, before.closed(world.clock, erased_at=world.clock + YEAR))
    assert stored(second).state == "waiting"
    assert swept(world).served == 1
    assert stored(second).agent == "ada"
    assert world.heard("page of ada", "assigned")[-1]["conversation"]["id"] == stored(second).id
    assert swept(world).served == 0
    invariants.check(world.table)


def test_an_agent_whose_page_was_never_told_is_brought_in_by_the_next_message(world):
    first, second = begun(world, "v1"), begun(world, "v2")
    before = stored(first)
    world.ports.conversations.move(before, before.closed(world.clock, erased_at=world.clock + YEAR))
    # The Lambda that handed the second over died before it told anybody.
    ada = world.ports.staff.user("ada")
    entry = entry_of(stored(second))
    world.ports.conversations.hand_over("bank", entry, assignments.claim_of(ada), world.clock)
    assert not world.heard("page of ada", "message")
    second.say("Is anybody there?")
    assert world.heard("page of ada", "assigned")[-1]["conversation"]["id"] == stored(second).id
    second.say("Hello?")
    heard = [frame["text"] for frame in world.heard("page of ada", "message")]
    assert heard == ["Is anybody there?", "Hello?"]
    told = [each["conversation"]["id"] for each in world.heard("page of ada", "assigned")]
    assert told.count(stored(second).id) == 1


def test_the_second_look_of_whoever_joined_a_queue_finds_the_agent_freed_meanwhile(world):
    first, second = begun(world, "v1"), begun(world, "v2")
    before = stored(first)
    world.ports.conversations.move(before, before.closed(world.clock, erased_at=world.clock + YEAR))
    world.run_alarms(2)
    assert stored(second).agent == "ada"


def test_two_sweepers_at_once_requeue_once(world):
    visitor = begun(world, "v1")
    world.later(76)
    swept(world)
    swept(world)
    assert stored(visitor).requeues == 1
    assert stored(visitor).version == 2
    invariants.check(world.table)


def test_a_letter_that_was_never_fetched_is_sent(world):
    visitor = begun(world, "v1")
    world.run_alarms(30)
    visitor.does("email", address=ADDRESS)
    world.rung.clear()
    world.later(31)
    assert swept(world).late_letters == 1
    world.run_alarms(0)
    assert [letter.kind for letter in world.sent] == ["acknowledgement"]
    assert swept(world).late_letters == 0


def test_one_thing_that_cannot_be_repaired_does_not_stop_the_others(world):
    """A run of a site that is gone stays late, and everybody else is served."""
    world.site("shop", flows=[flow("asks", 30)], groups=[group(criteria={}, members=["zoe"])])
    world.user("zoe", sites=("shop",))
    world.available("zoe", site="shop")
    shopper = begun(world, "s1", site="shop")
    first, second = begun(world, "v1"), begun(world, "v2")
    before = stored(first)
    world.ports.conversations.move(before, before.closed(world.clock, erased_at=world.clock + YEAR))
    world.rung.clear()
    world.ports.playbooks.delete("shop")
    world.later(61)
    world.available("ada")
    swept(world)
    assert stored(second).agent == "ada"
    assert len(second.heard("email_request")) == 1
    world.later(76)
    assert swept(world).absent_agents == 2
    assert stored(second).state == "waiting", "whatever became of Zoe's"
    assert (swept(world).absent_agents, swept(world).late_runs) == (0, 0)
    assert shopper.heard("email_request") == []


def test_an_agent_who_also_worked_on_a_site_that_is_gone_is_served_on_the_others(world):
    world.site("shop")
    world.user("zoe", sites=("shop", "bank"), slots=1)
    world.ports.playbooks.delete("shop")
    world.agent("page of ada", "ada", action="presence", status="offline")
    world.later(6)
    world.available("zoe")
    first, second = begun(world, "v1"), begun(world, "v2")
    ends(first)
    assert stored(second).agent == "zoe"
    ends(second)
    assert invited(world, "v3")
