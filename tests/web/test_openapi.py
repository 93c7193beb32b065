from dataclasses import dataclass, make_dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from chalicelib.web.openapi import Route, document
from chalicelib.web.schemas import Components, Page


class Status(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class Campaign:
    id: str
    status: Status
    starts_at: datetime | None
    tags: tuple[str, ...] = ()
    parent: "Campaign | None" = None


BODY = {"title": "NewCampaign", "type": "object", "properties": {"name": {"type": "string"}}}
COLLECTION = "/v1/sites/{site}/campaigns"
ROUTES = [
    Route(
        "GET",
        COLLECTION,
        "The campaigns",
        ("admin", "manager"),
        answer=Page(Campaign),
        query={"status": Status},
    ),
    Route(
        "POST",
        COLLECTION,
        "A new campaign",
        ("admin",),
        BODY,
        Campaign,
        status=201,
        statuses=(409,),
    ),
    Route("PATCH", COLLECTION + "/{campaign}", "A change", ("admin",), BODY, Campaign),
    Route("DELETE", COLLECTION + "/{campaign}", "Its end", ("admin",), status=204, statuses=(409,)),
    Route("GET", "/v1/public/sites/{site}/widget", "The widget", answer=dict[str, Any]),
]


def test_the_document_is_valid_openapi():
    OpenAPIV31SpecValidator(document(ROUTES, version="1.0.0")).validate()


def operation(method: str, path: str = COLLECTION) -> dict[str, Any]:
    return document(ROUTES, version="1.0.0")["paths"][path][method]


def test_a_route_says_who_may_use_it():
    assert operation("get")["x-roles"] == ["admin", "manager"]
    assert operation("get")["security"] == [{"staff": []}]
    assert operation("get", "/v1/public/sites/{site}/widget")["security"] == []


def test_a_route_says_what_it_takes():
    names = [(each["name"], each["in"]) for each in operation("get")["parameters"]]
    assert names == [("site", "path"), ("status", "query"), ("limit", "query"), ("cursor", "query")]
    assert [each["name"] for each in operation("post")["parameters"]] == ["site", "Idempotency-Key"]
    changing = operation("patch", COLLECTION + "/{campaign}")["parameters"]
    assert [each["name"] for each in changing] == ["site", "campaign", "If-Match"]
    taken = operation("post")["requestBody"]["content"]["application/json"]["schema"]
    assert taken == {"$ref": "#/components/schemas/NewCampaign"}


def test_a_route_says_how_it_can_end():
    expected = {"201", "400", "401", "403", "404", "409", "413", "415", "422", "429", "500", "503"}
    assert operation("post")["responses"].keys() == expected
    deleting = operation("delete", COLLECTION + "/{campaign}")["responses"]
    assert deleting.keys() == {"204", "401", "403", "404", "409", "412", "422", "500", "503"}
    assert "content" not in deleting["204"]
    refused = deleting["404"]["content"]["application/json"]["schema"]
    assert refused == {"$ref": "#/components/schemas/Error"}


def test_every_operation_has_a_name_of_its_own():
    paths = document(ROUTES, version="1.0.0")["paths"].values()
    names = [each["operationId"] for operations in paths for each in operations.values()]
    assert len(set(names)) == len(names) == len(ROUTES)


def test_a_record_is_described_once_and_may_hold_its_own_kind():
    components = Components()
    reference = components.schema_of(Campaign)
    assert reference == components.schema_of(Campaign)
    assert components.schemas["Campaign"] == {
        "type": "object",
        "required": ["id", "status", "starts_at"],
        "properties": {
            "id": {"type": "string"},
            "status": {"type": "string", "enum": ["draft", "active"]},
            "starts_at": {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
            "tags": {"type": "array", "items": {"type": "string"}},
            "parent": {"anyOf": [reference, {"type": "null"}]},
        },
    }


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        (dict[str, int], {"type": "object", "additionalProperties": {"type": "integer"}}),
        (
            tuple[str, int],
            {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}]},
        ),
        (frozenset[bool], {"type": "array", "items": {"type": "boolean"}}),
        (Literal["a", "b"], {"enum": ["a", "b"]}),
        ({"type": "string", "minLength": 1}, {"type": "string", "minLength": 1}),
    ],
    ids=str,
)
def test_types_have_schemas(kind, schema):
    assert Components().schema_of(kind) == schema


def test_a_type_that_json_cannot_say_has_none():
    with pytest.raises(TypeError, match="has no schema"):
        Components().schema_of(bytes)


def test_two_records_cannot_share_a_name():
    components = Components()
    components.schema_of(Campaign)
    with pytest.raises(ValueError, match="'Campaign'"):
        components.schema_of(make_dataclass("Campaign", ["id"]))


def test_a_route_cannot_be_described_twice():
    with pytest.raises(ValueError, match="described twice"):
        document([ROUTES[0], ROUTES[0]], version="1")
