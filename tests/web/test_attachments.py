"""Files over REST, behind the real wiring: which of the staff may send one, and read one."""

import pytest

from chalicelib.outbound import aws
from tests.aws import REGION
from tests.shelf import PNG
from tests.web.talks import conversation

FILE = {"name": "plan.png", "type": "image/png", "size": len(PNG)}


@pytest.fixture(scope="module")
def bucket(cloud):
    aws.client("s3", REGION).create_bucket(
        Bucket=cloud["FILES_BUCKET"], CreateBucketConfiguration={"LocationConstraint": REGION}
    )


@pytest.fixture
def talk(bucket, front):
    return f"/v1/sites/bank/conversations/{conversation(front)['conversation']}"


def sent(front, talk):
    """Ada sends a file; the path where it is read."""
    allowed = front.rest("POST", f"{talk}/attachments", FILE, user="ada")
    assert allowed.status == 201
    fields = allowed.document["fields"]
    # moto takes no forms: what S3 would make of this one.
    aws.client("s3", REGION).put_object(
        Bucket=front.environment["FILES_BUCKET"],
        Key=fields["key"],
        Body=PNG,
        ContentType=fields["Content-Type"],
        Metadata={"name": fields["x-amz-meta-name"], "by": fields["x-amz-meta-by"]},
        Tagging="claimed=no",
    )
    id = allowed.document["attachment"]
    words = {"client_id": "a1", "text": "", "attachments": [id]}
    posted = front.rest("POST", f"{talk}/messages", words, user="ada")
    assert posted.status == 201, posted.document
    assert posted.document["attachments"] == [{"id": id, **FILE}]
    return f"{talk}/messages/{posted.document['number']}/attachments/{id}"


def test_an_agent_sends_a_file_and_who_sees_the_conversation_reads_it(front, talk):
    path = sent(front, talk)
    for user in ("ada", "mia", "root"):
        read = front.rest("GET", path, user=user)
        assert (read.status, "X-Amz-Signature=" in read.document["url"]) == (200, True)
    front.hire("ben", "agent", ("bank",))
    for user in ("ben", "sue", "max"):
        assert front.rest("GET", path, user=user).status == 404
    for number in ("9", "x", "0"):
        other = path.replace("/messages/2/", f"/messages/{number}/")
        assert front.rest("GET", other, user="ada").status == 404
    assert front.rest("GET", f"{path}x", user="ada").status == 404


def test_nobody_sends_a_file_into_what_is_not_theirs(front, talk):
    front.hire("ben", "agent", ("bank",))
    for user in ("ben", "sue", "max"):
        assert front.rest("POST", f"{talk}/attachments", FILE, user=user).status == 404


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"type": "image/svg+xml"}, "unsupported_type"),
        ({"size": 10**9}, "too_large"),
        ({"name": "a\nb"}, "invalid_text"),
        ({"by": "visitor"}, "unknown_field"),
    ],
)
def test_what_is_declared_is_checked(front, talk, change, code):
    answer = front.rest("POST", f"{talk}/attachments", {**FILE, **change}, user="ada")
    assert answer.code == code


def test_the_widget_is_told_what_it_may_offer(front):
    shown = front.rest("GET", "/v1/public/sites/bank/widget", user=None).document
    assert shown["attachments"]["max_bytes"] == 10_485_760
    assert "application/pdf" in shown["attachments"]["types"]


@pytest.mark.parametrize("types", [["image/svg+xml"], ["text/html"], ["image/png", "image/png"]])
def test_a_site_cannot_take_what_a_browser_would_run(front, types):
    answer = front.rest("PATCH", "/v1/sites/bank", {"attachments": {"types": types}})
    assert answer.status == 422
