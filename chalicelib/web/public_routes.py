"""What anybody may ask: how the widget of a site looks, and where it connects."""

from typing import Any

from chalice.app import Blueprint, Request, Response

from chalicelib.playbook.playbook import Playbook
from chalicelib.playbook.site import Attachments
from chalicelib.playbook.templates import TemplateStatus
from chalicelib.services.ports import Ports
from chalicelib.web.access import connect, socket_url
from chalicelib.web.door import Doors
from chalicelib.web.openapi import Route
from chalicelib.web.resource_schemas import WIDGET

blueprint = Blueprint(__name__)
doors = Doors(blueprint, connect)

# A published change takes effect within a minute in pages that are opened anew.
CACHED = "public, max-age=60"


@doors.open(Route("GET", "/v1/public/sites/{site}/widget", "What the widget needs", answer=WIDGET))
def widget(ports: Ports, request: Request, site: str) -> Response:
    playbook = ports.playbooks.current(site)
    headers: dict[str, str | list[str]] = {"Cache-Control": CACHED, "Vary": "Origin"}
    origin = request.headers.get("origin", "")
    if playbook.site.allows_origin(origin):
        headers["Access-Control-Allow-Origin"] = origin
    return Response(_shown(playbook, socket_url()), headers, 200)


def _shown(playbook: Playbook, socket: str) -> dict[str, Any]:
    site, active = playbook.site, TemplateStatus.ACTIVE
    return {
        "site": site.id,
        "name": site.name,
        "languages": site.languages,
        "socket": f"{socket}?site={site.id}",
        "consent_required": site.consent_required,
        "chatbox": playbook.chatbox.shown() if playbook.chatbox.status is active else None,
        "notifications": {
            each.id: each.shown()
            for each in playbook.notifications.values()
            if each.status is active
        },
        "attachments": _files(site.attachments),
        "version": playbook.version,
    }


def _files(settings: Attachments) -> dict[str, Any] | None:
    """Which files may be sent along, if any may."""
    if not settings.enabled:
        return None
    return {"types": settings.types, "max_bytes": settings.max_bytes}
