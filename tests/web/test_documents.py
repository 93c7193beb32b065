"""The committed OpenAPI document is current, valid, and true of the routes."""

import json
from pathlib import Path

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from app import app
from chalicelib.web.documents import ROUTES, rest, text

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"


def test_the_committed_document_is_current():
    assert COMMITTED.read_text("utf-8") == text(rest()), "run `make docs`"


def test_the_document_is_valid():
    OpenAPIV31SpecValidator(json.loads(COMMITTED.read_text("utf-8"))).validate()


def test_every_route_of_the_app_is_described_and_no_other():
    served = {(method, path) for path, methods in app.routes.items() for method in methods}
    assert {(route.method, route.path) for route in ROUTES} == served


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_a_route_declares_what_every_route_of_its_kind_can_answer(route):
    responses = rest()["paths"][route.path][route.method.lower()]["responses"]
    expected = {str(route.status), "500", "503"}
    expected |= {"401", "403"} if route.roles else set()
    expected |= {"404"} if "{" in route.path else set()
    expected |= {"400", "413", "415", "422"} if route.body is not None else set()
    changes = route.roles and route.method in ("POST", "PUT", "PATCH", "DELETE")
    expected |= {"409"} if changes else set()
    expected |= {"412"} if route.method in ("PUT", "PATCH", "DELETE") else set()
    assert expected <= responses.keys()
    is_known_post = route.method == "POST" and bool(route.roles)
    assert is_known_post == ("Idempotency-Key" in headers(route))
    assert (route.method in ("PUT", "PATCH", "DELETE")) == ("If-Match" in headers(route))


def headers(route):
    described = rest()["paths"][route.path][route.method.lower()]["parameters"]
    return {each["name"] for each in described if each["in"] == "header"}
