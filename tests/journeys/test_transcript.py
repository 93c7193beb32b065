"""What was said, by mail, because the visitor or somebody of the staff asks for it."""

import pytest

from chalicelib.services.mail import transcripts
from tests.bank import flow
from tests.people import begun, says, stored
from tests.world import World

ADDRESS = "grace@example.com"


@pytest.fixture
def visitor():
    world = World().site(flows=[flow("asks", 30)])
    world.user("ada", slots=3, display_name="Ada")
    world.later(6)
    world.available("ada")
    visitor = begun(world, "v1", "Is my card blocked?")
    says(world, "ada", visitor, "It is <not> blocked.")
    return visitor


def test_without_an_address_there_is_no_transcript(visitor):
    refused = visitor.does("transcript")
    assert (refused["type"], refused["code"]) == ("error", "no_address")


def test_a_visitor_gets_what_was_said_once_until_more_is_said(visitor):
    world = visitor.world
    visitor.does("email", address=ADDRESS)
    world.run_alarms(0)
    visitor.does("read", number=stored(visitor).last_number)
    world.sent.clear()
    conversation = visitor.conversation["id"]
    for _ in range(3):
        answer = visitor.does("transcript")
    assert answer == {"type": "transcript", "conversation": conversation, "address": ADDRESS}
    world.run_alarms(0)
    (letter,) = world.sent
    assert (letter.kind.value, letter.address) == ("transcript", ADDRESS)
    assert letter.subject == "Your conversation with Linden Bank"
    lines = letter.text.split("\n")
    assert "> Is my card blocked?" in lines and "> It is <not> blocked." in lines
    assert [line.partition(",")[0] for line in lines if "2026" in line][:2] == ["You", "Ada"]
    assert "It is &lt;not&gt; blocked." in letter.html
    assert world.unsubscribe[letter.id] is None
    visitor.say("Thank you")
    visitor.does("transcript")
    world.run_alarms(0)
    assert len(world.sent) == 2


def test_a_long_conversation_comes_with_as_much_of_its_end_as_a_letter_holds(visitor):
    world = visitor.world
    visitor.does("email", address=ADDRESS)
    for number in range(30):
        visitor.say(f"{number} " + "x" * 3900)
        world.later(1)
    transcripts.send(world.ports, "bank", stored(visitor).id)
    world.run_alarms(0)
    letter = world.sent[-1]
    assert len(letter.text) < 60_000
    assert "> 29 x" in letter.text and "> 0 x" not in letter.text
    assert "#vestibule=" in letter.text


def test_a_site_says_it_in_its_own_words():
    words = {
        "id": "transcript",
        "subject": {"en": "What we said, {{agent_name}} and you"},
        "text": {"en": "From {{site_name}} to {{email}}."},
    }
    world = World().site(email_templates=[words], site={"mail": {"sender_name": "The Bank"}})
    world.user("ada", display_name="Ada")
    world.later(6)
    world.available("ada")
    visitor = begun(world, "v1")
    visitor.does("email", address=ADDRESS)
    visitor.does("transcript")
    world.run_alarms(0)
    letter = world.sent[-1]
    assert letter.subject == "What we said, Ada and you"
    assert letter.text.startswith(f"From Linden Bank to {ADDRESS}.")
    assert letter.sender_name == "The Bank"
