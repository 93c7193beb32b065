"""The REST side of "why?": stored decisions, taken again, and asked for in advance."""

from typing import Any

from chalice.app import Blueprint

from chalicelib.errors import Invalid
from chalicelib.model.reading import Fields, plain_text
from chalicelib.rules.facts import Facts, FactValue
from chalicelib.rules.vocabulary import Vocabulary
from chalicelib.services.engagement import decisions
from chalicelib.web.access import connect
from chalicelib.web.door import ADMIN, MANAGERS, Call, Doors
from chalicelib.web.encoding import parse_moment
from chalicelib.web.openapi import Route
from chalicelib.web.resource_schemas import DECISION, PREVIEW, REPLAY

blueprint = Blueprint(__name__)
doors = Doors(blueprint, connect)

ONE = "/v1/sites/{site}/decisions/{decision}"
MOST_FACTS = 100


@doors.open(Route("GET", ONE, "Why a visitor was engaged", MANAGERS, answer=DECISION))
def get_decision(call: Call, site: str, decision: str) -> Any:
    found = decisions.get(call.ports, site, decision)
    return {"id": decision, **decisions.told(call.ports.playbooks.current(site), found)}


@doors.open(Route("POST", f"{ONE}/replay", "Take it again", MANAGERS, answer=REPLAY))
def replay(call: Call, site: str, decision: str) -> Any:
    return decisions.replay(call.ports, site, decision)


@doors.open(
    Route(
        "POST",
        "/v1/sites/{site}/preview",
        "What would happen to such a visitor?",
        ADMIN,
        PREVIEW,
        DECISION,
    )
)
def preview(call: Call, site: str) -> Any:
    playbook = call.ports.playbooks.fresh(site)
    fields = Fields(call.body())
    facts = _facts(fields, playbook.vocabulary)
    at = parse_moment(fields.raw("at"), "at") if fields.has("at") else call.ports.now()
    fields.raw("at", None)
    kept = fields.flag("keep", False)
    fields.done()
    record = decisions.preview(call.ports, playbook, facts, at)
    answer = decisions.keep(call.ports, site, record) if kept else record
    return decisions.told(playbook, answer)


def _facts(fields: Fields, vocabulary: Vocabulary) -> Facts:
    """Facts as an admin imagines them; each must be one that rules may ask for."""
    found: dict[str, FactValue] = {}
    for name, value, path in fields.object("visitor", {}).entries():
        if len(found) >= MOST_FACTS:
            raise Invalid(path, f"at most {MOST_FACTS} facts", "too_large")
        vocabulary.fact(name, path)
        found[name] = _value(value, path)
    return found


def _value(value: Any, path: str) -> FactValue:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list):
        return [plain_text(each, path, 200) for each in value[:50]]
    return plain_text(value, path, 2048, 0)
