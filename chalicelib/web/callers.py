"""Who is at the other end of a socket, as the handshake settled it?"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import Any

from chalicelib.services.ports import Ports
from chalicelib.web.passes import Passes


class Side(StrEnum):
    VISITOR = "visitor"
    STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """One socket, and the id of the frame it sent.

    `user` is empty for a visitor, whose frames name them by a signed token. `network` is where it
    comes from as the gateway saw it, whatever headers say; empty where it did not.
    """

    connection: str
    side: Side
    site: str
    user: str = ""
    frame: str | None = None
    country: str = ""
    network: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """What the web edge needs beyond the services' ports."""

    ports: Ports
    passes: Passes


def caller_of(context: Mapping[str, Any]) -> Caller:
    """The caller of a socket event, from what our own authorizer said at the handshake."""
    known = context["authorizer"]
    return Caller(
        connection=context["connectionId"],
        side=Side(known["kind"]),
        site=known["site"],
        user=known.get("user", ""),
        country=known.get("country", ""),
        network=_network(context.get("identity", {}).get("sourceIp", "")),
    )


def _network(address: str) -> str:
    """One subscriber: an address, or of IPv6 the half that is theirs to number as they like."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if found.version == 4:
        return address
    return str(found.exploded).rsplit(":", 4)[0]
