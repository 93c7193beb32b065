"""Frames come twice, from two tabs, or after their answer was lost: what is stored, once?"""

import pytest

from tests import invariants
from tests.bank import group
from tests.people import Visitor, begun, ends, invited, says, stored
from tests.world import BANK, World


@pytest.fixture
def world():
    world = World().site()
    world.user("ada", slots=3)
    world.available("ada")
    return world


def test_two_tabs_of_one_visitor_are_one_conversation(world):
    one = invited(world, "tab 1")
    other = one.tab("tab 2")
    one.start("From the first tab")
    other.start("From the second tab")
    assert other.conversation["id"] == one.conversation["id"]
    assert one.heard("message")[-1]["text"] == "From the second tab"
    assert other.heard("ack")[-1]["number"] == 2
    says(world, "ada", one, "Hello to both")
    assert one.heard("message")[-1]["number"] == other.heard("message")[-1]["number"] == 3
    invariants.check(world.table)


def test_a_new_tab_finds_the_open_conversation_instead_of_an_invitation(world):
    one = begun(world, "tab 1")
    answer = one.tab("tab 2").arrive()
    assert "engagement" not in answer
    assert answer["conversation"]["id"] == one.conversation["id"]
    says(world, "ada", one, "Hello to both")
    assert world.heard("tab 2", "message")[-1]["text"] == "Hello to both"


def test_a_start_sent_again_is_the_same_start(world):
    visitor = invited(world, "v1")
    first = visitor.start("Good morning", client_id="c1")
    again = visitor.start("Good morning", client_id="c1")
    assert again["id"] == first["id"]
    assert [ack["number"] for ack in visitor.heard("ack")] == [1, 1]
    assert visitor.heard("ack")[-1]["duplicate"] is True
    assert len(world.ports.staff.state("ada").active) == 1
    invariants.check(world.table)


def test_a_start_sent_again_with_other_words_is_refused(world):
    visitor = invited(world, "v1")
    visitor.start("Good morning", client_id="c1")
    answer = visitor.start("Good evening", client_id="c1")
    assert (answer["type"], answer["code"]) == ("error", "conflict")


def test_a_page_that_lost_the_answer_to_its_start_hears_the_rest_once_it_sends_it_again(world):
    visitor = invited(world, "v1")
    visitor.start("Good morning", client_id="c1")
    visitor.leave()
    later = visitor.tab("v1 again")
    later.start("Good morning", client_id="c1")
    says(world, "ada", later, "How can I help?")
    assert later.heard("message")[-1]["text"] == "How can I help?"


def test_a_start_sent_again_after_the_end_begins_nothing_new(world):
    visitor = invited(world, "v1")
    first = visitor.start("Good morning", client_id="c1")
    ends(visitor)
    again = visitor.start("Good morning", client_id="c1")
    assert (again["id"], again["state"]) == (first["id"], "closed")
    assert visitor.heard("ack")[-1]["duplicate"] is True


def test_a_start_sent_again_when_nobody_is_there_any_more_is_still_the_same_start():
    world = World().site(groups=[group(queue_limit=0)])
    world.user("ada", slots=1)
    world.available("ada")
    visitor = invited(world, "v1")
    first = visitor.start("Good morning", client_id="c1")
    ends(visitor)
    world.agent("page of ada", "ada", action="presence", status="away")
    again = visitor.start("Good morning", client_id="c1")
    assert again["id"] == first["id"]


def test_a_message_sent_again_has_the_number_it_had(world):
    visitor = begun(world, "v1")
    first = visitor.say("A loan", client_id="c2")
    visitor.say("Of 10,000", client_id="c3")
    again = visitor.say("A loan", client_id="c2")
    assert (again["number"], again["duplicate"]) == (first["number"], True)
    assert stored(visitor).last_number == 3
    assert len(world.heard("page of ada", "message")) == 2


def test_a_message_sent_again_with_other_words_is_refused(world):
    visitor = begun(world, "v1")
    visitor.say("A loan", client_id="c2")
    answer = visitor.say("Two loans", client_id="c2")
    assert (answer["type"], answer["code"], answer["client_id"]) == ("error", "conflict", "c2")


def test_a_message_sent_again_after_the_end_is_still_acknowledged_but_nothing_new_is_taken(world):
    visitor = begun(world, "v1")
    visitor.say("A loan", client_id="c2")
    ends(visitor)
    assert visitor.say("A loan", client_id="c2")["number"] == 2
    assert visitor.say("Hello?")["code"] == "conversation_closed"


def test_the_same_client_id_of_two_senders_names_two_messages(world):
    visitor = begun(world, "v1")
    visitor.say("Mine", client_id="same")
    says(world, "ada", visitor, "And mine", client_id="same")
    assert stored(visitor).last_number == 3


def test_whoever_comes_back_is_sent_what_they_missed_and_follows_again(world):
    visitor = begun(world, "v1")
    visitor.leave()
    says(world, "ada", visitor, "One", client_id="a1")
    says(world, "ada", visitor, "Two", client_id="a2")
    later = visitor.tab("v1 again")
    answer = later.does("resume", after=1)
    assert [item["text"] for item in answer["items"]] == ["One", "Two"]
    assert answer["last"] == 3
    says(world, "ada", visitor, "Three", client_id="a3")
    assert later.heard("message")[-1]["text"] == "Three"


def test_whoever_waves_an_invitation_away_is_left_alone_for_a_while_in_every_tab():
    rule = {**BANK["targeting_rules"][0], "frequency": {"pause_after_dismissal_seconds": 600}}
    world = World().site(targeting_rules=[rule])
    world.user("ada")
    world.available("ada")
    visitor = Visitor(world, "v1")
    offer = visitor.arrive()["engagement"]
    other = visitor.tab("v2")
    answer = visitor.world.visitor(
        "v1", action="dismiss", engagement=offer["id"], **{"pass": visitor.pass_}
    )
    assert answer["state"] == "dismissed"
    assert "engagement" not in visitor.arrive()
    assert "engagement" not in other.arrive()
    world.later(599)
    world.available("ada")
    assert "engagement" not in visitor.arrive()
    world.later(1)
    assert "engagement" in visitor.arrive()


def test_dismissing_twice_is_dismissing_once(world):
    visitor = Visitor(world, "v1")
    offer = visitor.arrive()["engagement"]
    frame = {"action": "dismiss", "engagement": offer["id"], "pass": visitor.pass_}
    assert world.visitor("v1", **frame) == world.visitor("v1", **frame)


def test_nobody_talks_who_was_not_invited(world):
    world.publish(lambda document: {**document, "targeting_rules": []})
    visitor = Visitor(world, "v1")
    visitor.arrive()
    assert visitor.start()["code"] == "not_engaged"


def test_an_invitation_that_was_waved_away_begins_nothing(world):
    visitor = Visitor(world, "v1")
    offer = visitor.arrive()["engagement"]
    world.visitor("v1", action="dismiss", engagement=offer["id"], **{"pass": visitor.pass_})
    assert visitor.start()["code"] == "not_engaged"


def test_reading_marks_only_rise_and_never_pass_the_last_message(world):
    visitor = begun(world, "v1")
    says(world, "ada", visitor, "One", client_id="a1")
    visitor.does("read", number=99)
    assert stored(visitor).visitor_seen == 2
    visitor.does("read", number=1)
    assert stored(visitor).visitor_seen == 2
    assert [read["number"] for read in world.heard("page of ada", "read")] == [2]


def test_a_page_that_only_changed_its_socket_is_not_viewed_and_not_engaged_once_more():
    rule = BANK["targeting_rules"][0]
    when = {"fact": "visit.pages", "is": "lte", "value": 2}
    anybody = {**rule, "frequency": {}, "when": when}
    world = World().site(targeting_rules=[anybody])
    world.user("ada", slots=3)
    world.available("ada")
    visitor = invited(world, "v1")
    again = visitor.tab("v1 again")
    assert "engagement" not in again.arrive(again=True)
    assert "engagement" in again.arrive()
    assert "engagement" not in again.arrive()


def test_a_page_of_messages_says_after_which_number_it_begins(world):
    visitor = begun(world, "v1")
    visitor.say("Is anybody there?")
    assert visitor.does("resume", after=1)["after"] == 1
    back = visitor.tab("v1 again")
    back.arrive(resume={"token": visitor.token, "after": 1})
    [missed] = back.heard("messages")
    assert (missed["after"], missed["last"]) == (1, 2)


def test_an_address_given_in_one_place_is_known_in_all(world):
    one = begun(world, "tab 1")
    other = one.tab("tab 2")
    other.arrive(resume={"token": one.token, "after": 0})
    other.token = one.token
    answer = one.does("email", address="zoe@example.com")
    assert answer["address"] == "zoe@example.com"
    assert [each["address"] for each in other.heard("email")] == ["zoe@example.com"]
    assert not one.heard("email")
    other.does("email", address="zoe@example.com")
    assert not one.heard("email")
