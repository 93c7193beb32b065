"""The REST side of mail: what it will look like, a transcript, and who gets none."""

from typing import Any

from chalice.app import Blueprint

from chalicelib.model.reading import Fields
from chalicelib.services.conversation import desk
from chalicelib.services.mail import mail_previews, suppressions, transcripts
from chalicelib.services.mail.mail_previews import Wanted
from chalicelib.web.access import connect
from chalicelib.web.door import ADMIN, EVERYBODY, MANAGERS, Call, Doors
from chalicelib.web.mail_schemas import ADDRESS, EMAIL, EMAIL_TO_PREVIEW, SUPPRESSION
from chalicelib.web.openapi import Route
from chalicelib.web.words import document

blueprint = Blueprint(__name__)
doors = Doors(blueprint, connect)


@doors.open(
    Route(
        "POST",
        "/v1/sites/{site}/email-templates/{id}/preview",
        "The mail as it will be sent",
        MANAGERS,
        EMAIL_TO_PREVIEW,
        EMAIL,
    )
)
def preview(call: Call, site: str, id: str) -> Any:
    fields = Fields(call.body())
    wanted = Wanted(
        name=id,
        language=fields.name("language", None, maximum=35),
        flow=fields.identifier("flow", None),
        unsaved={name: fields.raw(name) for name in ("subject", "text") if fields.has(name)},
    )
    fields.done()
    return document(mail_previews.preview(call.ports, site, wanted))


@doors.open(
    Route(
        "POST",
        "/v1/sites/{site}/conversations/{conversation}/transcript",
        "Mail it to its visitor",
        EVERYBODY,
        status=204,
    )
)
def transcript(call: Call, site: str, conversation: str) -> None:
    found = desk.read(call.ports, site, conversation, call.user)
    transcripts.send(call.ports, site, found.id)


# By POST: an address in a path or a query would stand in somebody's log.
@doors.open(
    Route(
        "POST",
        "/v1/sites/{site}/suppressions/look-up",
        "May an address be written to?",
        ADMIN,
        ADDRESS,
        SUPPRESSION,
    )
)
def look_up(call: Call, site: str) -> Any:
    return document(suppressions.look_up(call.ports, site, _address(call)))


@doors.open(
    Route(
        "POST",
        "/v1/sites/{site}/suppressions/lift",
        "Let mail go to an address again",
        ADMIN,
        ADDRESS,
        status=204,
    )
)
def lift(call: Call, site: str) -> None:
    suppressions.lift(call.ports, site, _address(call))


def _address(call: Call) -> Any:
    fields = Fields(call.body())
    address = fields.raw("address")
    fields.done()
    return address
