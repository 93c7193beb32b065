"""The bank of the product's description, on the packaged stack: who is asked, and by which flow?

By day a long delay, in closed hours a short one, each with the answer before it and after it. The
waits are real: scaled to a fifth, and once as long as they are.
"""

import time

import pytest

from tests.bank import flow
from tests.stack.live import WAIT_SCALE, Live, running, until
from tests.stack.sites import NEVER, Place, Visitor, opened

pytestmark = pytest.mark.stack

# By night the bank asks after 25 s, by day only after an abnormal wait.
NIGHT, DAY = 25, 45
DELAYS = {"by-night": NIGHT, "by-day": DAY}
# How late the alarm clock, a function and a push may be together.
PATIENCE = 6.0


def bank(place: Place, hour: str) -> Place:
    """A site of the bank's two flows, by day or by night."""
    place.call("DELETE", "/flows/ask")
    place.call("POST", "/flows", flow("by-day", DAY, "open"))
    place.call("POST", "/flows", flow("by-night", NIGHT, "closed"))
    if hour == "by-night":
        place.call("PATCH", "", {"hours": NEVER})
    # Functions believe for five seconds what they read last.
    time.sleep(5.1)
    return place


def asked(visitor: Visitor, began: float, hour: str, scale: float = WAIT_SCALE) -> None:
    """The flow of the hour asks, not before its delay and not long after."""
    delay = DELAYS[hour] * scale
    request = visitor.line.hear("email_request", delay + PATIENCE)
    waited = time.monotonic() - began
    # The clock is the server's, in whole seconds; ours began a moment before it.
    assert delay - 0.1 <= waited < delay + PATIENCE, waited
    assert (request["number"], request["text"]) == (2, f"{hour}: where can we write to you?")


@pytest.mark.parametrize("hour", ["by-day", "by-night"])
def test_an_answer_before_the_delay_means_that_nobody_is_asked(
    place: Place, live: Live, hour: str
) -> None:
    bank(place, hour)
    agent, _ = place.agents
    agent.arrive()
    known = set(live.executions())
    visitor = place.visitor()
    began = time.monotonic()
    assert visitor.start("Is the branch open?")["state"] == "assigned"
    [run] = until("the flow waits", lambda: set(live.executions()) - known)
    # In the last moment that is surely before the shorter of both delays.
    time.sleep(max(0.0, NIGHT * WAIT_SCALE - 1.5 - (time.monotonic() - began)))
    agent.say(visitor.conversation, "It is.")
    delay = DELAYS[hour] * WAIT_SCALE
    until("the run ends", lambda: live.executions()[run] != "RUNNING", delay + PATIENCE)
    assert live.executions()[run] == "SUCCEEDED"
    assert "email_request" not in [frame["type"] for frame in visitor.line.listen(1)]
    assert place.texts(visitor.conversation) == ["Is the branch open?", "It is."]


@pytest.mark.parametrize("hour", ["by-day", "by-night"])
def test_an_answer_after_the_delay_finds_the_visitor_asked_once(
    place: Place, live: Live, hour: str
) -> None:
    bank(place, hour)
    agent, _ = place.agents
    visitor = place.visitor()
    began = time.monotonic()
    visitor.start("Can I pay from abroad?")
    asked(visitor, began, hour)
    agent.arrive()
    agent.assigned()
    agent.say(visitor.conversation, "Everywhere.")
    visitor.line.hear("message", text="Everywhere.")
    # The longer of both delays passes too.
    rest = DAY * WAIT_SCALE + 2 - (time.monotonic() - began)
    heard = visitor.line.listen(max(1, rest))
    assert [frame["type"] for frame in heard].count("email_request") == 1
    assert place.texts(visitor.conversation) == [
        "Can I pay from abroad?",
        f"{hour}: where can we write to you?",
        "Everywhere.",
    ]


def test_unscaled_the_evening_waits_for_twenty_five_seconds(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with running(tmp_path_factory.mktemp("unscaled"), 1) as live:
        place = bank(opened(live), "by-night")
        visitor = place.visitor()
        began = time.monotonic()
        visitor.start("Good evening")
        asked(visitor, began, "by-night", 1)
        assert len(place.texts(visitor.conversation)) == 2
        live.hang_up()
