"""AWS's own words about mail, and what is noted of it: never whose it was."""

from copy import deepcopy

import pytest

from app import receive_mail
from chalicelib.outbound import aws
from tests.aws import REGION
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
