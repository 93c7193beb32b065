"""Do a visitor and an agent find each other over real sockets, and the next in line after them?"""

import pytest

from tests.stack.live import Live, until
from tests.stack.sites import Place

pytestmark = pytest.mark.stack


def test_an_invited_visitor_talks_with_the_agent_who_is_free(place: Place) -> None:
    agent, _ = place.agents
    agent.arrive()
    visitor = place.visitor()
    assert visitor.engagement is not None
    assert visitor.engagement["notification"] == "hello"
    told = visitor.start("Good morning")
    assert (told["state"], told["agent"]["name"]) == ("assigned", "0")
    view = agent.assigned()
    assert view["id"] == visitor.conversation

    assert agent.say(view["id"], "How can I help?")["number"] == 2
    heard = visitor.line.hear("message")
    assert (heard["number"], heard["text"]) == (2, "How can I help?")
    assert heard["author"] == {"kind": "agent", "name": "0"}
    assert visitor.say("A loan, please")["number"] == 3
    assert agent.ear.hear("message", number=3)["text"] == "A loan, please"

    visitor.line.send("typing", token=visitor.token)
    assert agent.ear.hear("typing")["by"] == "visitor"
    agent.ear.send("read", conversation=view["id"], number=3)
    assert visitor.line.hear("read")["number"] == 3
    assert place.texts(view["id"]) == ["Good morning", "How can I help?", "A loan, please"]


def test_a_page_that_no_rule_wants_is_left_alone(place: Place) -> None:
    visitor = place.visitor("/elsewhere")
    assert visitor.engagement is None
    refused = visitor.line.ask(
        "start", **{"pass": visitor.pass_}, client_id="m1", text="Let me in anyway"
    )
    assert (refused["type"], refused["code"]) == ("error", "not_engaged")


def test_the_second_visitor_waits_in_line_and_is_served_when_the_first_is_closed(
    place: Place,
) -> None:
    agent, _ = place.agents
    agent.arrive()
    first, second, third = place.visitor(), place.visitor(), place.visitor()
    assert first.start("I am first")["state"] == "assigned"
    told = second.start("I am second")
    assert (told["state"], told["position"]) == ("waiting", 1)
    assert third.start("I am third")["position"] == 2
    agent.assigned()

    agent.close(first.conversation)
    assert first.line.hear("closed")["conversation"] == first.conversation
    assert second.line.hear("conversation", state="assigned")["agent"]["name"] == "0"
    assert agent.assigned()["id"] == second.conversation
    third.line.hear("queue", position=1)
    assert place.conversation(second.conversation)["agent"] == agent.id
    assert place.conversation(first.conversation)["state"] == "closed"


def test_an_agent_who_becomes_available_is_given_who_waits(place: Place) -> None:
    visitor = place.visitor()
    assert visitor.start("Is anybody there?")["state"] == "waiting"
    agent, _ = place.agents
    agent.arrive()
    assert agent.assigned()["id"] == visitor.conversation
    visitor.line.hear("conversation", state="assigned")


def test_a_visitor_who_comes_back_gets_what_was_missed_and_goes_on(place: Place) -> None:
    agent, _ = place.agents
    agent.arrive()
    visitor = place.visitor()
    visitor.start("One")
    agent.say(visitor.conversation, "Two")
    visitor.line.hear("message", number=2)
    visitor.line.close()
    agent.say(visitor.conversation, "Three")
    agent.say(visitor.conversation, "Four")

    visitor.connect()
    page = visitor.arrive(resume={"token": visitor.token, "after": 2})
    assert page["conversation"]["id"] == visitor.conversation
    missed = visitor.line.hear("messages")
    assert [item["text"] for item in missed["items"]] == ["Three", "Four"]
    again = visitor.line.ask("resume", token=visitor.token, after=3)
    assert [item["text"] for item in again["items"]] == ["Four"]
    assert again["last"] == 4
    assert visitor.say("Five")["number"] == 5
    agent.say(visitor.conversation, "Six")
    assert visitor.line.hear("message", number=6)["text"] == "Six"


def test_the_same_words_sent_twice_are_kept_once(place: Place) -> None:
    place.agents[0].arrive()
    visitor = place.visitor()
    visitor.start("Hello")
    first = visitor.say("Once", client_id="the-same")
    again = visitor.say("Once", client_id="the-same")
    assert first["number"] == again["number"] == 2
    assert place.texts(visitor.conversation) == ["Hello", "Once"]


def test_who_sweeps_gives_back_what_an_absent_agent_held(live: Live, place: Place) -> None:
    gone, there = place.agents
    gone.arrive()
    visitor = place.visitor()
    visitor.start("Do not lose me")
    assert gone.assigned()["id"] == visitor.conversation
    there.arrive()
    gone.ear.close()

    # The lease of a closed page runs for 15 s more: time enough to reload it.
    live.sweep()
    assert place.conversation(visitor.conversation)["agent"] == gone.id

    def moved() -> bool:
        live.sweep()
        return bool(place.conversation(visitor.conversation)["agent"] == there.id)

    until("the conversation is with the agent who is there", moved, 30)
    assert there.assigned()["id"] == visitor.conversation
    assert there.say(visitor.conversation, "I go on")["number"] == 2
    assert visitor.line.hear("message")["text"] == "I go on"
