"""The REST side of files: where the staff sends one to, and where it is read."""

from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.errors import NotFound
from chalicelib.model.conversation import AuthorKind
from chalicelib.model.reading import Fields
from chalicelib.services import rights
from chalicelib.services.conversation import attachments, desk
from chalicelib.web import frames
from chalicelib.web.access import connect
from chalicelib.web.conversation_routes import ONE
from chalicelib.web.conversation_schemas import DOWNLOAD, NEW_ATTACHMENT, UPLOAD
from chalicelib.web.door import EVERYBODY, Call, Doors, created
from chalicelib.web.openapi import Route
from chalicelib.web.words import document

blueprint = Blueprint(__name__)
doors = Doors(blueprint, connect)

FILES = f"{ONE}/attachments"
A_FILE = f"{ONE}/messages/{{number}}/attachments/{{attachment}}"


@doors.open(Route("POST", FILES, "Where to post a file", EVERYBODY, NEW_ATTACHMENT, UPLOAD, 201))
def allow_upload(call: Call, site: str, conversation: str) -> Response:
    fields = Fields(call.body())
    declared = frames.declared(fields, AuthorKind.AGENT)
    fields.done()
    may_write = rights.may_write_as(call.user)
    allowed = attachments.allow_upload(call.ports, site, conversation, declared, may_write)
    return created(document(allowed), f"/v1/sites/{site}/conversations/{conversation}/attachments")


@doors.open(Route("GET", A_FILE, "Where to read a file", EVERYBODY, answer=DOWNLOAD))
def allow_download(
    call: Call, site: str, conversation: str, number: str, attachment: str
) -> dict[str, Any]:
    desk.read(call.ports, site, conversation, call.user)
    shown: dict[str, Any] = document(
        attachments.allow_download(
            call.ports,
            site,
            conversation,
            _place(number),
            attachment,
        )
    )
    return shown


def _place(number: str) -> int:
    """The number that a path names; there is no message under anything else."""
    if not (number.isascii() and number.isdigit() and len(number) <= 12):
        raise NotFound(f"no message {number!r}")
    return int(number)
