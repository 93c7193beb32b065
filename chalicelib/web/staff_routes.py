"""The REST side of people: profiles, users, who is there, and tickets for their sockets."""

from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.model.reading import Fields
from chalicelib.model.views import for_admin
from chalicelib.services.staff import names, tickets, users
from chalicelib.services.staff.names import Names
from chalicelib.web.access import connect, socket_url
from chalicelib.web.door import ADMIN, EVERYBODY, MANAGERS, Call, Doors, created
from chalicelib.web.openapi import Route
from chalicelib.web.pages import page_of
from chalicelib.web.resource_schemas import (
    TICKET,
    TICKET_REQUEST,
    USER,
)
from chalicelib.web.schemas import Page
from chalicelib.web.words import document

blueprint = Blueprint(__name__)
doors = Doors(blueprint, connect)


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
    user = users.invite(call.ports, call.body(), by=call.user)
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
    Route("GET", "/v1/sites/{site}/names", "What everything is called", EVERYBODY, answer=Names)
)
def list_names(call: Call, site: str) -> Any:
    return document(names.of(call.ports, site))


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
