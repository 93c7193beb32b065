"""An address goes into the table and to SES: not into an alarm, a wait's input, or the log."""

import json

from app import mail_news, ring_short_alarm
from chalicelib.outbound import aws
from tests.aws import REGION
from tests.bank import flow
from tests.web.front import event
from tests.world import PAGE

ADDRESS = "grace.hopper@private.example"
MARKS = ("grace", "private.example")


def queued(front):
    """What waits in the queue of alarms."""
    sqs = aws.client("sqs", REGION)
    url = front.environment["ALARM_QUEUE_URL"]
    found = []
    while batch := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [each["Body"] for each in batch]
        for each in batch:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
    return found


def inputs(front):
    """What the waits of the state machine were given."""
    waits = aws.client("stepfunctions", REGION)
    listed = waits.list_executions(stateMachineArn=front.environment["STATE_MACHINE_ARN"])
    return [
        waits.describe_execution(executionArn=each["executionArn"])["input"]
        for each in listed["executions"]
    ]


def rung(bodies):
    for body in bodies:
        record = {**event("sqs")["Records"][0], "body": body}
        ring_short_alarm({"Records": [record]}, None)


def test_an_address_is_nowhere_but_where_it_must_be(front, capfd, caplog):
    caplog.set_level("DEBUG", logger="vestibule")
    aws.client("sesv2", REGION).create_email_identity(
        EmailIdentity=front.environment["SENDER_ADDRESS"]
    )
    queued(front)
    before = set(inputs(front))
    assert front.rest("POST", "/v1/sites/bank/flows", flow("asks", 30)).status == 201
    page = front.visitor("v1", **PAGE)
    front.visitor("v1", action="start", client_id="c", text="Hello", **{"pass": page["pass"]})
    (told, *_) = front.heard("v1", "conversation")
    kept = front.visitor("v1", action="email", token=told["token"], address=ADDRESS)
    assert kept["address"] == ADDRESS
    refused = front.visitor("v1", action="email", token=told["token"], address="grace@@private")
    assert refused["type"] == "error"
    front.visitor("v1", action="transcript", token=told["token"])
    alarms = queued(front)
    assert "letter" in {json.loads(body)["what"] for body in alarms}
    rung(alarms)
    mail_news(event("mail_news"), None)
    new = set(inputs(front)) - before
    assert new, "a wait was begun"
    written = capfd.readouterr()
    everything = [*alarms, *queued(front), *new, written.out, written.err]
    everything += [str(vars(record)) for record in caplog.records if "vestibule" in record.name]
    for text in everything:
        assert not any(mark in text.lower() for mark in MARKS), text
