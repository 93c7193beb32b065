"""A visitor who has left answers by mail, and it is as if they had written in the box."""

from datetime import timedelta

import pytest

from chalicelib.errors import NotFound
from chalicelib.model.inbound import Refusal
from chalicelib.services.conversation import inbound
from tests import invariants
from tests.bank import flow
from tests.mails import arrives, mail
from tests.people import begun, ends, says, stored
from tests.world import World

ADDRESS = "grace@example.com"


@pytest.fixture
def world():
    world = World().site(flows=[flow("asks", 30)])
    world.user("ada", slots=3)
    world.later(6)
    world.available("ada")
    return world


@pytest.fixture
def visitor(world):
    """Somebody who left an address, then the page, and was answered by mail."""
    visitor = begun(world, "v1")
    visitor.does("email", address=ADDRESS)
    visitor.leave()
    says(world, "ada", visitor, "Your card is fine.")
    world.run_alarms(0)
    return visitor


def reply_to(world):
    return world.sent[-1].reply_to


def texts(world, visitor):
    found = world.ports.conversations.messages("bank", stored(visitor).id, 0, 100)
    return [(each.author.kind.value, each.text) for each in found]


def test_every_mail_says_where_an_answer_goes(world, visitor):
    assert {letter.kind.value for letter in world.sent} == {"unseen_reply"}
    local, _at, domain = reply_to(world).partition("@")
    assert local.startswith("reply+") and len(local) <= 64
    assert domain == "reply.bank.example"


def test_an_answer_by_mail_is_the_visitor_s_message_and_the_agent_hears_it(world, visitor):
    before = stored(visitor).last_number
    assert arrives(world, mail(reply_to(world))) is None
    assert texts(world, visitor)[-1] == ("visitor", "Thank you.")
    heard = world.heard("page of ada", "message")[-1]
    assert (heard["number"], heard["text"]) == (before + 1, "Thank you.")
    assert heard["author"]["kind"] == "visitor"
    assert stored(visitor).unanswered_since is not None
    invariants.check(world.table)


def test_the_same_mail_again_is_the_same_message(world, visitor):
    raw = mail(reply_to(world))
    for _ in range(3):
        assert arrives(world, raw) is None
    assert [text for _kind, text in texts(world, visitor)].count("Thank you.") == 1
    # After the end it is still known; another one of the same name is not the same mail.
    ends(visitor)
    assert arrives(world, raw) is None
    assert arrives(world, mail(reply_to(world), "Other words")) is Refusal.CHANGED


def test_a_mail_may_be_longer_than_a_message(world, visitor):
    long = "\n".join(f"line {number} of what I have to say" for number in range(300))
    assert arrives(world, mail(reply_to(world), long)) is None
    assert arrives(world, mail(reply_to(world), long)) is None
    parts = [text for kind, text in texts(world, visitor) if text.startswith("line 0 ")]
    assert len(parts) == 1
    assert "".join(text for _kind, text in texts(world, visitor)[-3:]) == long
    assert all(len(text) <= 4000 for _kind, text in texts(world, visitor))


def test_whose_address_it_was_not_sent_to_is_a_stranger(world, visitor):
    address = reply_to(world)
    assert arrives(world, mail(address, sender="mallory@example.com")) is Refusal.STRANGER
    assert arrives(world, mail("hello@reply.bank.example")) is Refusal.STRANGER
    other = address.replace("reply+a", "reply+b") if "reply+a" in address else f"x{address}"
    assert arrives(world, mail(other)) is Refusal.STRANGER
    assert ("visitor", "Thank you.") not in texts(world, visitor)


def test_a_mail_that_pretends_to_be_the_visitor_s_is_refused(world, visitor):
    forged = "amazonses.com; spf=fail; dkim=none; dmarc=fail header.from=example.com;"
    assert arrives(world, mail(reply_to(world), judged=forged)) is Refusal.SPOOFED


@pytest.mark.parametrize(
    "heads", [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"List_Id": "<a.b>"}]
)
def test_a_robot_s_answer_is_no_message(world, visitor, heads):
    assert arrives(world, mail(reply_to(world), **heads)) is Refusal.AUTOMATIC


def test_our_own_mail_that_comes_back_is_no_message(world, visitor):
    assert arrives(world, mail(reply_to(world), sender="hello@bank.example")) is Refusal.LOOP


def test_two_robots_that_found_each_other_are_parted(world, visitor):
    address = reply_to(world)
    outcomes = [
        arrives(world, mail(address, f"number {n}", name=str(n)))
        for n in range(inbound.MOST_AN_HOUR + 5)
    ]
    assert outcomes.count(Refusal.TOO_MANY) == 5
    world.later(3600)
    assert arrives(world, mail(address, "later", name="later")) is None


def test_an_address_is_good_for_a_month(world, visitor):
    address = reply_to(world)
    world.clock += timedelta(days=30)
    assert arrives(world, mail(address)) is None
    world.clock += timedelta(days=1)
    assert arrives(world, mail(address, name="2")) is Refusal.EXPIRED


def test_after_the_end_the_visitor_is_told_by_one_mail_that_nobody_read_theirs(world, visitor):
    address = reply_to(world)
    ends(visitor)
    world.sent.clear()
    for _ in range(3):
        assert arrives(world, mail(address)) is Refusal.CLOSED
    world.run_alarms(3600)
    (letter,) = world.sent
    assert (letter.kind.value, letter.address) == ("closed", ADDRESS)
    assert "nobody has read the message" in letter.text
    assert "https://bank.example/loans#vestibule=" in letter.text
    assert ("visitor", "Thank you.") not in texts(world, visitor)


def test_who_changed_their_address_may_still_answer_the_mail_they_have(world, visitor):
    address = reply_to(world)
    visitor.does("email", address="grace@work.example")
    assert arrives(world, mail(address)) is None
    assert arrives(world, mail(address, sender="grace@work.example", name="2")) is Refusal.STRANGER


def test_what_is_too_large_is_refused_before_it_is_fetched(world):
    assert inbound.receive(world.ports, "absent", 10_000_001) is Refusal.OVERSIZE


def test_a_conversation_that_is_gone_or_a_mail_that_is_gone(world, visitor):
    address = reply_to(world)
    elsewhere = World().site()
    assert arrives(elsewhere, mail(address)) is Refusal.STRANGER
    with pytest.raises(NotFound):
        inbound.receive(world.ports, "absent", 10)
