"""May this socket open, and who is it?

API Gateway keeps the answer and hands it to every later event of the socket, so a visitor whom
nobody engages costs no row. Visitors come with a site and an Origin that the site allows; staff
with a ticket, good once.
"""

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.errors import NotFound
from chalicelib.model.reading import IDENTIFIER
from chalicelib.services.ports import Ports
from chalicelib.services.staff import presence, tickets
from chalicelib.web.callers import Side

COUNTRY_HEADER: Final = "cloudfront-viewer-country"


def authorize(
    ports: Ports, event: Mapping[str, Any], staff_origins: tuple[str, ...]
) -> dict[str, Any]:
    """An IAM policy for this handshake, with the caller as its context when it may open."""
    query = event.get("queryStringParameters") or {}
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    origin = headers.get("origin", "")
    if "ticket" in query:
        caller = _staff(ports, query["ticket"], origin, staff_origins)
    else:
        caller = _visitor(ports, query.get("site", ""), origin)
        if caller is not None:
            caller["country"] = _country(headers)
    return _policy(event["methodArn"], caller)


def hang_up(ports: Ports, context: Mapping[str, Any]) -> None:
    """A socket has closed; a visitor's leaves nothing behind that a later push would not find."""
    user = context.get("authorizer", {}).get("user")
    # A frame may name this route too; only the platform closes sockets.
    if user and context.get("eventType") == "DISCONNECT":
        presence.hang_up(ports, user, context["connectionId"])


def _visitor(ports: Ports, site: str, origin: str) -> dict[str, str] | None:
    if not IDENTIFIER.fullmatch(site):
        return None
    try:
        playbook = ports.playbooks.current(site)
    except NotFound:
        return None
    if not playbook.site.allows_origin(origin):
        return None
    return {"kind": Side.VISITOR.value, "site": site}


def _country(headers: Mapping[str, str]) -> str:
    """The visitor's country as CloudFront saw it (ISO 3166, two letters); empty without one."""
    country = headers.get(COUNTRY_HEADER, "")
    return country if len(country) == 2 and country.isalpha() else ""


def _staff(
    ports: Ports, ticket: str, origin: str, staff_origins: tuple[str, ...]
) -> dict[str, str] | None:
    # A script has no Origin; a page that has one must be the staff app's.
    if origin and staff_origins and origin.lower() not in staff_origins:
        return None
    known = tickets.redeem(ports, ticket)
    if known is None:
        return None
    user, site = known
    return {"kind": Side.STAFF.value, "site": site, "user": user.id}


def _policy(method: str, caller: dict[str, str] | None) -> dict[str, Any]:
    effect = "Deny" if caller is None else "Allow"
    return {
        "principalId": "nobody" if caller is None else caller.get("user") or "visitor",
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Action": "execute-api:Invoke", "Effect": effect, "Resource": method}],
        },
        "context": caller or {},
    }
