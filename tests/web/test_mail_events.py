"""AWS's own words about mail, and what is noted of it: never whose it was."""

import json
from copy import deepcopy

import pytest

from app import mail_news, receive_mail
from chalicelib.flows.addresses import address_digest
from chalicelib.outbound import aws
from chalicelib.store import keys
from tests.aws import REGION
from tests.letters import due
from tests.mails import mail
from tests.web.front import event


@pytest.fixture
def bucket(front):
    storage = aws.client("s3", REGION)
    name = front.environment["MAIL_BUCKET"]
    known = {each["Name"] for each in storage.list_buckets()["Buckets"]}
    if name not in known:
        where = {"LocationConstraint": REGION}
        storage.create_bucket(Bucket=name, CreateBucketConfiguration=where)

    def put(raw, key="a-mail"):
        storage.put_object(Bucket=name, Key=key, Body=raw)
        arrived = deepcopy(event("mail_arrived"))
        arrived["detail"]["object"] |= {"key": key, "size": len(raw)}
        return receive_mail(arrived, None)

    return put


def test_a_mail_that_is_not_kept_any_more_is_not_tried_again(front, bucket):
    bucket(b"another")
    assert receive_mail(event("mail_arrived"), None) == {"outcome": "gone"}


def test_a_stranger_s_mail_is_refused_and_counted_and_never_named(front, bucket, capfd, caplog):
    raw = mail("reply+nothing@reply.vestibule.example", "my words", sender="mallory@s.example")
    with caplog.at_level("INFO"):
        assert bucket(raw) == {"outcome": "refused_stranger"}
    written = capfd.readouterr()
    assert '"mail_refused_stranger":[1.0]' in written.out.replace(" ", "")
    noted = [vars(record) for record in caplog.records]
    assert [each["outcome"] for each in noted if "outcome" in each] == ["refused_stranger"]
    for text in (written.out, written.err, str(noted)):
        assert not any(word in text for word in ("mallory", "my words", "reply+nothing", "a-mail"))


def test_whatever_lies_in_the_bucket_is_answered(front, bucket):
    assert bucket(b"") == {"outcome": "refused_malformed"}
    assert bucket(b"\x00\xff" * 1000, "binary") == {"outcome": "refused_malformed"}


@pytest.fixture
def letter(front):
    """A mail that was sent, as news of it will name it."""
    return due(front, id="a-letter", address="Grace@example.com")


def told(kind, topic=None, **fields):
    """What SES tells by SNS; `fields` are those of the news itself, but for `mail`."""
    heard = deepcopy(event("mail_news"))
    sns = heard["Records"][0]["Sns"]
    message = json.loads(sns["Message"])
    about = {"timestamp": "2026-11-23T11:00:05.000Z", "feedbackId": "f-1"}
    message |= {"eventType": kind, kind.lower(): about | fields.pop("about", {}), **fields}
    sns["Message"] = json.dumps(message)
    sns["TopicArn"] = topic or sns["TopicArn"]
    return mail_news(heard, None)["outcome"]


def standing(front):
    digest = address_digest("grace@example.com")
    item = front.wire.client.get_item(
        TableName=front.environment["TABLE_NAME"],
        Key={
            "pk": {"S": keys.suppression("bank", digest).pk},
            "sk": {"S": keys.suppression("bank", digest).sk},
        },
    ).get("Item", {})
    return item.get("suppressed", {}).get("S")


@pytest.mark.parametrize(
    ("kind", "about", "outcome", "suppressed"),
    [
        ("Bounce", {"bounceType": "Permanent"}, "bounced", "bounce"),
        ("Bounce", {"bounceType": "Transient"}, "soft_bounced", None),
        ("Bounce", {"bounceType": "Undetermined"}, "soft_bounced", None),
        ("Complaint", {"complaintFeedbackType": "abuse"}, "complained", "complaint"),
        ("Complaint", {}, "complained", "complaint"),
        ("Complaint", {"complaintFeedbackType": "not-spam"}, "news_unread", None),
        ("Delivery", {"smtpResponse": "250 ok"}, "delivered", None),
        ("Open", {}, "news_unread", None),
        ("Rendering Failure", {}, "news_unread", None),
    ],
)
def test_each_kind_of_news_does_what_it_must(front, letter, kind, about, outcome, suppressed):
    assert told(kind, about=about) == outcome
    assert told(kind, about=about) == outcome
    assert standing(front) == suppressed


def test_news_of_another_topic_is_nobody_s(front, letter):
    about = {"bounceType": "Permanent"}
    assert told("Bounce", "arn:aws:sns:eu-west-1:666666666666:mail", about=about) == "news_foreign"
    assert standing(front) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"mail": {}},
        {"mail": {"messageId": "m", "tags": {"site": [], "letter": ["a-letter"]}}},
        {"mail": {"messageId": "m", "tags": {"site": ["../x"], "letter": ["a-letter"]}}},
        {"mail": None},
        {"about": {"bounceType": "Permanent", "timestamp": "yesterday"}},
        {"about": {"bounceType": 7}},
        {"bounce": "text"},
    ],
)
def test_news_in_another_form_is_passed_over(front, letter, fields):
    assert told("Bounce", **{"about": {"bounceType": "Permanent"}, **fields}) == "news_unread"
    assert standing(front) is None


def test_news_of_a_letter_that_is_gone_ends_there(front):
    assert told("Bounce", about={"bounceType": "Permanent"}) == "news_of_nothing"


def test_the_event_as_ses_sends_it_is_understood(front, letter, capfd, caplog):
    with caplog.at_level("INFO"):
        assert mail_news(event("mail_news"), None) == {"outcome": "bounced"}
    assert standing(front) == "bounce"
    written = capfd.readouterr()
    for text in (written.out, written.err, str([vars(record) for record in caplog.records])):
        assert "grace" not in text.lower()


def test_what_sns_says_before_ses_says_anything_is_passed_over(front):
    hello = deepcopy(event("mail_news"))
    hello["Records"][0]["Sns"]["Message"] = "Successfully validated SNS topic for Amazon SES."
    assert mail_news(hello, None) == {"outcome": "news_unread"}
