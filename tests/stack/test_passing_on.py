"""Does a conversation find its way past whoever is silent, away, or the wrong one to ask?

The waits are real and shortened: an answer timeout of 20 s is 4 s here, a minute's snooze 12 s.
"""

import json
import time
from typing import Any

import pytest

from local.rest import RefusedError
from tests.stack.live import WAIT_SCALE, Live, until
from tests.stack.sites import KEPT_IN_MIND_SECONDS, NEVER, Agent, Place, Visitor

pytestmark = pytest.mark.stack

TIMEOUT = 20
TWO_HOURS = 7_200


@pytest.fixture
def impatient(place: Place) -> Place:
    """The same site, where agents must answer soon."""
    place.call("PATCH", "/groups/service", {"answer_timeout_seconds": TIMEOUT})
    time.sleep(KEPT_IN_MIND_SECONDS)
    return place


def ask(agent: Agent, visitor: Visitor, what: str, body: object = None) -> Any:
    """What a member of the staff does with a conversation, over REST."""
    path = f"{agent.place.path}/conversations/{visitor.conversation}/{what}"
    return agent.place.live.call("POST", path, body, token=agent.token)


def begun(place: Place, text: str = "Good morning") -> tuple[Agent, Agent, Visitor]:
    """A visitor who has the first agent; the second is there too."""
    first, second = place.agents
    first.arrive()
    visitor = place.visitor()
    assert visitor.start(text)["state"] == "assigned"
    assert first.assigned()["id"] == visitor.conversation
    second.arrive()
    return first, second, visitor


def agents_shown(visitor: Visitor) -> list[str | None]:
    """The name that stood at the top of the visitor's window, one after the other; None waits."""
    told = [each for each in visitor.line.everything if each["type"] == "conversation"]
    return [each["agent"]["name"] if each["state"] == "assigned" else None for each in told]


def reasons(place: Place, visitor: Visitor) -> list[dict[str, Any]]:
    found = place.call("GET", f"/conversations/{visitor.conversation}/why")
    return list(found["routing"])


def timers(place: Place, visitor: Visitor) -> dict[str, dict[str, Any]]:
    found = place.call("GET", f"/conversations/{visitor.conversation}/timers")["items"]
    return {each["what"]: each for each in found}


def test_a_silent_agents_conversation_goes_to_the_next_and_never_back(impatient: Place) -> None:
    first, second, visitor = begun(impatient)
    gone = first.ear.hear("unassigned")
    assert (gone["conversation"], gone["reason"]) == (visitor.conversation, "answer_timeout")
    assert second.assigned()["id"] == visitor.conversation
    visitor.line.hear("conversation", state="assigned")

    # Two silent agents do not exchange it: it waits for somebody to act by hand.
    assert second.ear.hear("unassigned")["reason"] == "answer_timeout"
    visitor.line.listen(TIMEOUT * WAIT_SCALE + 2)
    assert agents_shown(visitor) == ["0", None, "1", None]
    for agent in (first, second):
        heard = [each["type"] for each in agent.ear.everything]
        assert [each for each in heard if "assigned" in each] == ["assigned", "unassigned"]

    assert ask(first, visitor, "take")["agent"] == first.id
    first.say(visitor.conversation, "Here I am")
    assert visitor.line.hear("message", number=2)["text"] == "Here I am"
    events = [each["event"] for each in reasons(impatient, visitor)]
    assert events == ["start", "answer_timeout", "queue", "answer_timeout", "take"]


def test_a_transfer_takes_the_comment_along_and_hides_it_from_the_visitor(place: Place) -> None:
    first, second, visitor = begun(place)
    moved = ask(first, visitor, "transfer", {"agent": second.id, "comment": "A loan"})
    assert (moved["state"], moved["agent"]) == ("assigned", second.id)
    assert first.ear.hear("unassigned")["reason"] == "transferred"
    assert second.assigned()["id"] == visitor.conversation
    assert visitor.line.hear("conversation", state="assigned")["agent"]["name"] == "1"
    with pytest.raises(RefusedError) as refused:
        ask(first, visitor, "transfer", {"agent": first.id})
    assert refused.value.status == 404

    notes = place.call("GET", f"/conversations/{visitor.conversation}/notes")["items"]
    assert [(each["author"], each["text"]) for each in notes] == [(first.id, "A loan")]
    assert "A loan" not in json.dumps(visitor.line.everything)
    last = reasons(place, visitor)[-1]
    assert last["event"] == "transfer"
    assert last["sentences"][0].startswith("0 transferred it. 1 of Service was chosen")


def test_a_snooze_frees_the_slot_and_comes_back_to_whom_it_was_kept_for(place: Place) -> None:
    first, second, visitor = begun(place)
    second.ear.ask("presence", status="offline")
    asleep = ask(first, visitor, "snooze", {"seconds": 60, "keep": True})
    assert (asleep["state"], asleep["kept_for"]) == ("snoozed", first.id)
    another = place.visitor()
    assert another.start("Is there a slot?")["state"] == "assigned"
    assert first.assigned()["id"] == another.conversation
    first.close(another.conversation)

    second.ear.ask("presence", status="available")
    assert first.assigned()["id"] == visitor.conversation
    assert visitor.line.hear("conversation", state="snoozed")
    assert visitor.line.hear("conversation", state="assigned")["agent"]["name"] == "0"


def test_a_visitors_words_end_a_snooze(place: Place) -> None:
    first, _second, visitor = begun(place)
    ask(first, visitor, "snooze", {"seconds": TWO_HOURS, "keep": True})
    visitor.say("I found the number")
    assert first.assigned()["id"] == visitor.conversation
    assert place.texts(visitor.conversation) == ["Good morning", "I found the number"]


def test_what_is_handed_back_goes_to_somebody_else(place: Place) -> None:
    first, second, visitor = begun(place)
    ask(first, visitor, "hand-back")
    assert second.assigned()["id"] == visitor.conversation
    assert first.ear.hear("unassigned")["reason"] == "handed_back"
    events = [each["event"] for each in reasons(place, visitor)]
    assert events == ["start", "handed_back", "queue"]


def test_a_flow_that_was_called_off_asks_nobody(place: Place) -> None:
    place.call("PATCH", "", {"hours": NEVER})
    visitor = place.visitor()
    assert visitor.start("Anybody there?")["state"] == "waiting"
    flow = until("the flow is scheduled", lambda: timers(place, visitor).get("email_request"))
    assert flow["rule"] == {"kind": "flow", "id": "ask"}
    path = f"/conversations/{visitor.conversation}/timers"
    place.call("DELETE", f"{path}/{flow['id']}")
    assert timers(place, visitor) == {}
    heard = visitor.line.listen(25 * WAIT_SCALE + 3)
    assert "email_request" not in [each["type"] for each in heard]


def test_a_long_wait_is_an_execution_that_somebody_can_look_at(place: Place, live: Live) -> None:
    first, _second, visitor = begun(place)
    asleep = ask(first, visitor, "snooze", {"seconds": TWO_HOURS})
    name = f"wait-{visitor.conversation}-{asleep['version']}"
    assert live.executions()[name] == "RUNNING"
    assert timers(place, visitor)["snooze"]["at"] == asleep["snoozed_until"]

    # Woken too early, it reads that nothing is due and waits for the same moment again.
    alarm = {"what": "wait", "site": place.id, "id": visitor.conversation}
    answer = live.invoke("RingAlarm", {**alarm, "tick": asleep["version"]})
    assert answer["tick"] == asleep["version"]
    assert answer["wake_at"][:19] >= asleep["snoozed_until"][:19]
    awake = ask(first, visitor, "wake")
    assert awake["state"] == "assigned"
    # Its version has passed: the clock stops.
    assert live.invoke("RingAlarm", answer)["wake_at"] is None


def test_closing_keeps_the_reason_and_the_tags(place: Place) -> None:
    first, _second, visitor = begun(place)
    body = {"reason": "Answered", "tags": ["loan"]}
    closed = ask(first, visitor, "close", body)
    assert (closed["state"], closed["close_reason"]) == ("closed", "Answered")
    visitor.line.hear("closed")
    found = place.call("GET", "/conversations?tag=loan")["items"]
    assert [each["id"] for each in found] == [visitor.conversation]
    assert found[0]["closed_by"] == first.id
