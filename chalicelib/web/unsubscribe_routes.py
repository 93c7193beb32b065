"""The link in every mail that ends such mail: a page that asks, and one click that does it.

Nobody is signed in: the token is the right. Mail programs post to it by themselves (RFC 8058), with
a body that says nothing new.
"""

from typing import Any, Final

from chalice.app import Blueprint, Request, Response

from chalicelib.errors import NotFound, Unauthenticated
from chalicelib.flows import unsubscribe_page
from chalicelib.model.tokens import Kind
from chalicelib.playbook.site import Site
from chalicelib.services.mail import suppressions
from chalicelib.services.ports import Ports
from chalicelib.web.access import connect, signer
from chalicelib.web.door import Doors
from chalicelib.web.openapi import Route
from chalicelib.web.requests import query_of

blueprint = Blueprint(__name__)
doors = Doors(blueprint, connect)

HERE: Final = "/v1/public/sites/{site}/unsubscribe"
TOKEN: Final = {"token": {"type": "string"}}
# Old mail is still mail: five years.
GOOD_FOR_SECONDS: Final = 5 * 366 * 86_400
HEADERS: Final = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    "Referrer-Policy": "no-referrer",
}


@doors.open(Route("GET", HERE, "Asks whether mail shall end", query=TOKEN))
def ask(ports: Ports, request: Request, site: str) -> Response:
    _digest(ports, request, site)
    found = _site(ports, site)
    return _answer(unsubscribe_page.asking(found.languages[0], found.name))


@doors.open(Route("POST", HERE, "Ends mail to an address", query=TOKEN))
def end(ports: Ports, request: Request, site: str) -> Response:
    digest = _digest(ports, request, site)
    found = _site(ports, site)
    suppressions.unsubscribe(ports, site, digest)
    return _answer(unsubscribe_page.done(found.languages[0], found.name))


def _digest(ports: Ports, request: Request, site: str) -> str:
    """Whose mail it is about; a token that is not ours, or of another site, leads nowhere."""
    query = query_of(request)
    token = query.raw("token", None)
    query.done()
    try:
        claims: dict[str, Any] = signer().read(
            Kind.UNSUBSCRIBE, token, now=ports.now(), maximum_age_seconds=GOOD_FOR_SECONDS
        )
    except Unauthenticated:
        raise NotFound from None
    if claims["s"] != site:
        raise NotFound
    return str(claims["a"])


def _site(ports: Ports, site: str) -> Site:
    return ports.playbooks.current(site).site


def _answer(page: str) -> Response:
    return Response(page, dict(HEADERS), 200)
