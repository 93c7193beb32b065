"""Who may do what, on every route there is: generated from the routes themselves.

A site that one has no part in answers as one that does not exist, and nothing of it is read.
"""

import base64
import hmac
import json
import re
from hashlib import sha256

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chalicelib.web.documents import ROUTES
from tests.web.front import OURS, STAFF, THEIRS, public_jwk
from tests.world import PAGE

# What stands for each hole of a path: things that both sites have.
IDS = {"group": "service", "rule": "any", "campaign": "help", "user": "ada"}
OF_COLLECTION = {
    "groups": "service",
    "routing-rules": "any",
    "campaigns": "help",
    "targeting-rules": "hello",
    "notifications": "hello",
}
NAMES = [f"{route.method} {route.path}" for route in ROUTES]
STAFFED = {name: route for name, route in zip(NAMES, ROUTES, strict=True) if route.roles}


@pytest.fixture
def front(standing):
    standing.wire.forget()
    return standing


def path_of(route, site):
    collection = route.path.split("/")[4] if route.path.count("/") > 4 else ""
    ids = {**IDS, "site": site, "id": OF_COLLECTION.get(collection, "none")}
    return re.sub(r"{(\w+)}", lambda hole: ids.get(hole[1], "none"), route.path)


def ask(front, route, site, **who):
    """A request that is well formed and asks for nothing that could be done."""
    body = {"nonsense": True} if route.body is not None else None
    headers = {"If-Match": "999"} if route.method in ("PATCH", "DELETE", "PUT") else None
    return front.rest(route.method, path_of(route, site), body, headers=headers, **who)


@pytest.mark.parametrize("name", STAFFED)
def test_z2_nobody_comes_in_without_a_token(front, name):
    answer = ask(front, STAFFED[name], "bank", user=None)
    assert (answer.status, answer.code) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert front.partitions() == set()


@pytest.mark.parametrize("name", STAFFED)
def test_z2_a_visitor_s_tokens_open_no_route_of_the_staff(front, name):
    given = front.visitor("v1", **PAGE)["pass"]
    front.wire.forget()
    for token in (given, f"{given}.x"):
        assert ask(front, STAFFED[name], "bank", token=token).status == 401
    assert front.partitions() == set()


@pytest.mark.parametrize("user", ["ada", "mia", "root"])
@pytest.mark.parametrize("name", STAFFED)
def test_z3_a_role_does_what_it_may_and_nothing_more(front, name, user):
    route, role = STAFFED[name], STAFF[user][0]
    answer = ask(front, route, "bank", user=user)
    if role in route.roles:
        assert answer.status in (200, 201, 204, 404, 409, 412, 422), answer.text
    else:
        assert (answer.status, answer.code) == (403, "forbidden")
    if name != "GET /v1/sites":
        # The one list that spans sites; below, it is shown to hold one's own only.
        assert front.touched("shop") == set()


@pytest.mark.parametrize("user", ["ada", "mia"])
@pytest.mark.parametrize("name", [name for name in STAFFED if "{site}" in name])
def test_z2_a_foreign_site_is_like_none_and_nothing_of_it_is_read(front, name, user):
    route = STAFFED[name]
    foreign = ask(front, route, "shop", user=user)
    assert (foreign.status, foreign.code) == (404, "not_found")
    assert front.touched("shop") == set()
    absent = ask(front, route, "nowhere", user=user)
    assert foreign.text.replace("shop", "nowhere") == absent.text


@pytest.mark.parametrize("name", [name for name in STAFFED if "{site}" in name])
def test_z2_an_admin_s_answer_about_a_site_that_is_not_there_is_not_found(front, name):
    route = STAFFED[name]
    answer = ask(front, route, "nowhere", user="root")
    if answer.code in ("invalid_field", "unknown_field"):
        # The request was wrong in itself, before anybody looked for the site.
        assert route.body is not None
    else:
        assert answer.status == 404, answer.text


def test_z2_a_manager_knows_nobody_of_another_site(front):
    listed = front.rest("GET", "/v1/users", user="mia").document["items"]
    assert [each["id"] for each in listed] == ["ada", "mia", "root"]
    assert front.rest("GET", "/v1/users/ada", user="mia").status == 200
    foreign, absent = (front.rest("GET", f"/v1/users/{id}", user="mia") for id in ("sue", "none"))
    assert foreign.status == 404
    assert foreign.text.replace("sue", "none") == absent.text


def test_z2_a_list_of_sites_holds_one_s_own(front):
    def sites(user):
        return [each["id"] for each in front.rest("GET", "/v1/sites", user=user).document["items"]]

    assert sites("mia") == ["bank"] and sites("sue") == ["shop"]
    assert sites("root") == ["bank", "shop"]
    assert front.rest("GET", "/v1/me", user="ada").document["sites"] == ["bank"]


def test_z2_a_ticket_is_given_for_one_s_own_site_only(front):
    answers = [
        front.rest("POST", "/v1/sockets/tickets", {"site": site}, user="ada")
        for site in ("bank", "shop", "nowhere")
    ]
    assert [each.status for each in answers] == [201, 404, 404]
    assert answers[1].text.replace("shop", "nowhere") == answers[2].text


@pytest.mark.parametrize(
    ("patch", "code"),
    [
        ({"role": "admin"}, 403),
        ({"sites": ["bank", "shop"]}, 403),
        ({"slots": 100}, 403),
        ({"active": True}, 403),
        ({"priority": 9, "first_name": "Mia"}, 403),
        ({"id": "root"}, 403),
        ({"isAdmin": True}, 422),
    ],
    ids=lambda each: f"Z4 {each}",
)
def test_nobody_raises_themselves(front, patch, code):
    assert front.rest("PATCH", "/v1/me", patch, user="mia").status == code
    assert front.ports.staff.user("mia").role == "manager"


def test_z4_a_manager_changes_no_admin(front):
    assert front.rest("PATCH", "/v1/users/root", {"active": False}, user="mia").status == 403
    assert front.rest("DELETE", "/v1/users/root", user="mia").status == 403


@pytest.mark.parametrize(
    "change", [{"role": "agent"}, {"active": False}, None], ids=["role", "active", "delete"]
)
def test_z4_the_last_admin_stays(front, change):
    method = "DELETE" if change is None else "PATCH"
    answer = front.rest(method, "/v1/users/root", change)
    assert (answer.status, answer.code) == (409, "last_admin")


def segment(value):
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def by_hand(front, header, key=b""):
    body = f"{segment(header)}.{front.token('root').split('.')[1]}"
    return f"{body}.{segment(hmac.digest(key, body.encode(), sha256))}"


def public(encoding):
    return OURS.public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)


FORGED = {
    "A1 garbage": lambda front: "garbage",
    "A1 nothing": lambda front: "",
    "A1 5 MB": lambda front: "x" * 5_000_000,
    "A1 dots": lambda front: "..",
    "A2 none": lambda front: by_hand(front, {"alg": "none", "kid": "k1"})[:-43],
    "A2 HS256, PEM": lambda front: by_hand(
        front, {"alg": "HS256", "kid": "k1"}, public(Encoding.PEM)
    ),
    "A2 HS256, DER": lambda front: by_hand(
        front, {"alg": "HS256", "kid": "k1"}, public(Encoding.DER)
    ),
    "A2 jwk": lambda front: jwt.encode(
        {"sub": "root"}, THEIRS, "RS256", {"kid": "k1", "jwk": public_jwk(THEIRS)}
    ),
    "A2 jku": lambda front: jwt.encode(
        {"sub": "root"}, THEIRS, "RS256", {"kid": "k1", "jku": "https://evil.example/jwks"}
    ),
    "A2 crit": lambda front: jwt.encode(
        {"sub": "root"}, OURS, "RS256", {"kid": "k1", "crit": ["b64"], "b64": False}
    ),
    "A2 kid": lambda front: jwt.encode({"sub": "root"}, OURS, "RS256", {"kid": "../../x"}),
    "A3 expired": lambda front: front.token("root", exp=1_700_000_000),
    "A3 not yet": lambda front: front.token("root", nbf=4_000_000_000),
    "A3 issued later": lambda front: front.token("root", iat=4_000_000_000),
    "A3 no exp": lambda front: front.token("root", exp=None),
    "A3 another client": lambda front: front.token("root", client_id="theirs"),
    "A3 another issuer": lambda front: front.token("root", iss="https://evil.example/pool"),
    "A3 an id token": lambda front: front.token("root", token_use="id"),
    "A3 nobody": lambda front: front.token("root", username=""),
    "A4 wrong signature": lambda front: front.token("root", THEIRS),
    "A4 cut": lambda front: front.token("root")[:-4],
    "A5 nobody of ours": lambda front: front.token("eve"),
    "A5 a role of their own": lambda front: front.token("eve", **{"cognito:groups": ["agent"]}),
}


@pytest.mark.parametrize("row", FORGED)
def test_a_token_that_is_not_good_is_answered_alike(front, row):
    answer = front.rest("GET", "/v1/me", token=FORGED[row](front))
    assert (answer.status, answer.code) == (401, "unauthenticated")
    assert not front.touched("bank")


def test_a3_an_access_token_is_no_visitor_s_token(front):
    for action in ("resume", "message", "email", "typing"):
        frame = {"action": action, "token": front.token("root"), "client_id": "c", "text": "x"}
        kept = ("action", "token") if action != "message" else tuple(frame)
        answer = front.visitor("v1", **{name: frame[name] for name in kept})
        assert answer["code"] in ("invalid_token", "invalid_field")
    answer = front.visitor("v1", **{"action": "accept", "pass": front.token("root")})
    assert answer["code"] == "invalid_token"
