"""Everything that can wake Vestibule: what woke us, what we call."""

import json
from typing import Any

from chalice.app import Chalice, CloudWatchEvent, Rate, SQSEvent, WebsocketEvent

from chalicelib.services import presence
from chalicelib.services import sweep as sweeping
from chalicelib.web import (
    access,
    alarms,
    configuration_routes,
    handshake,
    protocol,
    public_routes,
    staff_routes,
)
from chalicelib.web.answers import reworded

app = Chalice(app_name="vestibule")
app.experimental_feature_flags.update(["BLUEPRINTS", "WEBSOCKETS"])
app.register_blueprint(configuration_routes.blueprint)
app.register_blueprint(staff_routes.blueprint)
app.register_blueprint(public_routes.blueprint)
app.register_middleware(reworded, "http")


@app.lambda_function(name="authorize_socket")
def authorize_socket(event: dict[str, Any], _context: object) -> dict[str, Any]:
    return handshake.authorize(access.ports(), event, access.staff_origins())


@app.on_ws_message()
def message(event: WebsocketEvent) -> dict[str, Any]:
    context = event.to_dict()["requestContext"]
    answer = protocol.answer(access.edge(), context, event.body)
    return {"statusCode": 200} if answer is None else {"statusCode": 200, "body": answer}


@app.on_ws_disconnect()
def disconnect(event: WebsocketEvent) -> None:
    user = event.to_dict()["requestContext"].get("authorizer", {}).get("user")
    if user:
        presence.hang_up(access.ports(), user, event.connection_id)


@app.lambda_function(name="ring_alarm")
def ring_alarm(event: dict[str, Any], _context: object) -> dict[str, Any]:
    return alarms.ring(access.ports(), event)


@app.on_sqs_message(queue="alarms", batch_size=1, name="ring_short_alarm")
def ring_short_alarm(event: SQSEvent) -> None:
    for record in event:
        alarms.ring_short(access.ports(), json.loads(record.body))


@app.schedule(Rate(1, unit=Rate.MINUTES), name="sweep")
def sweep(_event: CloudWatchEvent) -> None:
    sweeping.sweep(access.ports())
