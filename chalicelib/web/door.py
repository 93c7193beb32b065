"""Who may come through which REST route, and what does a view get to work with?

A route is described once: its method, path, roles and shapes. From that description the request is
checked, the view called, and the OpenAPI document written.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from chalice.app import Blueprint, Request, Response

from chalicelib.errors import Forbidden, NotFound
from chalicelib.model.agent import Role, User
from chalicelib.model.reading import Fields
from chalicelib.services.ports import Ports
from chalicelib.services.staff import users
from chalicelib.web.answers import answering
from chalicelib.web.openapi import Route
from chalicelib.web.repeats import once
from chalicelib.web.requests import body_of, path_id, query_of, wanted_version

ADMIN: Final = (Role.ADMIN.value,)
MANAGERS: Final = (Role.ADMIN.value, Role.MANAGER.value)
EVERYBODY: Final = (Role.ADMIN.value, Role.MANAGER.value, Role.AGENT.value)
JSON: Final = ["application/json", "application/merge-patch+json"]
ANYTHING: Final = ["*/*"]
# A whole rule is deeper than a frame: conditions nest eight levels within branches within rules.
DEEPEST: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, checked: who asks, and what they sent."""

    ports: Ports
    request: Request
    user: User

    def body(self) -> object:
        return body_of(self.request, depth=DEEPEST)

    def query(self) -> Fields:
        return query_of(self.request)

    def version(self) -> int | None:
        """The version that If-Match asks for."""
        return wanted_version(self.request)


View = Callable[..., Any]


@dataclass(slots=True)
class Doors:
    """The routes of one blueprint. `connect` gives the ports and reads the user behind a header."""

    blueprint: Blueprint
    connect: Callable[[], "Connection"]
    routes: list[Route] = field(default_factory=list)

    def open(self, route: Route) -> Callable[[View], View]:
        """Register a view behind a route; it is called with a `Call` and the ids of its path."""

        def register(view: View) -> View:
            self.routes.append(route)
            answer = answering(lambda: self.blueprint.current_request)(self._checked(route, view))
            # Chalice names what it registers by the function; ours are made in a loop.
            answer.__name__ = f"{route.method.lower()}_{len(self.routes)}_{view.__name__}"
            # Where no body is read, its type is nobody's business.
            types = ANYTHING if route.body is None else JSON
            self.blueprint.route(route.path, methods=[route.method], content_types=types)(answer)
            return view

        return register

    def _checked(self, route: Route, view: View) -> View:
        def call(**ids: str) -> Any:
            request: Request = self.blueprint.current_request
            connection = self.connect()
            names = {name: path_id(text) for name, text in ids.items()}
            if not route.roles:
                return view(connection.ports, request, **names)
            user = connection.user(request.headers.get("authorization"))
            if "site" in names and not user.works_on(names["site"]):
                raise NotFound(f"no site {names['site']!r}")
            if user.role.value not in route.roles:
                raise Forbidden
            asked = Call(ports=connection.ports, request=request, user=user)
            if route.method != "POST":
                return view(asked, **names)
            principal = f"{user.id} {route.path.format(**names)}"
            return once(
                connection.ports,
                request,
                principal,
                timedelta(seconds=route.keeps_seconds),
                lambda: view(asked, **names),
            )

        return call


@dataclass(frozen=True, slots=True)
class Connection:
    """The ports, and how a bearer's user is found."""

    ports: Ports
    claims: Callable[[str | None], Any]

    def user(self, authorization: str | None) -> User:
        claims = self.claims(authorization)
        return users.signed_in(self.ports, claims.username, claims.groups)


def created(document: Mapping[str, Any], location: str) -> Response:
    """A 201 that says where the new thing is."""
    return Response(document, {"Location": location}, 201)
