"""Is a visitor who waits told how long, and reassured when it takes longer, on the packaged stack?

The waits are real: the minute that is named is 12 s here.
"""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.services.ports.estimates import FirstReply
from chalicelib.store.estimates import one_reply
from local import aws
from tests.aws import dynamo_table
from tests.bank import estimated_wait
from tests.stack.live import WAIT_SCALE, Live, until
from tests.stack.sites import KEPT_IN_MIND_SECONDS, Place, Visitor

pytestmark = pytest.mark.stack

MINUTE = 60 * WAIT_SCALE
# How late the alarm clock, a function and a push may be together.
PATIENCE = 30.0
ESTIMATE = "tells: about 1 min"
LONGER = "tells: about 3 min"
UNKNOWN = "tells: we are coming"
EXCEEDED = "tells: it takes longer, we are still coming"


@pytest.fixture
def telling(place: Place) -> Place:
    """A site that tells how long the wait will be, and asks for nothing."""
    place.call("DELETE", "/flows/ask")
    place.call("POST", "/flows", estimated_wait("tells"))
    time.sleep(KEPT_IN_MIND_SECONDS)
    return place


def answered_before(place: Place, live: Live, times: int, seconds: float) -> None:
    """So many visitors of this hour, and of the next, got a first answer after so long."""
    deployed = live.stack.deployed
    table = dynamo_table(aws.client("dynamodb", deployed.port), time.time, deployed.table)
    for hours in (0, 1):
        here = datetime.now(UTC).astimezone(ZoneInfo("Europe/Paris")) + timedelta(hours=hours)
        reply = FirstReply(
            site=place.id, group="service", day=here.date(), hour=here.hour, seconds=seconds
        )
        for number in range(times):
            table.write(one_reply(reply, f"conversation-{number}"))


def told(visitor: Visitor, seconds: float) -> list[str]:
    """What the flow has said, so many seconds later."""
    heard = visitor.line.listen(seconds)
    messages = [frame for frame in heard if frame["type"] == "message"]
    return [frame["text"] for frame in messages if frame["author"]["kind"] == "flow"]


def test_the_minutes_are_told_at_once_and_reassured_when_they_are_over(
    telling: Place, live: Live
) -> None:
    answered_before(telling, live, 20, 50)
    visitor = telling.visitor()
    began = time.monotonic()
    started = visitor.start("How long will it take?")
    assert started["state"] == "waiting"
    # A tenth is as exact as it is kept.
    assert 45 <= started["estimated_wait_seconds"] <= 55
    visitor.line.hear("message", PATIENCE, text=ESTIMATE)
    visitor.line.hear("message", MINUTE + PATIENCE, text=EXCEEDED)
    assert time.monotonic() - began >= MINUTE - 0.1
    assert told(visitor, 3) == [ESTIMATE, EXCEEDED]
    assert telling.texts(visitor.conversation) == ["How long will it take?", ESTIMATE, EXCEEDED]


def test_of_too_few_answers_a_general_word_is_told_and_nothing_is_promised(
    telling: Place, live: Live
) -> None:
    answered_before(telling, live, 19, 50)
    known = set(live.executions())
    visitor = telling.visitor()
    assert "estimated_wait_seconds" not in visitor.start("How long will it take?")
    visitor.line.hear("message", PATIENCE, text=UNKNOWN)
    [run] = set(live.executions()) - known
    until("the run ends", lambda: live.executions()[run] == "SUCCEEDED", PATIENCE)
    assert told(visitor, MINUTE + 2) == [UNKNOWN]


def test_whoever_is_answered_in_time_is_not_reassured(telling: Place, live: Live) -> None:
    # Three minutes, so that an agent has the time to come.
    answered_before(telling, live, 20, 170)
    known = set(live.executions())
    visitor = telling.visitor()
    visitor.start("How long will it take?")
    visitor.line.hear("message", PATIENCE, text=LONGER)
    agent = telling.agents[0].arrive()
    agent.assigned()
    agent.say(visitor.conversation, "No time at all.")
    assert told(visitor, 3 * MINUTE + 3) == [LONGER]
    [run] = set(live.executions()) - known
    until("the run ends", lambda: live.executions()[run] == "SUCCEEDED", PATIENCE)
    assert telling.texts(visitor.conversation)[1:] == [LONGER, "No time at all."]
