"""Bad requests through a real Chalice application: what comes out is ours, whoever refused."""

import json
from base64 import b64encode
from enum import StrEnum
from typing import Any

import pytest
from chalice.app import Chalice, Response

from chalicelib.errors import Conflict
from chalicelib.model.reading import Fields
from chalicelib.web.answers import answering, reworded
from chalicelib.web.cursors import page_size
from chalicelib.web.requests import body_of, path_id, query_of, wanted_version


class Status(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


app = Chalice(app_name="front-door")
app.register_middleware(reworded, "http")
door = answering(lambda: app.current_request)


@app.route("/things", methods=["POST"])
@door
def create() -> Response:
    fields = Fields(body_of(app.current_request))
    thing = {"name": fields.name(), "size": fields.integer("size", 0, maximum=100)}
    fields.done()
    return Response(thing, {"Location": "/things/t1"}, 201)


@app.route("/things", methods=["GET"])
@door
def search() -> dict[str, Any]:
    query = query_of(app.current_request)
    found = {
        "status": query.word("status", Status, None),
        "limit": page_size(query.raw("limit", None)),
    }
    query.done()
    return found


@app.route("/things/{thing}", methods=["GET"])
@door
def one(thing: str) -> dict[str, Any]:
    return {"id": path_id(thing)}


@app.route("/things/{thing}", methods=["PATCH"], content_types=["application/merge-patch+json"])
@door
def change(thing: str) -> dict[str, Any]:
    if wanted_version(app.current_request) not in (None, 3):
        raise Conflict("the thing is at version 3", "precondition_failed")
    return {"id": thing, "changed": body_of(app.current_request)}


@app.route("/things/{thing}", methods=["DELETE"])
@door
def delete(thing: str) -> None:
    return None


@app.route("/bug", methods=["GET"])
@door
def bug() -> None:
    raise KeyError("the secret")


@app.route("/nan", methods=["GET"])
@door
def nan() -> dict[str, float]:
    return {"n": float("nan")}


@app.route("/cached", methods=["GET"])
@door
def cached() -> Response:
    return Response({}, {"Cache-Control": "public, max-age=60"})


def ask(
    method: str,
    resource: str,
    body: bytes | str | None = None,
    *,
    headers: dict[str, str] | None = None,
    query: dict[str, list[str]] | None = None,
    thing: str = "t1",
) -> tuple[int, Any, dict[str, str]]:
    """What the function answers to API Gateway's event: status, document, headers."""
    binary = isinstance(body, bytes)
    event = {
        "body": b64encode(body).decode() if isinstance(body, bytes) else body,
        "isBase64Encoded": binary,
        "headers": {"content-type": "application/json"} if headers is None else headers,
        "multiValueQueryStringParameters": query,
        "pathParameters": {"thing": thing},
        "requestContext": {"httpMethod": method, "resourcePath": resource, "requestId": "r1"},
        "stageVariables": None,
    }
    answer = app(event, None)
    document = json.loads(answer["body"]) if answer["body"] else None
    return answer["statusCode"], document, answer["headers"]


def test_a_good_request_gets_its_document_and_safe_headers():
    status, document, headers = ask("POST", "/things", '{"name": "Zoë", "size": 3}')
    assert (status, document) == (201, {"name": "Zoë", "size": 3})
    assert headers == {
        "Content-Type": "application/json; charset=utf-8",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Location": "/things/t1",
    }


def test_a_body_may_come_in_base64():
    assert ask("POST", "/things", b'{"name": "x"}')[0] == 201


def test_nothing_to_say_is_a_204():
    assert ask("DELETE", "/things/{thing}")[:2] == (204, None)


def test_a_view_may_let_its_answer_be_kept():
    assert ask("GET", "/cached")[2]["Cache-Control"] == "public, max-age=60"


BODIES = {
    "P1": ("{bad", 400, "invalid_json"),
    "P1 no body": (None, 400, "invalid_json"),
    "P2": ('{"name": "x", "size": NaN}', 400, "invalid_json"),
    "P3": ('{"name": "x", "name": "y"}', 400, "duplicate_key"),
    "P4": ("[" * 100_000, 400, "too_deep"),
    "P5 escaped": ('{"name": "\\ud800"}', 400, "invalid_text"),
    "P5 as it is": ('{"name": "\ud800"}', 400, "invalid_text"),
    "P6 NUL": ('{"name": "a\\u0000b"}', 400, "invalid_text"),
    "P6 C0": ('{"name": "a\\u0007b"}', 400, "invalid_text"),
    "P6 bidirectional": ('{"name": "a\\u202eb"}', 400, "invalid_text"),
    "P7": ('{"name": "' + "x" * 65_525 + '"}', 413, "too_large"),
    "P7 11 MB": (b"x" * 11_000_000, 413, "too_large"),
    "P8 a fraction": ('{"name": "x", "size": 1.0}', 422, "invalid_field"),
    "P8 1e2": ('{"name": "x", "size": 1e2}', 422, "invalid_field"),
    "P8 5,000 digits": ('{"name": "x", "size": ' + "9" * 5_000 + "}", 422, "invalid_field"),
    "P8 true": ('{"name": "x", "size": true}', 422, "invalid_field"),
    "P8 a text": ('{"name": "x", "size": "1"}', 422, "invalid_field"),
    "P10": ('{"name": "x", "isAdmin": true}', 422, "unknown_field"),
    "P11 a list": ('{"name": ["a@x", "b@x"]}', 422, "invalid_field"),
    "P11 an object": ('{"name": {"a": 1}}', 422, "invalid_field"),
    "a list instead of an object": ("[]", 422, "invalid_field"),
}


@pytest.mark.parametrize(("body", "status", "code"), BODIES.values(), ids=BODIES.keys())
def test_a_bad_body_is_refused_in_our_words(body, status, code):
    answered, document, headers = ask("POST", "/things", body)
    assert (answered, document["error"]["code"]) == (status, code)
    assert document["error"]["request_id"] == "r1"
    assert document["error"].keys() <= {"code", "message", "path", "request_id"}
    assert len(json.dumps(document)) < 700
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "headers",
    [{"content-type": "text/plain"}, {}, {"content-type": "application/jsonx"}],
    ids=["P9 text/plain", "P9 missing", "P9 almost"],
)
def test_a_body_of_another_type_is_refused(headers):
    status, document, _ = ask("POST", "/things", '{"name": "x"}', headers=headers)
    assert (status, document["error"]["code"]) == (415, "unsupported_media_type")


def test_the_type_may_name_its_characters():
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert ask("POST", "/things", '{"name": "x"}', headers=headers)[0] == 201


def test_p12_a_wrong_method_is_refused_in_our_words():
    status, document, headers = ask("PUT", "/things")
    assert (status, document["error"]["code"]) == (405, "method_not_allowed")
    assert document["error"]["request_id"] == "r1"
    assert headers["Allow"] == "POST, GET"


@pytest.mark.parametrize(
    "query",
    [
        {"limit": ["0"]},
        {"limit": ["-1"]},
        {"limit": ["1000000000"]},
        {"status": ['{"$ne":""}']},
        {"status": ["closed OR 1=1"]},
        {"status[$ne]": [""]},
        {"status": ["open", "closed"]},
        {"order": ["name"]},
    ],
    ids=[
        "P13 limit 0",
        "P13 limit -1",
        "P13 limit 10^9",
        "P15 an operator as value",
        "P15 SQL",
        "P15 an operator as name",
        "P15 twice",
        "P15 an unknown filter",
    ],
)
def test_a_bad_query_is_refused(query):
    status, document, _ = ask("GET", "/things", query=query)
    assert status == 422
    assert document["error"]["path"] == next(iter(query))


def test_a_good_query_is_read():
    found = ask("GET", "/things", query={"status": ["open"], "limit": ["5"]})[1]
    assert found == {"status": "open", "limit": 5}


@pytest.mark.parametrize(
    "thing",
    ["../x", "%00", "\x00", "x" * 3_000, "TENANT#other", "a#b", "", "a b", "é", "a\n", "{}"],
)
def test_p14_what_cannot_be_an_id_names_nothing(thing):
    status, document, _ = ask("GET", "/things/{thing}", thing=thing)
    assert (status, document["error"]["code"]) == (404, "not_found")
    assert "path" not in document["error"]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (None, 200),
        ("3", 200),
        ('"3"', 200),
        ('W/"3"', 200),
        ("*", 200),
        ('"2"', 412),
        ("three", 422),
        ('"3', 422),
        ("9" * 5_000, 422),
    ],
)
def test_if_match_is_honoured(given, status):
    headers = {"content-type": "application/merge-patch+json"}
    headers |= {} if given is None else {"If-Match": given}
    assert ask("PATCH", "/things/{thing}", "{}", headers=headers)[0] == status


def test_chalice_s_own_refusal_of_a_type_is_in_our_words():
    headers = {"content-type": "text/<script>"}
    status, document, _ = ask("PATCH", "/things/{thing}", "{}", headers=headers)
    assert (status, document["error"]["code"]) == (415, "unsupported_media_type")
    assert "script" not in json.dumps(document)


@pytest.mark.parametrize("resource", ["/bug", "/nan"])
def test_a_bug_is_a_500_without_detail(resource):
    status, document, headers = ask("GET", resource)
    assert status == 500
    assert document["error"] == {
        "code": "internal",
        "message": "something went wrong on our side",
        "request_id": "r1",
    }
    assert headers["Cache-Control"] == "no-store"
