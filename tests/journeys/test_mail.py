"""An address is asked for, given, confirmed; answers that nobody reads go by mail, once."""

import json
from dataclasses import replace

import pytest

from chalicelib.services.ports.outward import MailDomains, NotTaken
from chalicelib.services.waiting import sweep as sweeping
from chalicelib.web import alarms
from chalicelib.web.callers import Edge
from tests import invariants
from tests.bank import flow, group, site
from tests.people import begun, says, stored
from tests.world import World

ADDRESS = "grace@example.com"


def a_bank(**document):
    world = World().site(**{"flows": [flow("asks", 30)], **document})
    world.user("ada", slots=3)
    world.available("ada")
    return world


def kinds(world):
    return [letter.kind.value for letter in world.sent]


def asked(world):
    """A visitor who has waited until the flow asked."""
    visitor = begun(world, "v1")
    world.run_alarms(30)
    assert visitor.heard("email_request")
    return visitor


def with_address(world):
    visitor = asked(world)
    visitor.does("email", address=ADDRESS)
    world.run_alarms(0)
    world.sent.clear()
    return visitor


def test_an_address_that_is_given_is_confirmed_in_the_box_and_by_one_mail():
    world = a_bank()
    visitor = asked(world)
    answer = visitor.does("email", address=ADDRESS)
    assert answer == {
        "type": "email",
        "conversation": visitor.conversation["id"],
        "address": ADDRESS,
        "confirmed": True,
    }
    assert visitor.heard("message")[-1]["text"] == f"asks: thank you, we write to {ADDRESS}"
    world.run_alarms(3600)
    (letter,) = world.sent
    assert (letter.kind.value, letter.address) == ("acknowledgement", ADDRESS)
    assert letter.subject == "We have your question"
    assert world.ports.letters.get("bank", letter.id).message_id == "ses-1"


def test_the_same_address_given_again_changes_nothing():
    world = a_bank()
    visitor = asked(world)
    visitor.does("email", address=ADDRESS)
    before = stored(visitor).last_number
    assert visitor.does("email", address=ADDRESS)["confirmed"] is True
    world.run_alarms(60)
    assert stored(visitor).last_number == before
    assert kinds(world) == ["acknowledgement"]


def test_a_flow_without_acknowledgement_sends_none():
    written = {"enabled": False, "subject": "We have your question", "text": "Thank you."}
    world = a_bank(flows=[flow("asks", 30, acknowledgement=written)])
    visitor = asked(world)
    visitor.does("email", address=ADDRESS)
    world.run_alarms(3600)
    assert world.sent == []


@pytest.mark.parametrize(
    "edited",
    [
        {"status": "draft", "messages": {}, "acknowledgement": {"enabled": True}},
        {"kind": "estimated_wait", "status": "draft", "messages": {}},
    ],
)
def test_a_flow_that_lost_its_words_after_asking_confirms_with_the_bare_address(edited):
    world = a_bank()
    visitor = asked(world)
    bare = {"id": "asks", "name": "asks", "kind": "email_request", "delay_seconds": 30, **edited}
    if bare["kind"] == "estimated_wait":
        del bare["delay_seconds"]
    world.publish(lambda document: {**document, "flows": [bare]})
    assert visitor.does("email", address=ADDRESS)["type"] == "email"
    assert visitor.heard("message")[-1]["text"] == ADDRESS
    world.run_alarms(3600)
    assert world.sent == []


def test_a_flow_paused_after_asking_still_confirms():
    world = a_bank()
    visitor = asked(world)
    world.publish(lambda document: {**document, "flows": [flow("asks", 30, status="paused")]})
    visitor.does("email", address=ADDRESS)
    assert visitor.heard("message")[-1]["text"] == f"asks: thank you, we write to {ADDRESS}"
    world.run_alarms(3600)
    assert kinds(world) == ["acknowledgement"]


def test_what_has_no_value_leaves_no_hole_in_the_words():
    unknown = {
        "request": {"en": "Hello {{visitor_name}}, your address?"},
        "confirmation": {"en": "x"},
    }
    asks = flow("asks", 30)
    asks["messages"]["unknown"] = unknown
    world = a_bank(flows=[asks])
    (request,) = asked(world).heard("email_request")
    assert request["text"] == "Hello, your address?"


def test_a_visitor_whose_address_is_known_is_told_and_not_asked():
    world = a_bank()
    visitor = begun(world, "v1")
    visitor.does("email", address=ADDRESS)
    world.run_alarms(30)
    assert not visitor.heard("email_request")
    (told,) = visitor.heard("email_information")
    assert (told["text"], told["address"]) == (f"asks: we write to {ADDRESS}", ADDRESS)
    world.run_alarms(3600)
    assert world.sent == [], "whoever heard it in the box gets no mail"


def test_a_visitor_who_has_left_gets_the_information_by_mail():
    world = a_bank()
    visitor = begun(world, "v1")
    visitor.does("email", address=ADDRESS)
    visitor.leave()
    world.run_alarms(3600)
    assert kinds(world) == ["information"]
    assert world.sent[0].text.startswith(f"asks: we write to {ADDRESS}")


def test_the_request_waits_in_the_box_for_a_visitor_who_has_left():
    world = a_bank()
    visitor = begun(world, "v1")
    visitor.leave()
    world.run_alarms(30)
    later = visitor.tab("v1 again")
    answer = later.does("resume", after=1)
    assert [item["text"] for item in answer["items"]] == ["asks: where can we write to you?"]
    assert answer["items"][0]["author"]["kind"] == "flow"
    assert later.does("email", address=ADDRESS)["confirmed"] is True


def test_a_synchronous_group_never_asks():
    world = a_bank(groups=[group(queue_limit=0)])
    visitor = begun(world, "v1")
    world.run_alarms(86_400)
    assert not visitor.heard("email_request")


def test_a_reply_that_is_not_seen_is_mailed_once_with_all_that_was_missed():
    world = a_bank()
    visitor = with_address(world)
    says(world, "ada", visitor, "First part", client_id="a1")
    world.run_alarms(60)
    says(world, "ada", visitor, "Second part", client_id="a2")
    world.run_alarms(59)
    assert world.sent == []
    world.run_alarms(3600)
    assert kinds(world) == ["unseen_reply"]
    assert "First part" in world.sent[0].text and "Second part" in world.sent[0].text


def test_a_reply_that_is_seen_is_not_mailed():
    world = a_bank()
    visitor = with_address(world)
    says(world, "ada", visitor, "Here is your answer")
    world.run_alarms(119)
    visitor.does("read", number=stored(visitor).last_number)
    world.run_alarms(3600)
    assert world.sent == []


def test_a_reply_to_a_visitor_who_has_left_is_mailed_at_once():
    world = a_bank()
    visitor = with_address(world)
    visitor.leave()
    says(world, "ada", visitor, "Here is your answer")
    world.run_alarms(0)
    assert kinds(world) == ["unseen_reply"]


def test_what_was_mailed_is_not_mailed_again_with_the_next_reply():
    world = a_bank()
    visitor = with_address(world)
    visitor.leave()
    says(world, "ada", visitor, "First part", client_id="a1")
    world.run_alarms(0)
    says(world, "ada", visitor, "Second part", client_id="a2")
    world.run_alarms(3600)
    assert kinds(world) == ["unseen_reply", "unseen_reply"]
    assert "First part" not in world.sent[1].text


@pytest.mark.parametrize("patience", [300, 3600, 7200])
def test_a_site_waits_as_long_as_it_says_before_it_mails(patience):
    world = a_bank(site=site(unseen_after_seconds=patience))
    visitor = with_address(world)
    says(world, "ada", visitor, "Here is your answer")
    world.run_alarms(patience - 1)
    assert world.sent == []
    world.run_alarms(1)
    assert kinds(world) == ["unseen_reply"]


def test_a_mail_that_ses_may_take_later_is_sent_later_once():
    world = a_bank()
    visitor = asked(world)
    world.refusals = [NotTaken("Throttling", may_pass=True) for _ in range(5)]
    visitor.does("email", address=ADDRESS)
    world.run_alarms(60)
    assert world.sent == [] and len(world.refusals) == 3
    world.run_alarms(3600)
    assert kinds(world) == ["acknowledgement"]


def test_a_mail_that_ses_never_takes_is_not_tried_again():
    world = a_bank()
    visitor = asked(world)
    world.refusals = [NotTaken("MessageRejected", may_pass=False)]
    visitor.does("email", address=ADDRESS)
    world.run_alarms(7200)
    sweeping.sweep(world.ports)
    assert world.sent == []


def test_a_mail_that_is_of_no_use_any_more_is_not_sent():
    world = a_bank()
    visitor = asked(world)
    world.refusals = [NotTaken("Throttling", may_pass=True) for _ in range(1000)]
    visitor.does("email", address=ADDRESS)
    world.run_alarms(25 * 3600)
    world.refusals.clear()
    world.run_alarms(3600)
    assert world.sent == []


@pytest.mark.parametrize("doubled", [1, 3])
def test_a_mail_whose_answer_was_lost_is_never_sent_a_second_time(doubled):
    world = a_bank()
    visitor = asked(world)
    world.refusals = [TimeoutError()]
    visitor.does("email", address=ADDRESS)
    (alarm,) = [each for each in world.rung if each[1]["what"] == "letter"]
    world.rung.remove(alarm)
    with pytest.raises(TimeoutError):
        ring(world, alarm[1])
    for _ in range(doubled):
        ring(world, alarm[1])
    assert world.ports.letters.get("bank", alarm[1]["id"]).state == "claimed"
    world.later(91)
    for _ in range(doubled):
        sweeping.sweep(world.ports)
        world.run_alarms(60)
    assert world.ports.letters.get("bank", alarm[1]["id"]).state == "unknown"
    assert kinds(world) == ["acknowledgement"]
    invariants.check(world.table)


def ring(world, alarm):
    alarms.ring_short(world.ports, json.dumps(alarm))


def test_a_mail_leads_nowhere_but_to_the_site():
    world = a_bank()
    visitor = begun(world, "v9", url="https://evil.example/loans#x")
    visitor.does("email", address="victim@example.com")
    says(world, "ada", visitor, "Hello")
    visitor.leave()
    world.run_alarms(600)
    assert world.sent
    for letter in world.sent:
        assert "evil" not in letter.text + letter.html
        assert "https://bank.example/#vestibule=" in letter.text


@pytest.mark.parametrize("reply_to", [None, "help@bank.example"])
def test_where_no_answers_are_taken_they_go_where_the_site_says(reply_to):
    world = a_bank(site={"mail": {"reply_to": reply_to}})
    world.edge = Edge(
        ports=replace(world.ports, mail_domains=MailDomains(sender="bank.example")),
        passes=world.edge.passes,
    )
    visitor = asked(world)
    visitor.does("email", address=ADDRESS)
    world.run_alarms(0)
    assert [letter.reply_to for letter in world.sent] == [reply_to]
