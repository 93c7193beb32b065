"""Somebody does too much at once: what are they told, and what becomes of everybody else?"""

import json

import pytest

from chalicelib.web import protocol
from tests import invariants
from tests.bank import group
from tests.people import begun, ends, invited, says, stored
from tests.world import PAGE, World


@pytest.fixture
def world():
    world = World().site()
    world.user("ada", slots=3)
    world.later(6)
    world.available("ada")
    return world


def codes(answers):
    return [answer.get("code", answer["type"]) for answer in answers]


def test_the_eleventh_message_within_ten_seconds_has_to_wait_and_is_not_lost(world):
    visitor = begun(world, "v1")
    answers = [visitor.say(f"number {n}", f"c{n}") for n in range(2, 12)]
    assert codes(answers) == ["ack"] * 9 + ["rate_limited"]
    assert (answers[-1]["retry_after"], answers[-1]["client_id"]) == (1, "c11")
    # What was taken is acknowledged again, even now.
    assert visitor.say("number 10", "c10")["duplicate"] is True
    world.later(1)
    assert visitor.say("number 11", "c11")["number"] == 11
    assert codes([visitor.say("number 12", "c12")]) == ["rate_limited"]
    assert len(world.heard("page of ada", "message")) == 10
    invariants.check(world.table)


def test_tabs_and_devices_of_a_visitor_have_one_pace(world):
    visitor = begun(world, "v1")
    tabs = [visitor.tab(f"t{n}") for n in range(20)]
    answers = codes([tab.say("Hello", f"c{n}") for n, tab in enumerate(tabs)])
    assert answers == ["ack"] * 9 + ["rate_limited"] * 11


def test_an_agent_may_write_thirty_and_one_visitor_slows_nobody_else(world):
    loud, calm = begun(world, "v1"), begun(world, "v2")
    for n in range(20):
        loud.say("!", f"c{n}")
    assert calm.say("Good morning")["type"] == "ack"
    answers = [says(world, "ada", loud, "Yes", f"a{n}") for n in range(31)]
    assert codes(answers) == ["ack"] * 30 + ["rate_limited"]
    assert says(world, "ada", calm, "Good morning", "b1")["type"] == "ack"


def again(visitor, number):
    """The visitor's conversation is closed, and they begin another."""
    ends(visitor)
    visitor.arrive()
    return visitor.start(f"Once more {number}")


def test_a_visitor_begins_three_conversations_a_minute(world):
    visitor = begun(world, "v1")
    assert again(visitor, 1)["type"] == again(visitor, 2)["type"] == "conversation"
    refused = again(visitor, 3)
    assert refused["code"] == "rate_limited"
    assert 1 <= refused["retry_after"] <= 60
    world.later(refused["retry_after"])
    assert visitor.start("Once more 3")["type"] == "conversation"
    invariants.check(world.table)


def test_whom_nobody_can_take_is_recorded_three_times_a_minute():
    world = World().site(groups=[group(queue_limit=0)])
    world.user("ada", slots=1)
    world.later(6)
    world.available("ada")
    visitor, other = invited(world, "v1"), invited(world, "v2")
    other.start()
    answers = [visitor.start(f"Is anybody there? {n}") for n in range(5)]
    assert [each.get("state", each.get("code")) for each in answers] == [
        *["missed"] * 3,
        *["rate_limited"] * 2,
    ]


def test_the_same_start_sent_again_costs_nothing(world):
    visitor = invited(world, "v1")
    for _ in range(9):
        visitor.start("Good morning", "c1")
    assert len(visitor.heard("ack")) == 9


def frame(world, connection, address, headers=None, **said):
    """What a page says that comes from a network address, as the gateway tells it."""
    context = {
        "connectionId": connection,
        "authorizer": {"kind": "visitor", "site": "bank"},
        "identity": {"sourceIp": address},
        "headers": headers or {},
    }
    answer = protocol.answer(world.edge, context, json.dumps(said))
    return None if answer is None else json.loads(answer)


def start_from(world, connection, address, **more):
    """A browser without a memory begins a conversation; the code of a refusal."""
    page = frame(world, connection, address, **PAGE, **more)
    said = {"action": "start", "client_id": "c", "text": "Hello", "pass": page["pass"]}
    refused = frame(world, connection, address, **said)
    return refused and refused["code"]


def test_one_network_begins_ten_conversations_a_minute_whoever_it_says_it_is(world):
    answers = [start_from(world, f"v{n}", "203.0.113.9") for n in range(12)]
    assert answers == [None] * 10 + ["rate_limited"] * 2
    assert start_from(world, "other", "203.0.113.10") is None
    world.later(60)
    assert start_from(world, "later", "203.0.113.9") is None


def test_no_header_makes_another_network(world):
    forged = [{"X-Forwarded-For": f"198.51.100.{n}"} for n in range(11)]
    answers = [
        start_from(world, f"v{n}", "203.0.113.9", headers=each) for n, each in enumerate(forged)
    ]
    assert answers[-1] == "rate_limited"


def test_a_subscriber_of_ipv6_is_one_network_however_many_addresses_they_have(world):
    answers = [start_from(world, f"v{n}", f"2001:db8:1:2::{n:x}") for n in range(11)]
    assert answers == [None] * 10 + ["rate_limited"]
    assert start_from(world, "next", "2001:db8:1:3::1") is None


def test_who_types_is_told_of_once_in_two_seconds(world):
    visitor = begun(world, "v1")
    for _ in range(200):
        visitor.does("typing")
    assert len(world.heard("page of ada", "typing")) == 1
    world.later(2)
    visitor.does("typing")
    assert len(world.heard("page of ada", "typing")) == 2
    world.agent("page of ada", "ada", action="typing", conversation=stored(visitor).id)
    assert len(visitor.heard("typing")) == 1


def test_a_visitor_s_sixth_socket_shows_the_oldest_out(world):
    visitor = begun(world, "v0")
    tabs = [visitor.tab(f"v{n}") for n in range(1, 6)]
    for tab in tabs:
        world.later(1)
        tab.does("resume", after=0)
    says(world, "ada", visitor, "Good morning")
    assert visitor.heard("bye") == [{"type": "bye", "code": "too_many_sockets", "retry_after": 600}]
    assert "v0" in world.gone
    assert [len(tab.heard("message")) for tab in tabs] == [1] * 5
    says(world, "ada", visitor, "Are you there?", "a2")
    assert len(visitor.heard("bye")) == 1
    assert not any(tab.heard("bye") for tab in tabs)


def test_a_socket_that_speaks_is_not_the_one_that_goes(world):
    visitor = begun(world, "v0")
    tabs = [visitor.tab(f"v{n}") for n in range(1, 6)]
    for tab in tabs:
        world.later(1)
        tab.does("resume", after=0)
    assert visitor.say("I am still here")["type"] == "ack"
    assert not visitor.heard("bye")
    assert [bool(tab.heard("bye")) for tab in tabs] == [True, False, False, False, False]


def test_pages_that_were_left_do_not_count_as_open(world):
    visitor = begun(world, "v0")
    for number in range(1, 9):
        world.later(1)
        visitor.tab(f"v{number}").does("resume", after=0)
        world.gone.add(f"v{number}")
    says(world, "ada", visitor, "Good morning")
    assert [each["text"] for each in visitor.heard("message")] == ["Good morning"]
    assert not visitor.heard("bye")
