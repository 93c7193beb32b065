"""What does a flow call a visitor, whom the site may have named?"""

import pytest

from tests.bank import flow
from tests.identities import SECRET, vouched
from tests.people import Visitor, begun, stored
from tests.world import World

ADDRESS = "grace@example.com"
WORDS = {
    "unknown": {
        "request": "Hello {{visitor_name}}, where can we write to you?",
        "confirmation": "{{visitor_name}}, thank you.",
    },
    "known": {"information": "We write to {{email}}, {{visitor_name|dear customer}}."},
}
MAIL = {
    "enabled": True,
    "subject": "{{visitor_name|Somebody}} wrote to {{site_name}}",
    "text": "Hello {{visitor_name}},\nwe have your question.",
}


@pytest.fixture
def world():
    world = World().site(flows=[flow("asks", 30, messages=WORDS, acknowledgement=MAIL)])
    world.secrets["bank"] = SECRET
    world.user("ada")
    world.available("ada")
    return world


def named(world, connection, name, **more):
    """A customer whom the site calls so, and who waits until the flow has asked."""
    visitor = Visitor(world, connection)
    visitor.arrive(identity=vouched(world, connection, name=name, **more))
    visitor.start("Good morning")
    return visitor


def asked(world, visitor):
    """What the flow says in the box, then what it mails."""
    world.run_alarms(30)
    (request,) = visitor.heard("email_request")
    visitor.does("email", address=ADDRESS)
    confirmation = visitor.heard("message")[-1]["text"]
    world.run_alarms(0)
    letter = world.sent[-1]
    return request["text"], confirmation, letter.subject, letter.text.partition("\n\nCont")[0]


def test_whom_the_site_names_is_called_by_that_name(world):
    assert asked(world, named(world, "v1", "Grace Hopper")) == (
        "Hello Grace Hopper, where can we write to you?",
        "Grace Hopper, thank you.",
        "Grace Hopper wrote to Linden Bank",
        "Hello Grace Hopper,\nwe have your question.",
    )


def test_for_anybody_else_no_hole_is_left(world):
    assert asked(world, begun(world, "v1")) == (
        "Hello, where can we write to you?",
        "Thank you.",
        "Somebody wrote to Linden Bank",
        "Hello,\nwe have your question.",
    )


def test_of_a_known_address_too(world):
    visitor = begun(world, "v1")
    visitor.does("email", address=ADDRESS)
    world.run_alarms(30)
    (informed,) = visitor.heard("email_information")
    assert informed["text"] == f"We write to {ADDRESS}, dear customer."


@pytest.mark.parametrize(
    "name", [7, "", " ", "x" * 101, "a\nBcc: b@c.example", "\u202eecarG", ["G"]]
)
def test_a_name_that_is_none_leaves_the_customer_proven(world, name):
    visitor = named(world, "v1", name)
    assert stored(visitor).visitor_name is None
    assert world.edge.passes.read(visitor.pass_, "bank", world.ports).identified


def test_a_name_is_text_and_nothing_else(world):
    name = "<b>{{email}}</b> {{7*7}}"
    *_, subject, text = asked(world, named(world, "v1", name))
    assert name in subject and name in text
    assert "&lt;b&gt;{{email}}" in world.sent[-1].html


def test_what_a_page_says_of_itself_names_nobody(world):
    """Anybody may say it, and a mail of ours would carry their words to any address."""
    visitor = begun(
        world, "v1", facts={"data": {"name": "Buy at evil.example", "visitor_name": "x"}}
    )
    assert stored(visitor).visitor_name is None


def test_the_team_sees_the_name_and_the_next_visit_has_to_prove_it_again(world):
    visitor = named(world, "v1", "Grace")
    [assigned] = world.heard("page of ada", "assigned")
    assert assigned["conversation"]["visitor_name"] == "Grace"
    world.later(1801)
    visitor.arrive()
    assert world.edge.passes.read(visitor.pass_, "bank", world.ports).name == ""


def test_another_customer_of_the_same_browser_has_another_name(world):
    visitor = named(world, "v1", "Grace")
    token = vouched(world, "somebody else")
    answer = world.visitor("v1", action="identify", identity=token, **{"pass": visitor.pass_})
    assert world.edge.passes.read(answer["pass"], "bank", world.ports).name == ""
    corrected = vouched(world, "somebody else", name="Ida")
    again = world.visitor("v1", action="identify", identity=corrected, **{"pass": answer["pass"]})
    assert world.edge.passes.read(again["pass"], "bank", world.ports).name == "Ida"
