"""The REST side of what the staff does with a conversation: take, pass on, put aside, end."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from chalice.app import Blueprint

from chalicelib.errors import Invalid
from chalicelib.model.reading import Fields
from chalicelib.model.views import for_staff
from chalicelib.services.assignment import assignments, handing_back, snoozes, transfers
from chalicelib.services.conversation import closing, desk, notes
from chalicelib.services.ports import Ports
from chalicelib.web.access import connect
from chalicelib.web.conversation_routes import ONE
from chalicelib.web.conversation_schemas import CLOSE, CONVERSATION, SNOOZE, TAGS, TRANSFER
from chalicelib.web.door import EVERYBODY, Call, Doors
from chalicelib.web.encoding import parse_moment
from chalicelib.web.openapi import Route

blueprint = Blueprint(__name__)
doors = Doors(blueprint, connect)

MOST_TAGS: Final = 20
LONGEST_COMMENT: Final = 4_000
SHORTEST_SNOOZE: Final = 60
LONGEST_SNOOZE: Final = 30 * 86_400


@doors.open(Route("POST", f"{ONE}/take", "Take it from the queue", EVERYBODY, answer=CONVERSATION))
def take(call: Call, site: str, conversation: str) -> dict[str, Any]:
    desk.read(call.ports, site, conversation, call.user)
    return for_staff(assignments.take(call.ports, site, conversation, call.user))


@doors.open(Route("POST", f"{ONE}/hand-back", "Back to its queue", EVERYBODY, answer=CONVERSATION))
def hand_back(call: Call, site: str, conversation: str) -> dict[str, Any]:
    return _now(call, site, handing_back.hand_back(call.ports, site, conversation, call.user).id)


@doors.open(Route("POST", f"{ONE}/transfer", "Pass it on", EVERYBODY, TRANSFER, CONVERSATION))
def transfer(call: Call, site: str, conversation: str) -> dict[str, Any]:
    fields = Fields(call.body())
    comment = fields.text("comment", None, maximum=LONGEST_COMMENT)
    agent, rule = fields.identifier("agent", None), fields.identifier("routing_rule", None)
    fields.done()
    if (agent is None) is (rule is None):
        raise Invalid("agent", "name either an agent or a routing_rule")
    pass_on, to = (transfers.to_agent, agent) if agent else (transfers.to_rule, rule)
    pass_on(call.ports, site, conversation, call.user, to, comment)
    return _now(call, site, conversation)


@doors.open(Route("POST", f"{ONE}/snooze", "Put it aside", EVERYBODY, SNOOZE, CONVERSATION))
def snooze(call: Call, site: str, conversation: str) -> dict[str, Any]:
    fields = Fields(call.body())
    until, keep = _until(fields, call.ports), fields.flag("keep", False)
    fields.done()
    snoozes.snooze(call.ports, site, conversation, until, keep=keep, by=call.user)
    return _now(call, site, conversation)


@doors.open(Route("POST", f"{ONE}/wake", "Bring it back now", EVERYBODY, answer=CONVERSATION))
def wake(call: Call, site: str, conversation: str) -> dict[str, Any]:
    snoozes.wake(call.ports, site, conversation, desk.may_see(call.ports, site, call.user))
    return _now(call, site, conversation)


@doors.open(Route("POST", f"{ONE}/close", "Close it", EVERYBODY, CLOSE, CONVERSATION))
def close(call: Call, site: str, conversation: str) -> dict[str, Any]:
    fields = Fields(_body_if_any(call))
    reason = fields.name("reason", None, maximum=200)
    tags = _tags(fields) if fields.has("tags") else None
    fields.raw("tags", None)
    fields.done()
    desk.read(call.ports, site, conversation, call.user)
    return for_staff(
        closing.close(call.ports, site, conversation, by=call.user, reason=reason, tags=tags)
    )


@doors.open(Route("POST", f"{ONE}/tags", "Replace its tags", EVERYBODY, TAGS, CONVERSATION))
def tag(call: Call, site: str, conversation: str) -> dict[str, Any]:
    fields = Fields(call.body())
    tags = _tags(fields)
    fields.done()
    return for_staff(notes.tag(call.ports, site, conversation, call.user, tags))


def _now(call: Call, site: str, conversation: str) -> dict[str, Any]:
    """The conversation as it stands: whoever waited may have been served already."""
    return for_staff(call.ports.conversations.get(site, conversation))


def _body_if_any(call: Call) -> object:
    """A body may be left out where nothing in it is needed."""
    event: Mapping[str, Any] = call.request.to_original_event()
    return call.body() if event.get("body") else {}


def _tags(fields: Fields) -> tuple[str, ...]:
    found: tuple[str, ...] = fields.names("tags", maximum=MOST_TAGS)
    return found


def _until(fields: Fields, ports: Ports) -> datetime:
    """The end of a snooze, a minute to thirty days from now; seconds pass at our own pace."""
    now = ports.now()
    if fields.has("seconds") is fields.has("until"):
        raise Invalid("seconds", "give either seconds or until")
    seconds = fields.integer("seconds", None, minimum=SHORTEST_SNOOZE, maximum=LONGEST_SNOOZE)
    given = fields.raw("until", None)
    if given is None:
        return now + timedelta(seconds=seconds * ports.wait_scale)
    until = parse_moment(given, "until")
    if not SHORTEST_SNOOZE <= (until - now).total_seconds() <= LONGEST_SNOOZE:
        raise Invalid("until", "expected a moment from one minute to thirty days from now")
    return until
