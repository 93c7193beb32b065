"""Many want the same thing at the same moment: who gets it, and does everybody hear the truth?

Each race runs with threads on a table with DynamoDB's semantics, and ends with the invariants.
"""

from datetime import timedelta
from functools import partial

import pytest

from chalicelib.errors import Conflict, NotFound, VestibuleError
from chalicelib.model.agent import Beat, Status
from chalicelib.model.conversation import Author, AuthorKind
from chalicelib.routing.queue import sort_key
from chalicelib.services import configuration, rights
from chalicelib.services.assignment import assignments, handing_back, snoozes, transfers
from chalicelib.services.conversation import closing, messages
from chalicelib.services.ports.placement import entry_of
from chalicelib.services.waiting import due
from chalicelib.store.operations import STAMP, Key, Put
from tests import invariants
from tests.bank import group
from tests.people import Visitor, begun, invited, stored
from tests.world import BANK, World


def staffed(world, agents=4, slots=3, queue_limit=100):
    world.site(groups=[group(queue_limit=queue_limit)])
    for number in range(agents):
        world.user(f"agent{number}", slots=slots)
    # Profiles are kept for five seconds: whoever is new is seen after that.
    world.later(6)
    for number in range(agents):
        world.available(f"agent{number}")
    return world


def all_of(world, visitors):
    return [stored(visitor) for visitor in visitors]


def test_sixty_starts_at_once_fill_twelve_slots_and_the_others_are_served_in_order(dynamo, at_once):
    world = staffed(dynamo)
    visitors = [invited(world, f"v{number}") for number in range(60)]
    answers = at_once([visitor.start for visitor in visitors])
    assert [error for error in answers if isinstance(error, Exception)] == []
    found = all_of(world, visitors)
    assert sorted(each.state for each in found) == ["assigned"] * 12 + ["waiting"] * 48
    invariants.check(world.table, told(visitors))
    assert world.ports.queues.waiting("bank", ["service"]) == {"service": 48}

    served_in_order(in_memory(world), visitors)


def served_in_order(world, visitors):
    """Close one after the other: each slot goes to whoever waits longest, until nobody is left."""
    found = [world.ports.conversations.get("bank", stored(each).id) for each in visitors]
    holding = [each.id for each in found if each.state == "assigned"]
    line = sorted((each for each in found if each.state == "waiting"), key=place)
    for expected in line:
        closing.close(world.ports, "bank", holding.pop(0))
        holding.append(expected.id)
        after = world.ports.conversations.get("bank", expected.id)
        assert after.state == "assigned", "whoever waits longest is served next"
    for conversation in holding:
        closing.close(world.ports, "bank", conversation)
    invariants.check(world.table, told(visitors))
    given = [
        frame["conversation"]["id"]
        for number in range(4)
        for frame in world.heard(f"page of agent{number}", "assigned")
    ]
    assert sorted(given) == sorted(each.id for each in line), "each of them once"


def in_memory(world):
    """The same rows where reading them is fast."""
    copy = World(clock=world.clock)
    for row in invariants.rows(world.table):
        item = {name: value for name, value in row.items() if name not in ("pk", "sk", STAMP)}
        copy.table.write(Put(Key(row["pk"], row["sk"]), item))
    return copy


def place(conversation):
    return sort_key(entry_of(conversation))


def told(visitors):
    """What each page was acknowledged, to be found again."""
    return [
        (ack["conversation"], ack["client_id"], ack["number"], "Good morning")
        for visitor in visitors
        for ack in visitor.heard("ack")
    ]


def test_six_slots_freed_at_once_are_all_handed_on(dynamo, at_once):
    world = staffed(dynamo, agents=3, slots=2)
    visitors = [begun(world, f"v{number}") for number in range(16)]
    first = [stored(visitor) for visitor in visitors[:6]]
    answers = at_once([partial(closing.close, world.ports, "bank", each.id) for each in first])
    assert [each.state for each in answers] == ["closed"] * 6
    states = [each.state for each in all_of(world, visitors)]
    assert states == ["closed"] * 6 + ["assigned"] * 6 + ["waiting"] * 4
    invariants.check(world.table)


def test_starts_and_endings_at_once_leave_nobody_waiting_beside_a_free_agent(dynamo, at_once):
    world = staffed(dynamo, agents=2, slots=2)
    early = [begun(world, f"early{number}") for number in range(4)]
    late = [invited(world, f"late{number}") for number in range(8)]
    at_once(
        [visitor.start for visitor in late]
        + [partial(closing.close, world.ports, "bank", stored(each).id) for each in early]
    )
    world.run_alarms(2)
    states = sorted(each.state for each in all_of(world, late))
    assert states == ["assigned"] * 4 + ["waiting"] * 4
    invariants.check(world.table)


def test_ten_tabs_of_one_visitor_are_one_conversation(world, at_once):
    staffed(world)
    one = invited(world, "tab0")
    tabs = [one, *(one.tab(f"tab{number}") for number in range(1, 10))]
    answers = at_once([partial(tab.start, f"From {tab.connection}") for tab in tabs])
    assert len({answer["id"] for answer in answers}) == 1
    conversation = stored(one)
    assert conversation.last_number == 10
    acks = sorted(ack["number"] for tab in tabs for ack in tab.heard("ack"))
    assert acks == list(range(1, 11))
    invariants.check(world.table)


def test_the_same_start_sent_twenty_times_is_stored_once(world, at_once):
    staffed(world)
    one = invited(world, "tab0")
    tabs = [one.tab(f"tab{number}") for number in range(20)]
    answers = at_once([partial(tab.start, "Good morning", "c1") for tab in tabs])
    assert len({answer["id"] for answer in answers}) == 1
    assert stored(tabs[0]).last_number == 1
    assert {ack["number"] for tab in tabs for ack in tab.heard("ack")} == {1}
    invariants.check(world.table)


def test_the_same_message_sent_ten_times_is_stored_and_pushed_once(world, at_once):
    staffed(world)
    visitor = begun(world, "v1")
    tabs = [visitor.tab(f"again{number}") for number in range(10)]
    answers = at_once([partial(tab.say, "A loan", "c2") for tab in tabs])
    assert {answer["number"] for answer in answers} == {2}
    assert sum("duplicate" not in answer for answer in answers) == 1
    assert len(world.heard("page of agent0", "message")) == 1
    invariants.check(world.table)


def test_both_sides_write_at_once_and_no_number_is_missing(world, at_once):
    staffed(world)
    visitor = begun(world, "v1")
    agent = stored(visitor).agent

    def answer(number):
        return world.agent(
            f"page of {agent}",
            agent,
            action="message",
            conversation=stored(visitor).id,
            client_id=f"a{number}",
            text=f"Answer {number}",
        )

    answers = at_once(
        [partial(visitor.say, f"Question {number}", f"q{number}") for number in range(4)]
        + [partial(answer, number) for number in range(4)]
    )
    assert sorted(each["number"] for each in answers) == list(range(2, 10))
    invariants.check(world.table)


def test_of_many_who_press_take_exactly_one_gets_it(world, at_once):
    staffed(world, agents=8, slots=1)
    holders = [begun(world, f"v{number}") for number in range(8)]
    waiting = begun(world, "late")
    for agent in range(8):
        world.agent(f"page of agent{agent}", f"agent{agent}", action="presence", status="away")
    for each in holders:
        closing.close(world.ports, "bank", stored(each).id)
    # Everybody is free, and nobody was there when the slots came free.
    for agent in range(8):
        until = world.clock.replace(hour=12)
        beat = Beat(status=Status.AVAILABLE, connection=f"page of agent{agent}", until=until)
        world.ports.staff.renew(world.ports.staff.user(f"agent{agent}"), beat, world.clock)
    people = [world.ports.staff.user(f"agent{number}") for number in range(8)]
    conversation = stored(waiting).id
    answers = at_once(
        [partial(assignments.take, world.ports, "bank", conversation, user) for user in people]
    )
    won = [each for each in answers if not isinstance(each, Exception)]
    assert len(won) == 1 and won[0].agent == stored(waiting).agent
    assert {each.code for each in answers if isinstance(each, Conflict)} == {"already_assigned"}
    invariants.check(world.table)


def test_closing_ten_times_at_once_closes_once(world, at_once):
    staffed(world, agents=1, slots=1)
    first, second, third = [begun(world, f"v{number}") for number in range(3)]
    conversation = stored(first).id
    answers = at_once([partial(closing.close, world.ports, "bank", conversation)] * 10)
    assert sum(isinstance(each, Conflict) for each in answers) == 9
    assert stored(first).version == 2
    assert [stored(each).state for each in (second, third)] == ["assigned", "waiting"]
    invariants.check(world.table)


def test_a_message_that_meets_the_end_is_kept_or_refused_but_never_lost(world, at_once):
    staffed(world, agents=4, slots=5)
    kept = 0
    for turn in range(12):
        visitor = begun(world, f"v{turn}")
        author = Author(kind=AuthorKind.VISITOR, id=stored(visitor).visitor)
        conversation = stored(visitor).id
        posted, closed = at_once(
            [
                partial(messages.post, world.ports, "bank", conversation, author, "c2", "Wait!"),
                partial(closing.close, world.ports, "bank", conversation),
            ]
        )
        assert closed.state == "closed"
        if isinstance(posted, Exception):
            assert posted.code == "conversation_closed"
            assert stored(visitor).last_number == 1
        else:
            kept += 1
            assert stored(visitor).last_number == 2
    assert kept <= 12
    invariants.check(world.table)


@pytest.mark.parametrize("held_out", [False, True], ids=["shown", "held out"])
@pytest.mark.parametrize("whose", ["rule", "site"])
@pytest.mark.parametrize("limit", ["per_session", "per_day", "per_visitor"])
def test_ten_pages_of_one_visitor_at_once_are_engaged_once(world, at_once, limit, whose, held_out):
    once = {limit: 1}
    rule = {**BANK["targeting_rules"][0], "hold_out_percent": 100 if held_out else 0}
    if whose == "rule":
        world.site(targeting_rules=[{**rule, "frequency": once}])
    else:
        others = [{**rule, "id": f"other-{number}", "priority": number} for number in range(3)]
        world.site(targeting_rules=[rule, *others], site={"frequency_cap": once})
    world.user("ada")
    world.later(6)
    visitor = Visitor(world, "tab0")
    world.publish(lambda document: {**document, "groups": [group(queue_limit=0)]})
    assert "engagement" not in visitor.arrive(), "nobody is there yet"
    world.available("ada")
    world.later(1)  # availability is looked at once a second
    tabs = [visitor.tab(f"tab{number}") for number in range(10)]
    answers = at_once([tab.arrive for tab in tabs])
    assert sum("engagement" in answer for answer in answers) == (0 if held_out else 1)
    assert len(invariants.of(invariants.rows(world.table), "VISITOR#", "ENGAGEMENT#")) == 1


def test_no_change_of_the_configuration_is_lost(world, at_once):
    world.site(groups=[group()])

    def add(number):
        body = {**group(f"team{number}"), "name": f"Team {number}"}
        return configuration.add(
            world.ports, "bank", configuration.resources.COLLECTIONS["groups"], body
        )

    answers = at_once([partial(add, number) for number in range(6)])
    assert [error for error in answers if isinstance(error, Exception)] == []
    playbook = world.ports.playbooks.fresh("bank")
    assert playbook.version == 7
    assert set(playbook.groups) == {"service", *(f"team{number}" for number in range(6))}


def test_accepting_in_two_tabs_at_once_is_accepting_once(world, at_once):
    staffed(world)
    visitor = Visitor(world, "tab0")
    offer = visitor.arrive()["engagement"]
    frame = {"action": "accept", "engagement": offer["id"], "pass": visitor.pass_}
    answers = at_once([partial(world.visitor, f"tab{number}", **frame) for number in range(6)])
    assert [answer.get("state") for answer in answers] == ["accepted"] * 6


def test_dismissing_in_two_tabs_at_once_is_dismissing_once(world, at_once):
    staffed(world)
    visitor = Visitor(world, "tab0")
    offer = visitor.arrive()["engagement"]
    frame = {"action": "dismiss", "engagement": offer["id"], "pass": visitor.pass_}
    answers = at_once([partial(world.visitor, f"tab{number}", **frame) for number in range(6)])
    assert [answer.get("state") for answer in answers] == ["dismissed"] * 6


def test_a_conversation_that_everybody_acts_on_at_once_goes_one_way(world, at_once):
    """Each of them either did it, in the order the versions say, or is told that it has moved."""
    staffed(world, agents=3, slots=2)
    ends = set()
    for turn in range(8):
        visitor = begun(world, f"v{turn}")
        before = stored(visitor)
        user = world.ports.staff.user(before.agent)
        until = world.clock + timedelta(hours=1)
        at = (world.ports, "bank", before.id)
        others = [f"agent{number}" for number in range(3) if f"agent{number}" != before.agent]
        answers = at_once(
            [
                partial(transfers.to_agent, *at, user, others[0], None),
                partial(transfers.to_agent, *at, user, others[1], None),
                partial(transfers.to_rule, *at, user, "any", None),
                partial(snoozes.snooze, *at, until, keep=False, by=user),
                partial(handing_back.hand_back, *at, user),
                partial(closing.close, *at, by=user),
            ]
        )
        refused = [each for each in answers if isinstance(each, VestibuleError)]
        assert all(isinstance(each, Conflict | NotFound) for each in refused), answers
        assert len(answers) - len(refused) >= 1
        # A conversation that came back to the same agent may have been acted on once more.
        ends.add(stored(visitor).state.value)
        if stored(visitor).is_open:
            closing.close(*at)
        invariants.check(world.table)
    assert ends


def test_a_queue_entry_of_an_older_version_is_worth_nothing(world, at_once):
    """Many take from two queues what waits in both: it is given once, and both are emptied."""
    targets = [{"group": "service"}, {"group": "sales"}]
    default = {"targets": targets, "overflow_after_seconds": 5}
    world.site(
        groups=[group(criteria={}, members=["ada"]), group("sales", criteria={}, members=["ben"])],
        routing_rules=[{"id": "any", "name": "Any", "default": default}],
    )
    for name in ("ada", "ben"):
        world.user(name, slots=4)
    world.later(6)
    visitors = [begun(world, f"v{number}") for number in range(6)]
    for visitor in visitors[:3]:
        world.clock = max(world.clock, stored(visitor).waiting_since + timedelta(seconds=5))
        due.wake(world.ports, "bank", stored(visitor).id, stored(visitor).version)
    assert [len(stored(each).queues) for each in visitors] == [2, 2, 2, 1, 1, 1]
    wakes = [
        partial(due.wake, world.ports, "bank", stored(each).id, stored(each).version)
        for each in visitors[3:]
    ]
    arrivals = [partial(world.available, "ada"), partial(world.available, "ben")]
    answers = at_once([*arrivals, *wakes])
    assert [error for error in answers if isinstance(error, Exception)] == []
    for name in ("ada", "ben"):
        world.available(name)
    assert [stored(each).state for each in visitors] == ["assigned"] * 6
    invariants.check(world.table)


def test_an_answer_at_the_moment_of_the_timeout_keeps_the_conversation_or_comes_too_late(
    world, at_once
):
    world.site(groups=[group(answer_timeout_seconds=30)])
    world.user("ada", slots=20)
    world.later(6)
    world.available("ada")
    for turn in range(8):
        visitor = begun(world, f"v{turn}")
        before = stored(visitor)
        world.later(30)
        world.available("ada")
        author = Author(kind=AuthorKind.AGENT, id="ada")
        ada = world.ports.staff.user("ada")
        posted, _woken = at_once(
            [
                partial(
                    messages.post,
                    world.ports,
                    "bank",
                    before.id,
                    author,
                    "a1",
                    "Here I am",
                    may_write=rights.may_write_as(ada),
                ),
                partial(due.wake, world.ports, "bank", before.id, before.version),
            ]
        )
        after = stored(visitor)
        if isinstance(posted, Exception):
            assert after.requeues == 1 and after.agent_wrote == 0
        else:
            assert (after.requeues, after.agent, after.agent_wrote) == (0, "ada", 2)
        closing.close(world.ports, "bank", before.id)
    invariants.check(world.table)
