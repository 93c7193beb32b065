"""A visitor is invited, talks, waits, and is served: the main job from frame to frame."""

import pytest

from tests.world import PAGE, World


@pytest.fixture
def world():
    world = World().site()
    world.user("ada", slots=1)
    return world


def invited(world, connection):
    """A visitor's page that has been shown the invitation."""
    world.available("ada")
    answer = world.visitor(connection, **PAGE)
    assert answer["engagement"]["notification"] == "hello"
    return answer


def begin(world, connection, text="Good morning"):
    answer = invited(world, connection)
    world.visitor(connection, action="start", **{"pass": answer["pass"]}, client_id="m1", text=text)
    (conversation,) = world.heard(connection, "conversation")[:1]
    return conversation


def test_a_visitor_is_answered_by_the_agent_who_is_free(world):
    conversation = begin(world, "v1")
    assert conversation["state"] == "assigned"
    assert conversation["agent"]["name"] == "Ada"
    assert world.heard("v1", "ack")[0]["number"] == 1
    (assigned,) = world.heard("page of ada", "assigned")
    assert assigned["conversation"]["id"] == conversation["id"]

    world.agent(
        "page of ada",
        "ada",
        action="message",
        conversation=conversation["id"],
        client_id="a1",
        text="How can I help?",
    )
    (message,) = world.heard("v1", "message")
    assert (message["number"], message["text"]) == (2, "How can I help?")
    assert message["author"] == {"kind": "agent", "name": "Ada"}

    answer = world.visitor(
        "v1", action="message", token=conversation["token"], client_id="m2", text="A loan"
    )
    assert answer["type"] == "ack" and answer["number"] == 3
    assert world.heard("page of ada", "message")[-1]["text"] == "A loan"


def test_the_second_visitor_waits_and_is_served_when_the_first_is_closed(world):
    first = begin(world, "v1")
    second = begin(world, "v2")
    assert second["state"] == "waiting" and second["position"] == 1
    closed = world.ports.conversations.get("bank", first["id"])
    from chalicelib.services.conversation import closing

    closing.close(world.ports, "bank", closed.id)
    assert world.heard("v1", "closed")
    assert world.heard("v2", "conversation")[-1]["state"] == "assigned"
    assert world.heard("page of ada", "assigned")[-1]["conversation"]["id"] == second["id"]
