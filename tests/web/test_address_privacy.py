"""What visitors give goes into the table, to S3 and to SES: to no alarm, no wait and no log."""

import json
import time
from copy import deepcopy

import pytest

from app import mail_news, receive_mail, ring_alarm, ring_short_alarm
from chalicelib.flows.addresses import address_digest
from chalicelib.model.tokens import Kind
from chalicelib.outbound import aws
from chalicelib.web import access
from tests.aws import REGION
from tests.bank import flow
from tests.mails import mail
from tests.shelf import PDF
from tests.web.front import event
from tests.world import PAGE

ADDRESS = "grace.hopper@private.example"
WORDS = "There is a pelican at my door"
MARKS = ("grace", "hopper", "private.example", "pelican", address_digest(ADDRESS))


@pytest.fixture(scope="module", autouse=True)
def hurry(cloud):
    """The five seconds of the flow are over at once."""
    cloud["WAIT_SCALE"] = "0.01"


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


def rung(front):
    """Ring every short alarm until none is left; what they said."""
    said = []
    while bodies := queued(front):
        said += bodies
        for body in bodies:
            record = {**event("sqs")["Records"][0], "body": body}
            ring_short_alarm({"Records": [record]}, None)
    return said


@pytest.fixture
def everything(front, capfd, caplog):
    """Whatever is written anywhere but in the table, in S3 and to SES."""
    caplog.set_level("DEBUG", logger="vestibule")
    ses, s3 = aws.client("sesv2", REGION), aws.client("s3", REGION)
    ses.create_email_identity(EmailIdentity=front.environment["SENDER_ADDRESS"])
    where = {"LocationConstraint": REGION}
    known = {each["Name"] for each in s3.list_buckets()["Buckets"]}
    for name in {front.environment["MAIL_BUCKET"], front.environment["FILES_BUCKET"]} - known:
        s3.create_bucket(Bucket=name, CreateBucketConfiguration=where)
    queued(front)
    before = set(inputs(front))
    alarms = []

    def found():
        alarms.extend(rung(front))
        new = set(inputs(front)) - before
        assert new, "a wait was begun"
        written = capfd.readouterr()
        records = [str(vars(each)) for each in caplog.records if "vestibule" in each.name]
        assert records, "each invocation has its line"
        return [*alarms, *new, written.out, written.err, *records]

    yield found
    ses.delete_email_identity(EmailIdentity=front.environment["SENDER_ADDRESS"])


def none_of(marks, texts):
    for text in texts:
        assert not [mark for mark in marks if mark in text.lower()], text


def letters(front):
    """The letters as they are stored, by kind."""
    rows = front.wire.client.scan(TableName=front.environment["TABLE_NAME"])["Items"]
    return {
        row["kind"]["S"]: {name: next(iter(value.values())) for name, value in row.items()}
        for row in rows
        if row["pk"]["S"].startswith("LETTER#") and "kind" in row
    }


def asked(front):
    """A visitor who writes of a pelican, has waited, and was asked for an address."""
    assert front.rest("POST", "/v1/sites/bank/flows", flow("asks", 5)).status == 201
    page = front.visitor("v1", **PAGE)
    front.visitor("v1", action="start", client_id="c", text=WORDS, **{"pass": page["pass"]})
    (told, *_) = front.heard("v1", "conversation")
    run = front.ports.conversations.get("bank", told["id"]).flow_run
    # The alarm clock counts in whole seconds.
    time.sleep(1.1)
    ring_alarm({"what": "flow_run", "site": "bank", "id": run, "tick": 0}, None)
    assert front.heard("v1", "email_request")
    return told


def arrives(front, raw):
    """SES puts a mail into the bucket, and the function is told."""
    bucket = front.environment["MAIL_BUCKET"]
    aws.client("s3", REGION).put_object(Bucket=bucket, Key="m", Body=raw)
    told = deepcopy(event("mail_arrived"))
    told["detail"]["object"] |= {"key": "m", "size": len(raw)}
    return receive_mail(told, None)["outcome"]


def test_what_a_visitor_gives_is_nowhere_but_where_it_must_be(front, everything):
    told = asked(front)
    kept = front.visitor("v1", action="email", token=told["token"], address=ADDRESS)
    assert kept["address"] == ADDRESS
    refused = front.visitor("v1", action="email", token=told["token"], address="grace@@private")
    assert refused["type"] == "error"
    front.visitor("v1", action="transcript", token=told["token"])
    none_of(MARKS, everything())
    assert letters(front)["acknowledgement"]["state"] == "sent"
    assert letters(front)["transcript"]["state"] == "sent"


def test_nor_what_is_answered_and_what_comes_back_by_mail(front, everything):
    front.staff("page of ada", "ada", action="presence", status="available")
    told = asked(front)
    front.visitor("v1", action="email", token=told["token"], address=ADDRESS)
    front.closed.append("v1")
    said = {"client_id": "a1", "text": f"Of course: {WORDS}"}
    answer = front.staff("page of ada", "ada", action="message", conversation=told["id"], **said)
    assert answer["type"] == "ack"
    none_of(MARKS, everything())
    reply_to = letters(front)["unseen_reply"]["reply_to"]
    files = [("pelican.pdf", "application/pdf", PDF), ("pelican.html", "text/html", b"<p>")]
    by_mail = mail(reply_to, WORDS, sender=ADDRESS, files=files)
    assert arrives(front, by_mail) == "received"
    assert arrives(
        front, by_mail.replace(b"Subject: ", b"Auto-Submitted: auto-replied\r\nSubject: ")
    )
    forged = mail(reply_to, WORDS, sender=ADDRESS, name="2", judged="amazonses.com; spf=fail;")
    assert arrives(front, forged) == "refused_spoofed"
    front.rest("POST", f"/v1/sites/bank/conversations/{told['id']}/close", {}, user="root")
    assert arrives(front, mail(reply_to, WORDS, sender=ADDRESS, name="3")) == "refused_closed"
    none_of((*MARKS, reply_to.partition("@")[0]), everything())
    assert letters(front)["closed"]["state"] == "sent"


def test_nor_an_address_that_is_not_written_to_any_more(front, everything):
    told = asked(front)
    front.visitor("v1", action="email", token=told["token"], address=ADDRESS)
    seen = everything()
    sent = letters(front)["acknowledgement"]
    news = deepcopy(event("mail_news"))
    sns = news["Records"][0]["Sns"]
    message = json.loads(sns["Message"])
    message["mail"]["tags"] = {"site": ["bank"], "letter": [sent["id"]]}
    message["mail"]["destination"] = [ADDRESS]
    message |= {
        "eventType": "Bounce",
        "bounce": {
            "bounceType": "Permanent",
            "feedbackId": "f",
            "timestamp": "2026-11-23T11:00:05.000Z",
            "bouncedRecipients": [{"emailAddress": ADDRESS}],
        },
    }
    sns["Message"] = json.dumps(message)
    assert mail_news(news, None) == {"outcome": "bounced"}
    here, body = "/v1/sites/bank/suppressions", {"address": ADDRESS}
    assert front.rest("POST", f"{here}/look-up", body).document["suppressed"] == "bounce"
    front.visitor("v1", action="transcript", token=told["token"])
    seen += everything()
    assert letters(front)["transcript"]["reason"] == "suppressed"
    assert front.rest("POST", f"{here}/lift", body).status == 204
    assert front.rest("POST", f"{here}/look-up", {"address": [ADDRESS]}).status == 422
    digest = address_digest(ADDRESS)
    now = front.ports.now()
    token = access.signer().sign(Kind.UNSUBSCRIBE, {"s": "bank", "a": digest}, now=now)
    click = {"query": {"token": token}, "user": None, "raw": "List-Unsubscribe=One-Click"}
    path = "/v1/public/sites/bank/unsubscribe"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert front.rest("POST", path, headers=form, **click).status == 200
    none_of(MARKS, [*seen, *everything()])


def test_nor_what_ses_would_not_take(front, everything):
    """An error of AWS quotes what it refuses: it is told by its code."""
    sender = front.environment["SENDER_ADDRESS"]
    aws.client("sesv2", REGION).delete_email_identity(EmailIdentity=sender)
    told = asked(front)
    front.visitor("v1", action="email", token=told["token"], address=ADDRESS)
    none_of(MARKS, everything())
    assert letters(front)["acknowledgement"]["state"] == "failed"
    aws.client("sesv2", REGION).create_email_identity(EmailIdentity=sender)
