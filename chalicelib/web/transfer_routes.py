"""The REST side of passing a conversation on: who is there to take it?"""

from typing import Any

from chalice.app import Blueprint

from chalicelib.services.assignment import transfer_targets
from chalicelib.services.assignment.transfer_targets import TransferTargets
from chalicelib.web.access import connect
from chalicelib.web.door import EVERYBODY, Call, Doors
from chalicelib.web.openapi import Route
from chalicelib.web.words import document

blueprint = Blueprint(__name__)
doors = Doors(blueprint, connect)


@doors.open(
    Route(
        "GET",
        "/v1/sites/{site}/transfer-targets",
        "Who could take a conversation over",
        EVERYBODY,
        answer=TransferTargets,
    )
)
def targets(call: Call, site: str) -> Any:
    return document(transfer_targets.of(call.ports, site))
