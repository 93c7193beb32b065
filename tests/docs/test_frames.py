"""Does the socket take and answer what the documents say?"""

import pytest

from chalicelib.services.conversation import closing
from chalicelib.web.protocol import ACTIONS
from docs.generate import frames, glossary
from docs.generate.reading import fields_of
from tests.identities import SECRET, vouched
from tests.shelf import PNG
from tests.world import PAGE, World

ACTIONS_OF = {side.value: actions for side, actions in ACTIONS.items()}
FRAMES = [
    pytest.param(side.value, name, id=f"{side.value}-{name}")
    for side, actions in ACTIONS.items()
    for name in actions
]
REQUIRED = [
    pytest.param(side.value, name, field.name, id=f"{side.value}-{name}-{field.name}")
    for side, actions in ACTIONS.items()
    for name, action in actions.items()
    for field in fields_of(action).values()
    if frames.is_required(field)
]


class Talk:
    """A visitor who talks with an agent, and one good frame for every action."""

    def __init__(self):
        self.world = World().site()
        self.world.secrets["bank"] = SECRET
        self.world.user("ada", slots=3)
        self.world.available("ada", "staff")
        self.page = self.world.visitor("visitor", **PAGE)

    def frame(self, side, action):
        """A frame that holds exactly what the documents say is required."""
        known = {
            "pass": self.page["pass"],
            "engagement": self.page.get("engagement", {}).get("id"),
            "url": PAGE["url"],
            "facts": {"page.seconds": 30},
            "client_id": f"{side}-{action}",
            "text": "Good morning",
            "number": 1,
            "address": "vera@example.com",
            "name": "card.png",
            "type": "image/png",
            "size": len(PNG),
            "transaction": "order-1",
            "amount": 12.5,
            "currency": "EUR",
            "identity": vouched(self.world),
        }
        taken = fields_of(ACTIONS_OF[side][action])
        required = [name for name, field in taken.items() if frames.is_required(field)]
        if {"token", "conversation"} & set(required):
            begun = self.begun()
            if action == "rate":
                closing.close(self.world.ports, "bank", begun["conversation"])
            known |= {"token": begun["token"], "conversation": begun["conversation"]}
            if action == "download":
                known |= self.sent(begun["token"])
            if action == "transcript":
                told = {"token": begun["token"], "address": known["address"]}
                self.world.visitor(side, action="email", **told)
        return {"action": action, **{name: known[name] for name in required}}

    def say(self, side, frame):
        """The types of what comes back, pushed ones first, and the answer."""
        before = len(self.world.frames[side])
        answer = (
            self.world.visitor(side, **frame)
            if side == "visitor"
            else self.world.agent(side, "ada", **frame)
        )
        pushed = self.world.frames[side][before:]
        heard = [each["type"] for each in (*pushed, *([answer] if answer else []))]
        return heard, answer

    def sent(self, token):
        """What names a file that has come with a message."""
        declared = {"name": "card.png", "type": "image/png", "size": len(PNG)}
        allowed = self.world.visitor("visitor", action="attach", token=token, **declared)
        self.world.files.post(allowed["fields"], PNG)
        words = {"client_id": "file", "text": "", "attachments": [allowed["attachment"]]}
        ack = self.world.visitor("visitor", action="message", token=token, **words)
        return {"number": ack["number"], "attachment": allowed["attachment"]}

    def begun(self):
        """The conversation, as the visitor was told of it."""
        start = {"action": "start", "pass": self.page["pass"], "client_id": "first", "text": "Hi"}
        self.world.visitor("visitor", **start)
        return self.world.heard("visitor", "conversation")[0]


@pytest.mark.parametrize(("side", "action"), FRAMES)
def test_a_frame_with_what_is_required_gets_the_answer_that_is_promised(side, action):
    talk = Talk()
    heard, answer = talk.say(side, talk.frame(side, action))
    # Without a conversation to resume, nothing was missed.
    promised = ["page"] if action == "page" else glossary.ANSWERS[side][action]
    # Others' news may come in between; what is promised comes, and in this order.
    left = iter(heard)
    assert all(each in left for each in promised), heard
    assert answer is None or answer["type"] == promised[-1]


@pytest.mark.parametrize(("side", "action", "missing"), REQUIRED)
def test_a_frame_without_a_required_field_is_refused_for_it(side, action, missing):
    talk = Talk()
    frame = talk.frame(side, action)
    del frame[missing]
    _heard, answer = talk.say(side, frame)
    assert answer["type"] == "error"
    assert answer["message"].startswith(f"{missing}:") or "token" in answer["code"]


@pytest.mark.parametrize(("side", "action"), FRAMES)
def test_a_frame_with_a_field_that_is_not_documented_is_refused(side, action):
    talk = Talk()
    _heard, answer = talk.say(side, {**talk.frame(side, action), "colour": "blue"})
    assert (answer["type"], answer["code"]) == ("error", "unknown_field")


def test_a_page_that_brings_its_conversation_back_hears_first_what_it_missed():
    talk = Talk()
    token = talk.begun()["token"]
    heard, answer = talk.say("visitor", {**PAGE, "resume": {"token": token, "after": 0}})
    assert heard == list(glossary.ANSWERS["visitor"]["page"])
    assert answer["conversation"]["state"] == "assigned"


@pytest.mark.parametrize(("side", "action"), FRAMES)
def test_an_answer_holds_nothing_that_is_not_documented(side, action):
    talk = Talk()
    _heard, answer = talk.say(side, {**talk.frame(side, action), "id": "q1"})
    if answer is None:
        return
    schemas = [frames.outward(kind) for kind in frames.kinds() if kind.type == answer["type"]]
    assert any(
        answer.keys() <= schema["properties"].keys() and answer.keys() >= set(schema["required"])
        for schema in schemas
    )
    assert answer["id"] == "q1"
