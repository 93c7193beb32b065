"""What S3 is asked to take, tell and give, on moto's S3."""

import json
from base64 import b64decode
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from moto import mock_aws

from chalicelib.errors import NotFound
from chalicelib.outbound.files import UNCLAIMED, S3Files
from chalicelib.services.ports.files import Declared
from tests.aws import REGION, client
from tests.shelf import PNG

BUCKET = "files-for-tests"
KEY = "attachments/bank/c1/f1"
FILE = Declared(name="Café & «thé».png", type="image/png", size=len(PNG), by="visitor")


@pytest.fixture
def s3():
    with mock_aws():
        s3 = client("s3", signature_version="s3v4")
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        yield s3


def put(s3, content=PNG):
    """What S3 makes of our form."""
    s3.put_object(
        Bucket=BUCKET,
        Key=KEY,
        Body=content,
        ContentType="image/png",
        Metadata={"name": quote(FILE.name), "by": "visitor"},
        Tagging="claimed=no",
    )


def test_all_the_files_under_a_prefix_go_and_no_others(s3):
    for key in ("attachments/bank/c1/a", "attachments/bank/c1/b", "attachments/bank/c10/a"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=PNG)
    files = S3Files(lambda: s3, BUCKET)
    files.remove_all("attachments/bank/c1/")
    left = s3.list_objects_v2(Bucket=BUCKET)["Contents"]
    assert [each["Key"] for each in left] == ["attachments/bank/c10/a"]
    files.remove_all("attachments/bank/c1/")


def test_a_form_fixes_everything_about_its_file(s3):
    form = S3Files(lambda: s3, BUCKET).form(KEY, FILE)
    policy = json.loads(b64decode(form.fields["policy"]))
    conditions = [each for each in policy["conditions"] if isinstance(each, list)]
    assert conditions == [["content-length-range", FILE.size, FILE.size]]
    exact = {
        name: value
        for each in policy["conditions"]
        if isinstance(each, dict)
        for name, value in each.items()
    }
    assert {name: exact[name] for name in ("bucket", "key", "Content-Type", "tagging")} == {
        "bucket": BUCKET,
        "key": KEY,
        "Content-Type": "image/png",
        "tagging": UNCLAIMED,
    }
    assert exact["x-amz-meta-by"] == "visitor"
    # Every field but the signature is one that the policy fixes.
    assert set(form.fields) - set(exact) == {"policy", "x-amz-signature"}
    assert all(value.isascii() for value in form.fields.values())
    assert form.fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"


def test_what_lies_there_is_told_by_its_first_bytes(s3):
    put(s3)
    stored = S3Files(lambda: s3, BUCKET).look(KEY)
    assert (stored.declared, stored.opening) == (FILE, PNG[:16])


def test_what_does_not_lie_there_is_not_found(s3):
    with pytest.raises(NotFound):
        S3Files(lambda: s3, BUCKET).look(KEY)


def test_what_is_kept_loses_the_tag_that_throws_it_away(s3):
    put(s3)
    S3Files(lambda: s3, BUCKET).keep(KEY)
    assert s3.get_object_tagging(Bucket=BUCKET, Key=KEY)["TagSet"] == []


def test_what_we_lay_there_ourselves_is_as_if_a_browser_had_posted_it(s3):
    S3Files(lambda: s3, BUCKET).put(KEY, FILE, PNG)
    stored = S3Files(lambda: s3, BUCKET).look(KEY)
    assert (stored.declared, stored.opening) == (FILE, PNG[:16])
    tags = s3.get_object_tagging(Bucket=BUCKET, Key=KEY)["TagSet"]
    assert tags == [{"Key": "claimed", "Value": "no"}]


@pytest.mark.parametrize(("in_place", "kind"), [(True, "inline"), (False, "attachment")])
def test_a_link_says_how_the_file_is_shown_and_ends_soon(s3, in_place, kind):
    link = S3Files(lambda: s3, BUCKET).link(KEY, name='a"b; c.pdf', in_place=in_place)
    query = parse_qs(urlsplit(link).query)
    assert query["response-content-disposition"] == [f"{kind}; filename*=UTF-8''a%22b%3B%20c.pdf"]
    assert query["X-Amz-Expires"] == ["600"]
