"""The REST side of people and conversations: profiles, users, threads, tickets."""

from dataclasses import asdict
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.model.conversation import ConversationState
from chalicelib.model.reading import Fields, identifier, word
from chalicelib.model.survey import Survey
from chalicelib.model.views import for_admin, for_staff
from chalicelib.model.views import posted as posted_view
from chalicelib.services import assignments, closing, desk, messages, tickets, users
from chalicelib.web import cursors, frames
from chalicelib.web.access import connect, signer, socket_url
from chalicelib.web.door import ADMIN, EVERYBODY, MANAGERS, Call, Doors, created
from chalicelib.web.encoding import parse_moment
from chalicelib.web.openapi import Route
from chalicelib.web.pages import page_of
from chalicelib.web.resource_schemas import (
    CONVERSATION,
    MESSAGE,
    NEW_MESSAGE,
    TICKET,
    TICKET_REQUEST,
    USER,
)
from chalicelib.web.schemas import Page
from chalicelib.web.staff_actions import author_of
from chalicelib.web.words import document

blueprint = Blueprint(__name__)
doors = Doors(blueprint, connect)

CONVERSATIONS = "/v1/sites/{site}/conversations"
ONE = f"{CONVERSATIONS}/{{conversation}}"


@doors.open(Route("GET", "/v1/me", "Your own profile", EVERYBODY, answer=USER))
def me(call: Call) -> dict[str, Any]:
    return _profile(call)


@doors.open(Route("PATCH", "/v1/me", "Change your own profile", EVERYBODY, USER, USER))
def change_me(call: Call) -> dict[str, Any]:
    return for_admin(users.change_own(call.ports, call.user, call.body(), version=call.version()))


@doors.open(Route("GET", "/v1/users", "Everybody you work with", MANAGERS, answer=Page(USER)))
def list_users(call: Call) -> dict[str, Any]:
    people = users.colleagues(call.ports, call.user)
    return page_of(call, [for_admin(user) for user in people], "/v1/users")


@doors.open(Route("POST", "/v1/users", "Invite a user", ADMIN, USER, USER, 201))
def invite(call: Call) -> Response:
    user = users.invite(call.ports, call.body())
    return created(for_admin(user), f"/v1/users/{user.id}")


@doors.open(Route("GET", "/v1/users/{user}", "One user", MANAGERS, answer=USER))
def get_user(call: Call, user: str) -> dict[str, Any]:
    return for_admin(users.colleague(call.ports, call.user, user))


@doors.open(Route("PATCH", "/v1/users/{user}", "Change a user", ADMIN, USER, USER))
def change_user(call: Call, user: str) -> dict[str, Any]:
    return for_admin(users.change(call.ports, user, call.body(), version=call.version()))


@doors.open(Route("DELETE", "/v1/users/{user}", "Remove a user", ADMIN, status=204))
def remove_user(call: Call, user: str) -> None:
    users.remove(call.ports, user, version=call.version())


@doors.open(Route("GET", "/v1/sites/{site}/agents", "Who is there", MANAGERS, answer=Page(USER)))
def agents(call: Call, site: str) -> dict[str, Any]:
    call.ports.playbooks.current(site)
    people = {user.id: user for user in call.ports.staff.users().values() if user.works_on(site)}
    states = call.ports.staff.states(sorted(people))
    now = call.ports.now()
    shown = [
        {
            **for_admin(people[each], state.shown_status(now)),
            "conversations": len(state.active),
        }
        for each, state in sorted(states.items())
    ]
    return page_of(call, shown, f"/v1/sites/{site}/agents")


@doors.open(
    Route(
        "GET",
        CONVERSATIONS,
        "Conversations, the open ones first",
        EVERYBODY,
        answer=Page(CONVERSATION),
        query={
            name: {"type": "string"}
            for name in ("state", "group", "agent", "visitor", "from", "to", "limit", "cursor")
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
    client_id, text = frames.words(fields, nameless="invalid_field")
    fields.done()
    posted = messages.post(
        call.ports,
        site,
        conversation,
        author_of(call.user),
        client_id,
        text,
        may_write=messages.may_write_as(call.user),
    )
    here = f"/v1/sites/{site}/conversations/{conversation}/messages"
    return created(document(posted_view(posted.message)), here)


@doors.open(Route("POST", f"{ONE}/take", "Take it from the queue", EVERYBODY, answer=CONVERSATION))
def take(call: Call, site: str, conversation: str) -> dict[str, Any]:
    desk.read(call.ports, site, conversation, call.user)
    return for_staff(assignments.take(call.ports, site, conversation, call.user))


@doors.open(Route("POST", f"{ONE}/close", "Close it", EVERYBODY, answer=CONVERSATION))
def close(call: Call, site: str, conversation: str) -> dict[str, Any]:
    found = desk.read(call.ports, site, conversation, call.user)
    messages.may_write_as(call.user)(found)
    return for_staff(closing.close(call.ports, site, conversation))


@doors.open(
    Route(
        "POST",
        "/v1/sockets/tickets",
        "Open a socket",
        EVERYBODY,
        TICKET_REQUEST,
        TICKET,
        201,
        statuses=(404,),
        # An answer repeated later would hold a ticket that opens nothing.
        keeps_seconds=int(tickets.LIFETIME.total_seconds()),
    )
)
def ticket(call: Call) -> Response:
    fields = Fields(call.body())
    site = fields.identifier("site")
    fields.done()
    issued = tickets.issue(call.ports, call.user, site, socket_url())
    return Response(document(issued), {}, 201)


def _profile(call: Call) -> dict[str, Any]:
    state = call.ports.staff.state(call.user.id)
    sites = [each for each in call.ports.playbooks.sites() if call.user.works_on(each)]
    shown = for_admin(call.user, state.shown_status(call.ports.now()))
    return {**shown, "sites": sites}


def _filters(query: Fields) -> dict[str, str]:
    found: dict[str, str] = {}
    if query.has("state"):
        found["state"] = word(query.raw("state"), ConversationState, "state").value
    for name in ("group", "agent", "visitor"):
        if query.has(name):
            found[name] = identifier(query.raw(name), name)
    for name in ("from", "to"):
        if query.has(name):
            at = parse_moment(query.raw(name), name)
            found[name] = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return found
