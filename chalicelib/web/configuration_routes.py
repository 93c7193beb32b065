"""The REST side of configuration: sites, and every resource of their playbooks."""

from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.errors import Conflict, NotFound
from chalicelib.playbook import resources
from chalicelib.playbook.resources import COLLECTIONS, Collection
from chalicelib.routing.group import members
from chalicelib.rules.campaign import CampaignStatus
from chalicelib.services import configuration, readiness
from chalicelib.services.assignment import availability
from chalicelib.web.access import connect
from chalicelib.web.door import ADMIN, EVERYBODY, MANAGERS, Call, Doors, created
from chalicelib.web.openapi import Route
from chalicelib.web.pages import page_of
from chalicelib.web.resource_schemas import CHATBOX, READINESS, SCHEMAS, SITE
from chalicelib.web.schemas import Page
from chalicelib.web.words import document

blueprint = Blueprint(__name__)
doors = Doors(blueprint, connect)


@doors.open(Route("GET", "/v1/sites", "The sites you work on", EVERYBODY, answer=Page(SITE)))
def list_sites(call: Call) -> dict[str, Any]:
    sites = [each for each in call.ports.playbooks.sites() if call.user.works_on(each)]
    shown = [dict(call.ports.playbooks.current(each).document["site"]) for each in sites]
    return page_of(call, shown, "/v1/sites")


@doors.open(Route("POST", "/v1/sites", "Make a site", ADMIN, SITE, SITE, 201))
def create_site(call: Call) -> Response:
    site = configuration.create_site(call.ports, call.body())
    return created(site, f"/v1/sites/{site['id']}")


@doors.open(Route("GET", "/v1/sites/{site}", "One site", EVERYBODY, answer=SITE))
def get_site(call: Call, site: str) -> Any:
    return call.ports.playbooks.fresh(site).document["site"]


@doors.open(Route("PATCH", "/v1/sites/{site}", "Change a site", ADMIN, SITE, SITE))
def change_site(call: Call, site: str) -> Any:
    return configuration.change_site(call.ports, site, call.body(), version=call.version())


@doors.open(Route("DELETE", "/v1/sites/{site}", "End a site", ADMIN, status=204))
def delete_site(call: Call, site: str) -> None:
    current = call.ports.playbooks.fresh(site).document["site"]["version"]
    if call.version() not in (None, current):
        raise Conflict(f"the site is at version {current}", "precondition_failed")
    configuration.remove_site(call.ports, site)


@doors.open(Route("GET", "/v1/sites/{site}/readiness", "Is it ready?", EVERYBODY, answer=READINESS))
def get_readiness(call: Call, site: str) -> dict[str, Any]:
    found = readiness.check(call.ports, call.ports.playbooks.fresh(site))
    return {"ready": all(each.ready for each in found), "items": document(found)}


@doors.open(Route("GET", "/v1/sites/{site}/chatbox", "The chatbox", MANAGERS, answer=CHATBOX))
def get_chatbox(call: Call, site: str) -> Any:
    return call.ports.playbooks.fresh(site).document["chatbox"]


@doors.open(
    Route("PUT", "/v1/sites/{site}/chatbox", "Replace the chatbox", ADMIN, CHATBOX, CHATBOX)
)
def put_chatbox(call: Call, site: str) -> Any:
    return configuration.put_chatbox(call.ports, site, call.body(), version=call.version())


@doors.open(Route("GET", "/v1/sites/{site}/groups/{id}/members", "Who is in a group", MANAGERS))
def group_members(call: Call, site: str, id: str) -> dict[str, Any]:
    playbook = call.ports.playbooks.fresh(site)
    if id not in playbook.groups:
        raise NotFound(f"no group {id!r}")
    people = members(playbook.groups[id], call.ports.staff.users().values(), site)
    shown = [{"id": user.id, "name": user.shown_name} for user in people]
    return {"items": shown, "next_cursor": None}


@doors.open(
    Route(
        "GET",
        "/v1/sites/{site}/routing-rules/{id}/availability",
        "Could it take a conversation now?",
        MANAGERS,
        query={"language": {"type": "string"}},
    )
)
def rule_availability(call: Call, site: str, id: str) -> dict[str, Any]:
    playbook = call.ports.playbooks.fresh(site)
    if id not in playbook.routing_rules:
        raise NotFound(f"no routing rule {id!r}")
    query = call.query()
    language = query.name("language", None, maximum=35)
    query.done()
    facts = {} if language is None else {"conversation.language": language}
    free = availability.can_take(call.ports, playbook, id, facts, language, call.ports.now())
    return {"available": free}


@doors.open(
    Route("POST", "/v1/sites/{site}/campaigns/{id}/activate", "Start it", ADMIN, status=200)
)
def activate(call: Call, site: str, id: str) -> Any:
    return _set_campaign(call, site, id, CampaignStatus.ACTIVE)


@doors.open(Route("POST", "/v1/sites/{site}/campaigns/{id}/pause", "Pause it", ADMIN, status=200))
def pause(call: Call, site: str, id: str) -> Any:
    return _set_campaign(call, site, id, CampaignStatus.PAUSED)


def _set_campaign(call: Call, site: str, campaign: str, status: CampaignStatus) -> Any:
    change = {"status": status.value}
    collection = COLLECTIONS["campaigns"]
    _check_ready(call, site, collection, change)
    return configuration.change(call.ports, site, collection, campaign, change, version=None)


def _check_ready(call: Call, site: str, collection: Collection, change: object) -> None:
    """No campaign starts on a site that cannot answer those it invites."""
    activates = isinstance(change, dict) and change.get("status") == CampaignStatus.ACTIVE.value
    if collection.path == "campaigns" and activates:
        readiness.require(call.ports, call.ports.playbooks.fresh(site))


def _open_collection(collection: Collection) -> None:
    every = f"/v1/sites/{{site}}/{collection.path}"
    one = f"{every}/{{id}}"
    shape = SCHEMAS[collection.path]
    noun = collection.noun

    @doors.open(Route("GET", every, f"Every {noun}", MANAGERS, answer=Page(shape)))
    def list_all(call: Call, site: str) -> dict[str, Any]:
        found = resources.listed(call.ports.playbooks.fresh(site).document, collection)
        return page_of(call, found, f"/v1/sites/{site}/{collection.path}")

    @doors.open(Route("POST", every, f"Make a {noun}", ADMIN, shape, shape, 201))
    def add(call: Call, site: str) -> Response:
        body = call.body()
        _check_ready(call, site, collection, body)
        made = configuration.add(call.ports, site, collection, body)
        return created(made, f"/v1/sites/{site}/{collection.path}/{made['id']}")

    @doors.open(Route("GET", one, f"One {noun}", MANAGERS, answer=shape))
    def get(call: Call, site: str, id: str) -> Any:
        return resources.found(call.ports.playbooks.fresh(site).document, collection, id)

    @doors.open(Route("PATCH", one, f"Change a {noun}", ADMIN, shape, shape))
    def change(call: Call, site: str, id: str) -> Any:
        body = call.body()
        _check_ready(call, site, collection, body)
        return configuration.change(call.ports, site, collection, id, body, version=call.version())

    @doors.open(Route("DELETE", one, f"Remove a {noun}", ADMIN, status=204))
    def remove(call: Call, site: str, id: str) -> None:
        configuration.remove(call.ports, site, collection, id, version=call.version())


for _collection in COLLECTIONS.values():
    _open_collection(_collection)
