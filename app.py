"""Everything that can wake Vestibule: what woke us, what we call."""

from typing import Any

from chalice.app import Chalice, CloudWatchEvent, Rate, SQSEvent, WebsocketEvent

from chalicelib.web import (
    access,
    alarms,
    attachment_routes,
    configuration_routes,
    conversation_routes,
    decision_routes,
    handling_routes,
    handshake,
    mail_events,
    mail_routes,
    protocol,
    public_routes,
    staff_routes,
    transfer_routes,
    unsubscribe_routes,
)
from chalicelib.web.answers import reworded
from chalicelib.web.lines import one_line

app = Chalice(app_name="vestibule")
app.experimental_feature_flags.update(["BLUEPRINTS", "WEBSOCKETS"])
app.register_blueprint(configuration_routes.blueprint)
app.register_blueprint(staff_routes.blueprint)
app.register_blueprint(conversation_routes.blueprint)
app.register_blueprint(attachment_routes.blueprint)
app.register_blueprint(handling_routes.blueprint)
app.register_blueprint(transfer_routes.blueprint)
app.register_blueprint(decision_routes.blueprint)
app.register_blueprint(mail_routes.blueprint)
app.register_blueprint(public_routes.blueprint)
app.register_blueprint(unsubscribe_routes.blueprint)
app.register_middleware(one_line, "all")
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
    handshake.hang_up(access.ports(), event.to_dict()["requestContext"])


@app.lambda_function(name="ring_alarm")
def ring_alarm(event: dict[str, Any], _context: object) -> dict[str, Any]:
    return alarms.ring(access.ports(), event)


@app.on_sqs_message(queue="alarms", batch_size=1, name="ring_short_alarm")
def ring_short_alarm(event: SQSEvent) -> None:
    for record in event:
        alarms.ring_short(access.ports(), record.body)


@app.lambda_function(name="receive_mail")
def receive_mail(event: dict[str, Any], _context: object) -> dict[str, str]:
    return mail_events.receive(access.ports(), event, access.count)


@app.lambda_function(name="mail_news")
def mail_news(event: dict[str, Any], _context: object) -> dict[str, str]:
    return mail_events.hear(access.ports(), event, access.mail_topic(), access.count)


@app.schedule(Rate(1, unit=Rate.MINUTES), name="sweep")
def sweep(_event: CloudWatchEvent) -> None:
    alarms.sweep(access.ports(), access.count)
