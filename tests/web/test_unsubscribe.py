"""C5: the link in a mail that ends such mail: followed by robots, posted by mail programs."""

import pytest

from chalicelib.flows.addresses import address_digest
from chalicelib.model.tokens import Kind
from chalicelib.web import access

HERE = "/v1/public/sites/bank/unsubscribe"
DIGEST = address_digest("grace@example.com")


def token(front, site="bank", kind=Kind.UNSUBSCRIBE, digest=DIGEST):
    return access.signer().sign(kind, {"s": site, "a": digest}, now=front.ports.now())


def suppressed(front):
    rows = front.wire.client.scan(TableName=front.environment["TABLE_NAME"])["Items"]
    return [row for row in rows if row["pk"]["S"].startswith("SUPPRESSED#")]


def click(front, method="POST", path=HERE, **query):
    form = {"Content-Type": "application/x-www-form-urlencoded"} if method == "POST" else {}
    raw = "List-Unsubscribe=One-Click" if method == "POST" else None
    return front.rest(method, path, user=None, headers=form, raw=raw, query=query)


def test_a_robot_that_follows_the_link_changes_nothing(front):
    page = click(front, "GET", token=token(front))
    assert page.status == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert '<form method="post">' in page.text and "No more e-mails" in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in page.headers
    assert suppressed(front) == []


def test_one_click_is_enough_and_two_are_the_same(front):
    for _ in range(2):
        answer = click(front, token=token(front))
        assert answer.status == 200
        assert "does not write to this address any more" in answer.text
    (row,) = suppressed(front)
    assert row["pk"]["S"] == f"SUPPRESSED#bank#{DIGEST}"
    assert "unsubscribed_at" in row


def test_an_empty_body_and_multipart_are_clicks_too(front):
    for kind in ("multipart/form-data; boundary=x", "text/plain"):
        answer = front.rest(
            "POST",
            HERE,
            user=None,
            raw="x",
            headers={"Content-Type": kind},
            query={"token": token(front)},
        )
        assert answer.status == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_not_ours_leads_nowhere(front, method):
    good = token(front)
    flipped = good[:-1] + ("A" if good[-1] != "A" else "B")
    foreign = token(front, kind=Kind.CONVERSATION)
    tokens = [{"token": each} for each in (flipped, "", "x.y", "\u00e9", foreign, "a" * 9000)]
    for query in (*tokens, {}):
        assert click(front, method, **query).status in (400, 404), query
    assert click(front, method, token=token(front, site="shop")).status == 404
    assert click(front, method, "/v1/public/sites/shop/unsubscribe", token=good).status == 404
    nowhere = token(front, site="nowhere")
    assert click(front, method, "/v1/public/sites/nowhere/unsubscribe", token=nowhere).status == 404
    assert suppressed(front) == []


def test_the_name_of_a_site_cannot_be_more_than_a_name(front):
    hostile = '<script>alert("1")</script>'
    assert front.rest("PATCH", "/v1/sites/bank", {"name": hostile}).status == 200
    page = click(front, "GET", token=token(front))
    assert "<script>" not in page.text and "&lt;script&gt;" in page.text
