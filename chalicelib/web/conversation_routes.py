"""The REST side of a conversation: lists, threads, answers, notes, reasons, timers."""

from dataclasses import asdict
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.model.conversation import ConversationState
from chalicelib.model.note import LONGEST_NOTE, Note
from chalicelib.model.reading import Fields, identifier, word
from chalicelib.model.survey import Survey
from chalicelib.model.views import for_staff
from chalicelib.model.views import posted as posted_view
from chalicelib.services import rights
from chalicelib.services.conversation import desk, messages, notes, reasons
from chalicelib.services.waiting import timers
from chalicelib.web import cursors, frames
from chalicelib.web.access import connect, signer
from chalicelib.web.conversation_schemas import (
    CONVERSATION,
    MESSAGE,
    NEW_MESSAGE,
    NEW_NOTE,
    NOTE,
    TIMER,
    WHY,
)
from chalicelib.web.door import EVERYBODY, Call, Doors, created
from chalicelib.web.encoding import parse_moment
from chalicelib.web.openapi import Route
from chalicelib.web.pages import page_of
from chalicelib.web.schemas import Page
from chalicelib.web.staff_actions import author_of
from chalicelib.web.words import document

blueprint = Blueprint(__name__)
doors = Doors(blueprint, connect)

CONVERSATIONS = "/v1/sites/{site}/conversations"
ONE = f"{CONVERSATIONS}/{{conversation}}"
FILTERS = ("state", "group", "agent", "visitor", "tag")


@doors.open(
    Route(
        "GET",
        CONVERSATIONS,
        "Conversations, the open ones first",
        EVERYBODY,
        answer=Page(CONVERSATION),
        query={
            name: {"type": "string"}
            for name in (
                "state",
                "group",
                "agent",
                "visitor",
                "tag",
                "from",
                "to",
                "limit",
                "cursor",
            )
        },
    )
)
def list_conversations(call: Call, site: str) -> dict[str, Any]:
    query = call.query()
    filters = _filters(query)
    limit = cursors.page_size(query.raw("limit", None))
    token = query.raw("cursor", None)
    query.done()
    here, now = f"/v1/sites/{site}/conversations", call.ports.now()
    cursor = None if token is None else cursors.decode(signer(), here, token, now=now)
    found, start = call.ports.conversations.list_page(
        site, filters, desk.readable_by(call.ports, site, call.user), limit=limit, cursor=cursor
    )
    following = None if start is None else cursors.encode(signer(), here, start, now=now)
    return {"items": [for_staff(each) for each in found], "next_cursor": following}


@doors.open(Route("GET", ONE, "One conversation", EVERYBODY, answer=CONVERSATION))
def get_conversation(call: Call, site: str, conversation: str) -> dict[str, Any]:
    return for_staff(desk.read(call.ports, site, conversation, call.user))


@doors.open(Route("GET", f"{ONE}/survey", "What its visitor thinks", EVERYBODY, answer=Survey))
def get_survey(call: Call, site: str, conversation: str) -> dict[str, Any]:
    desk.read(call.ports, site, conversation, call.user)
    return asdict(call.ports.surveys.get(site, conversation))


@doors.open(
    Route(
        "GET",
        f"{ONE}/messages",
        "Its messages in order",
        EVERYBODY,
        answer=Page(MESSAGE),
        query={"after": {"type": "string"}, "limit": {"type": "string"}},
    )
)
def list_messages(call: Call, site: str, conversation: str) -> dict[str, Any]:
    desk.read(call.ports, site, conversation, call.user)
    query = call.query()
    after = cursors.number(query.raw("after", query.raw("cursor", "0")))
    limit = cursors.page_size(query.raw("limit", "100"))
    query.done()
    found = call.ports.conversations.messages(site, conversation, after, limit)
    following = str(found[-1].number) if len(found) == limit else None
    shown = [document(posted_view(each)) for each in found]
    return {"items": shown, "next_cursor": following}


@doors.open(Route("POST", f"{ONE}/messages", "Answer", EVERYBODY, NEW_MESSAGE, MESSAGE, 201))
def post_message(call: Call, site: str, conversation: str) -> Response:
    fields = Fields(call.body())
    client_id, text, attached = frames.said(fields, nameless="invalid_field")
    fields.done()
    posted = messages.post(
        call.ports,
        site,
        conversation,
        author_of(call.user),
        client_id,
        text,
        attachments=attached,
        may_write=rights.may_write_as(call.user),
    )
    here = f"/v1/sites/{site}/conversations/{conversation}/messages"
    return created(document(posted_view(posted.message)), here)


@doors.open(Route("GET", f"{ONE}/notes", "Notes of the staff", EVERYBODY, answer=Page(NOTE)))
def list_notes(call: Call, site: str, conversation: str) -> dict[str, Any]:
    found = notes.of(call.ports, site, conversation, call.user)
    here = f"/v1/sites/{site}/conversations/{conversation}/notes"
    return page_of(call, [_noted(each) for each in found], here)


@doors.open(Route("POST", f"{ONE}/notes", "Write a note", EVERYBODY, NEW_NOTE, NOTE, 201))
def add_note(call: Call, site: str, conversation: str) -> Response:
    fields = Fields(call.body())
    text = fields.text("text", maximum=LONGEST_NOTE)
    fields.done()
    note = notes.add(call.ports, site, conversation, call.user, text)
    return created(_noted(note), f"/v1/sites/{site}/conversations/{conversation}/notes")


@doors.open(Route("GET", f"{ONE}/why", "Why it went where it went", EVERYBODY, answer=WHY))
def why(call: Call, site: str, conversation: str) -> dict[str, Any]:
    return reasons.of(call.ports, site, conversation, call.user)


@doors.open(Route("GET", f"{ONE}/timers", "What is scheduled", EVERYBODY, answer=Page(TIMER)))
def list_timers(call: Call, site: str, conversation: str) -> dict[str, Any]:
    found = timers.of(call.ports, site, conversation, call.user)
    here = f"/v1/sites/{site}/conversations/{conversation}/timers"
    return page_of(call, [document(each) for each in found], here)


@doors.open(Route("DELETE", f"{ONE}/timers/{{timer}}", "Call it off", EVERYBODY, status=204))
def cancel_timer(call: Call, site: str, conversation: str, timer: str) -> None:
    timers.cancel(call.ports, site, conversation, timer, call.user)


def _noted(note: Note) -> dict[str, Any]:
    return {
        "id": note.id,
        "author": note.author,
        "text": note.text,
        "written_at": note.written_at,
    }


def _filters(query: Fields) -> dict[str, str]:
    found: dict[str, str] = {}
    if query.has("state"):
        found["state"] = word(query.raw("state"), ConversationState, "state").value
    for name in ("group", "agent", "visitor"):
        if query.has(name):
            found[name] = identifier(query.raw(name), name)
    if query.has("tag"):
        found["tag"] = query.name("tag", maximum=100)
    for name in ("from", "to"):
        if query.has(name):
            at = parse_moment(query.raw(name), name)
            found[name] = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return found
