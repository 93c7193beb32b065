"""A visitor comes back after a conversation: what is known of them, and from where?

From what was read anyway. A page that engages nobody still costs no request to the table.
"""

import pytest

from tests.bank import flow
from tests.people import Visitor, begun, ends, says, stored
from tests.world import BANK, World

ADDRESS = "grace@example.com"


def a_bank(when=None, **document):
    known = {**BANK["targeting_rules"][0], "id": "known", "when": when, "priority": 1}
    everybody = {**BANK["targeting_rules"][0], "when": {"fact": "page.path", "is": "is"}}
    everybody["when"]["value"] = "/loans"
    rules = [everybody, known] if when else [everybody]
    world = World().site(targeting_rules=rules, **document)
    world.user("ada", slots=1)
    world.available("ada")
    return world


def talked(world, connection="v1", *, address=ADDRESS):
    """A visitor whose conversation is over, on a page that does not know it yet."""
    visitor = begun(world, connection)
    if address:
        visitor.does("email", address=address)
    ends(visitor)
    return visitor


def comes_back(visitor):
    """The next page, as the widget tells it: with its pass, and with the conversation it knows."""
    page = "https://bank.example/other"
    return visitor.arrive(url=page, resume={"token": visitor.token, "after": 1})


@pytest.mark.parametrize(
    ("fact", "operator", "value", "address", "is_known"),
    [
        ("visitor.email_known", "is", True, ADDRESS, True),
        ("visitor.email_known", "is", True, None, False),
        ("visitor.conversations", "eq", 1, None, True),
        ("visitor.conversations", "gte", 2, ADDRESS, False),
    ],
)
def test_a_rule_may_ask_who_has_talked_before(fact, operator, value, address, is_known):
    world = a_bank({"fact": fact, "is": operator, "value": value})
    answer = comes_back(talked(world, address=address))
    assert ("engagement" in answer) is is_known


def test_what_is_known_stays_in_the_pass():
    world = a_bank({"fact": "visitor.conversations", "is": "gte", "value": 2})
    visitor = talked(world)
    comes_back(visitor)
    assert visitor.arrive(), "a page of whoever knows nothing but their pass"
    visitor.start("One more thing")
    ends(visitor)
    assert comes_back(visitor)["engagement"]


def test_a_page_whose_pass_was_late_learns_it_from_what_is_stored():
    world = a_bank({"fact": "visitor.email_known", "is": "is", "value": True})
    visitor = begun(world, "v1")
    other = visitor.tab("v2")
    visitor.does("email", address=ADDRESS)
    ends(visitor)
    # Another tab was shown something meanwhile: this one's pass is behind what is stored.
    visitor.arrive()
    other.arrive()
    answer = other.arrive(url="https://bank.example/other")
    assert answer["engagement"]


def test_a_link_opened_by_somebody_else_tells_nothing_of_them():
    world = a_bank({"fact": "visitor.email_known", "is": "is", "value": True})
    visitor = talked(world)
    stranger = Visitor(world, "s1", token=visitor.token)
    assert "engagement" not in comes_back(stranger)
    assert "engagement" not in stranger.arrive(url="https://bank.example/other")


def test_before_consent_nothing_is_known():
    world = a_bank({"fact": "visitor.email_known", "is": "is", "value": True})
    visitor = talked(world)
    resume = {"token": visitor.token, "after": 1}
    page = "https://bank.example/other"
    assert "engagement" not in visitor.arrive(url=page, resume=resume, consent="light")


def test_an_address_given_once_is_known_in_the_next_conversation():
    world = a_bank(flows=[flow("asks", 30)])
    visitor = talked(world)
    visitor.arrive()
    visitor.start("One more thing")
    assert visitor.conversation["email"] == {"state": "known", "address": ADDRESS}
    world.run_alarms(30)
    assert not visitor.heard("email_request")
    (informed,) = visitor.heard("email_information")
    assert informed["address"] == ADDRESS
    assert visitor.does("email", address="new@example.com")["address"] == "new@example.com"
    assert stored(visitor).email == "new@example.com"


def test_an_answer_to_whoever_left_again_goes_to_the_address_they_gave_before():
    world = a_bank(site={"unseen_after_seconds": 10})
    visitor = talked(world)
    visitor.arrive()
    visitor.start("One more thing")
    visitor.leave()
    says(world, "ada", visitor, "Here you are")
    world.run_alarms(11)
    assert [(each.kind, each.address) for each in world.sent] == [("unseen_reply", ADDRESS)]
