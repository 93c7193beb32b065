"""Hostile bodies, queries and ids on the routes of the real app: each refused in our words."""

import json

import pytest

from tests.web.refusals import refused
from tests.world import BANK

GROUP = {"name": "Loans", "queue_limit": 5}
USER = {"email": "eve@linden.example", "role": "agent"}
# Route, a good body, a field for people, a field for a whole number.
TARGETS = {
    "POST groups": ("POST", "/v1/sites/bank/groups", GROUP, "name", "queue_limit"),
    "PATCH groups": ("PATCH", "/v1/sites/bank/groups/service", {}, "name", "queue_limit"),
    "POST users": ("POST", "/v1/users", USER, "first_name", "slots"),
    "PATCH users": ("PATCH", "/v1/users/ada", {}, "first_name", "slots"),
    "PATCH sites": ("PATCH", "/v1/sites/bank", {}, "name", "retention_days"),
    "POST flows": (
        "POST",
        "/v1/sites/bank/flows",
        {"name": "Late", "kind": "email_request", "delay_seconds": 60},
        "name",
        "delay_seconds",
    ),
}


@pytest.fixture
def front(standing):
    standing.wire.forget()
    return standing


def with_field(body, name, value):
    """JSON text of a good body with one field written by hand."""
    rest = {key: each for key, each in body.items() if key != name}
    return (
        "{"
        + ", ".join(
            [*(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in rest.items()), f'"{name}": {value}']
        )
        + "}"
    )


TEXTS = {
    "P5 escaped": ('"\\ud800"', 400, "invalid_text"),
    "P6 NUL": ('"a\\u0000b"', 400, "invalid_text"),
    "P6 C0": ('"a\\u0007b"', 400, "invalid_text"),
    "P6 U+202E": ('"a\\u202eb"', 400, "invalid_text"),
    "C2 CRLF": ('"a\\r\\nBcc: b@x.example"', 400, "invalid_text"),
    "C2 U+2028": ('"a\\u2028b"', 400, "invalid_text"),
    "P11 a list": ('["a", "b"]', 422, "invalid_field"),
    "P11 an object": ('{"$ne": ""}', 422, "invalid_field"),
    "P3": (
        '"x", "name": "y", "first_name": "y", "name": "z", "first_name": "z"',
        400,
        "duplicate_key",
    ),
}
NUMBERS = {
    "P8 a fraction": ("1.0", 422, "invalid_field"),
    "P8 1e2": ("1e2", 422, "invalid_field"),
    "P8 5,000 digits": ("9" * 5_000, 422, "invalid_field"),
    "P8 true": ("true", 422, "invalid_field"),
    "P8 a text": ('"1"', 422, "invalid_field"),
    "P2 NaN": ("NaN", 400, "invalid_json"),
    "P2 1e999": ("1e999", 400, "invalid_json"),
    "P2 -Infinity": ("-Infinity", 400, "invalid_json"),
}
BODIES = {
    "P1": ("{bad", 400, "invalid_json"),
    "P1 nothing": ("", 400, "invalid_json"),
    "P4": ("[" * 60_000, 400, "too_deep"),
    "P4 100,000": ("[" * 100_000, 400, "too_deep"),
    "P4 in a field": ('{"name": ' + "[" * 40 + "]" * 40 + "}", 400, "too_deep"),
    "P7 65,537 bytes": ('{"name": "' + "x" * 65_525 + '"}', 413, "too_large"),
    "P7 65,537 bytes of two": ('{"name": "' + "é" * 32_763 + '"}', 413, "too_large"),
    "P10": ('{"name": "x", "isAdmin": true}', 422, "unknown_field"),
    "P10 stamps": ('{"version": 7}', 422, "unknown_field"),
    "P10 a prototype": ('{"__proto__": {"role": "admin"}}', 422, "unknown_field"),
    "a list": ("[]", 422, "invalid_field"),
    "null": ("null", 422, "invalid_field"),
    "a text": ('"x"', 422, "invalid_field"),
}


def unchanged(front):
    """Nothing was written by a request that was refused."""
    return not front.wire.calls.keys() & {"PutItem", "UpdateItem", "TransactWriteItems"}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("row", TEXTS)
def test_a_bad_text_is_refused(front, target, row):
    method, path, good, name, _number = TARGETS[target]
    value, status, code = TEXTS[row]
    assert refused(front.rest(method, path, raw=with_field(good, name, value)), status, code)
    assert unchanged(front)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("row", NUMBERS)
def test_a_bad_number_is_refused(front, target, row):
    method, path, good, _name, number = TARGETS[target]
    value, status, code = NUMBERS[row]
    assert refused(front.rest(method, path, raw=with_field(good, number, value)), status, code)
    assert unchanged(front)


@pytest.mark.parametrize("target", [*TARGETS, "PUT chatbox", "POST tickets"])
@pytest.mark.parametrize("row", BODIES)
def test_a_bad_body_is_refused(front, target, row):
    more = {
        "PUT chatbox": ("PUT", "/v1/sites/bank/chatbox"),
        "POST tickets": ("POST", "/v1/sockets/tickets"),
    }
    method, path = (TARGETS | more)[target][:2]
    body, status, code = BODIES[row]
    answer = front.rest(method, path, raw=body, headers={"Content-Type": "application/json"})
    if code == "unknown_field" and answer.code == "invalid_field":
        # What is missing may be named before what is too much.
        code = "invalid_field"
    assert refused(answer, status, code)
    assert unchanged(front)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    "types",
    [{"Content-Type": "text/plain"}, {"Content-Type": "application/jsonp"}, {}],
    ids=["P9 text/plain", "P9 almost", "P9 missing"],
)
def test_a_body_of_another_type_is_refused(front, target, types):
    method, path, good, *_ = TARGETS[target]
    answer = front.rest(method, path, headers={"Content-Type": "", **types}, raw=json.dumps(good))
    assert refused(answer, 415, "unsupported_media_type")


def test_p11_two_addresses_are_none_and_no_mail_goes_out(front):
    body = {**USER, "email": ["eve@linden.example", "mallory@evil.example"]}
    assert refused(front.rest("POST", "/v1/users", body), 422, "invalid_field")
    assert unchanged(front)


@pytest.mark.parametrize(
    "email",
    [
        "a@b.com,c@d.com",
        "<a@b.com>",
        '"a b"@c.com',
        "a@[127.0.0.1]",
        f"{'a' * 250}@b.com",
        "a@localhost",
        "a@b.com\r\nBcc: c@d.com",
        "\uff41@b.com",
        f"{'a' * 65}@b.com",
        "",
        "a",
        7,
        True,
    ],
    ids=lambda each: f"C3 {str(each)[:20]!r}",
)
def test_what_is_not_one_address_invites_nobody(front, email):
    answer = front.rest("POST", "/v1/users", {**USER, "email": email})
    assert answer.status in (400, 422) and unchanged(front)


@pytest.mark.parametrize(
    "password",
    [
        "short1",
        "x" * 12,
        "1" * 12,
        "X1" * 8,
        "x1" * 129,
        " linden-trees-1",
        "x1\x00" * 6,
        ["x1" * 8],
    ],
    ids=lambda each: f"A12 {str(each)[:16]!r}",
)
def test_a_password_the_pool_would_refuse_makes_no_user(front, password):
    answer = front.rest("POST", "/v1/users", {**USER, "password": password})
    assert answer.status in (400, 422) and answer.document["error"]["path"] == "password"
    assert unchanged(front)


def test_a13_two_spellings_of_one_mailbox_are_one_account(front):
    answer = front.rest("POST", "/v1/users", {**USER, "email": "ADA@LINDEN.example"})
    assert refused(answer, 409, "exists")


@pytest.mark.parametrize(("method", "path"), [("PUT", "/v1/sites/{site}"), ("DELETE", "/v1/me")])
def test_p12_a_wrong_method_is_refused_in_our_words(front, method, path):
    answer = front.rest(method, path.format(site="bank"), resource=path, ids={"site": "bank"})
    assert refused(answer, 405, "method_not_allowed")


def test_no_answer_repeats_what_it_refused(front):
    evil = "<script>alert(1)</script>"
    answer = front.rest("POST", "/v1/sites/bank/groups", {**GROUP, "strategy": evil * 50})
    assert answer.status == 422 and len(answer.text) < 800
    assert "request_id" in answer.document["error"]


def test_what_is_good_is_taken(front):
    """So that none of the refusals above is a refusal of everything."""
    for target, (method, path, good, name, number) in TARGETS.items():
        body = {**good, name: "Zoë 'O' <b>", number: 30}
        answer = front.rest(method, path, body)
        assert answer.status == (201 if method == "POST" else 200), (target, answer.text)
        assert (answer.document[name], answer.document[number]) == ("Zoë 'O' <b>", 30)
    assert BANK["groups"][0]["name"] == "Service"


VALUES = [5, -1, 10**18, 1.5, True, None, "", "x" * 3_000, "\u202e", ["a"], [["a"]], {"a": 1}]


@pytest.mark.parametrize("value", VALUES, ids=lambda each: str(each)[:12])
@pytest.mark.parametrize(
    "fact",
    [
        "page.url",
        "page.seconds",
        "page.exit_intent",
        "visitor.language",
        "cart.amount",
        "clock.time",
        "clock.date",
        "hours",
        "data.plan",
        "event.bought",
        "no.such.fact",
        "$ne",
    ],
)
def test_a_preview_of_senseless_facts_is_no_fault_of_ours(front, fact, value):
    when = {"fact": fact, "is": "present"}
    front.rest("PATCH", "/v1/sites/bank/targeting-rules/hello", {"when": when})
    answer = front.rest("POST", "/v1/sites/bank/preview", {"visitor": {fact: value}})
    assert answer.status in (200, 400, 422), answer.text
