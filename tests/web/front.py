"""The whole web edge, driven from outside: real events in, answers and pushed frames out.

The events are those that AWS sends, kept as files; moto stands behind the real wiring. A `Wire`
notes every request to the table, so that a test can say which sites an answer touched.
"""

import json
import re
import time
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from app import app, authorize_socket, disconnect, message
from chalicelib import wiring
from chalicelib.model.agent import Role, User
from chalicelib.outbound import aws
from chalicelib.outbound.clock import now
from chalicelib.playbook import resources
from chalicelib.web import access
from chalicelib.web.documents import rest
from tests.aws import REGION, Wire, create_table, response
from tests.world import BANK

EVENTS = Path(__file__).parent / "events"
OURS = rsa.generate_private_key(public_exponent=65537, key_size=2048)
THEIRS = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUSH = f"https://execute-api.{REGION}.amazonaws.com/api"
DESCRIBED = rest()["paths"]
CACHED = (wiring.current, wiring.signer, wiring.table, wiring.ports)
CACHED_AT_THE_EDGE = (access.edge, access.connect, access.verifier)
# What stands in a new deployment's table, by user pool.
FIRST: dict[str, list[Any]] = {}
# Who is on the staff: two sites that know nothing of each other, and one admin over both.
STAFF = {
    "root": ("admin", ()),
    "mia": ("manager", ("bank",)),
    "ada": ("agent", ("bank",)),
    "max": ("manager", ("shop",)),
    "sue": ("agent", ("shop",)),
}


@cache
def event(name: str) -> Any:
    """One of AWS's own events; copy before changing it."""
    return json.loads((EVENTS / f"{name}.json").read_text("utf-8"))


def public_jwk(key: rsa.RSAPrivateKey) -> dict[str, Any]:
    return {**jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": "k1"}


@cache
def table_wire() -> Wire:
    """The wire of the one table client that the wiring uses, whatever table it is told."""
    return Wire(aws.client("dynamodb", REGION))


@dataclass(frozen=True)
class Answer:
    """What came back over HTTP."""

    status: int
    document: Any
    headers: Mapping[str, str]
    text: str

    @property
    def code(self) -> str:
        """The error's code, empty for an answer that is none."""
        return self.document["error"]["code"] if self.status >= 400 else ""


@dataclass
class Front:
    """One deployment with a table of its own, and everybody who comes to it."""

    environment: Mapping[str, str]
    frames: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    closed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for cached in (*CACHED, *CACHED_AT_THE_EDGE):
            cached.cache_clear()
        wire = table_wire()
        create_table(wire.client, self.environment["TABLE_NAME"])
        self.wire = wire
        self.push = aws.push_client(PUSH, REGION)
        self.push.meta.events.register_first(
            "before-send.apigatewaymanagementapi", self._pushed, unique_id="front"
        )

    def leave(self) -> None:
        self.push.meta.events.unregister(
            "before-send.apigatewaymanagementapi", self._pushed, unique_id="front"
        )

    @property
    def ports(self):
        return access.ports()

    def open(self) -> "Front":
        """Two sites with the same configuration under their own names, and their staff.

        The first of an account is made through the services; the others begin with a copy of it.
        """
        table, pool = self.environment["TABLE_NAME"], self.environment["USER_POOL_ID"]
        if pool not in FIRST:
            self._make()
            FIRST[pool] = self.wire.client.scan(TableName=table)["Items"]
        else:
            puts = [{"PutRequest": {"Item": item}} for item in FIRST[pool]]
            self.wire.client.batch_write_item(RequestItems={table: puts})
        self.wire.forget()
        return self

    def _make(self) -> None:
        for site in ("bank", "shop"):
            made = resources.empty({**BANK["site"], "id": site, "name": site.title()}, now())
            parts = {name: part for name, part in BANK.items() if name != "site"}
            document = {**made, **deepcopy(parts)}
            document["site"]["origins"] = [f"https://{site}.example"]
            for key, part in document.items():
                if isinstance(part, list):
                    document[key] = [{**each, "version": 1} for each in part]
            document["chatbox"]["version"] = 1
            self.ports.playbooks.create(site, document)
        for id, (role, sites) in STAFF.items():
            self.hire(id, role, sites)

    def hire(self, id: str, role: str, sites: tuple[str, ...]) -> None:
        user = User(
            id=id,
            email=f"{id}@linden.example",
            role=Role(role),
            first_name=id.title(),
            sites=sites,
            created_at=now(),
            updated_at=now(),
        )
        self.ports.staff.add(user, address_key=user.email)
        self.ports.accounts.invite(user, None)

    def token(self, user: str, key: Any = OURS, algorithm: str = "RS256", **changes: Any) -> str:
        """A user's access token; a claim changed to None is left out."""
        moment = int(time.time())
        claims = {
            "iss": self.environment["COGNITO_ISSUER"],
            "sub": user,
            "username": user,
            "client_id": self.environment["USER_POOL_CLIENT_ID"],
            "token_use": "access",
            "cognito:groups": [STAFF[user][0]] if user in STAFF else [],
            "iat": moment - 1,
            "exp": moment + 3600,
            **changes,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(kept, key, algorithm, headers={"kid": "k1"})

    def rest(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        user: str | None = "root",
        token: str | None = None,
        raw: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        resource: str | None = None,
        ids: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request as API Gateway hands it over; `raw` is a body that is not ours to write."""
        asked = deepcopy(event("rest"))
        resource, found = (resource, ids or {}) if resource else _matching(method, path)
        given = {"Content-Type": "application/json"} if body is not None or raw else {}
        bearer = token if token is not None else self.token(user) if user else None
        if bearer is not None:
            given["Authorization"] = f"Bearer {bearer}"
        content = raw if raw is not None or body is None else json.dumps(body)
        binary = isinstance(content, bytes)
        asked |= {
            "resource": resource,
            "path": path,
            "httpMethod": method,
            "headers": {**asked["headers"], **given, **(headers or {})},
            "pathParameters": found or None,
            "multiValueQueryStringParameters": None
            if query is None
            else {name: _many(value) for name, value in query.items()},
            "body": b64encode(content).decode() if isinstance(content, bytes) else content,
            "isBase64Encoded": binary,
        }
        asked["requestContext"] |= {"resourcePath": resource, "httpMethod": method, "path": path}
        answer = app(asked, None)
        described = DESCRIBED[resource].get(method.lower())
        assert described is None or str(answer["statusCode"]) in described["responses"]
        text = answer["body"]
        is_json = text and "json" in answer["headers"]["Content-Type"]
        return Answer(
            answer["statusCode"], json.loads(text) if is_json else None, answer["headers"], text
        )

    def handshake(
        self, query: Mapping[str, str] | None, headers: Mapping[str, str]
    ) -> dict[str, str] | None:
        """What the authorizer lets API Gateway remember of a socket; None when it is refused."""
        asked = {**event("connect_authorizer"), "queryStringParameters": query}
        asked["headers"] = {"Host": "wxyz987654.example", **headers}
        policy = authorize_socket(asked, None)
        (statement,) = policy["policyDocument"]["Statement"]
        assert statement["Resource"] == asked["methodArn"]
        return policy["context"] if statement["Effect"] == "Allow" else None

    def say(
        self, connection: str, authorizer: Mapping[str, str], body: Any, *, binary: bool = False
    ) -> dict[str, Any] | None:
        """One frame of a socket that is open, and what the socket is answered."""
        asked = deepcopy(event("message"))
        asked["requestContext"] |= {"connectionId": connection, "authorizer": dict(authorizer)}
        asked |= {"body": body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)}
        asked["isBase64Encoded"] = binary
        answer = message(asked, None)
        assert answer["statusCode"] == 200
        return json.loads(answer["body"]) if "body" in answer else None

    def visitor(self, connection: str, site: str = "bank", /, **frame: Any) -> dict[str, Any]:
        return self.say(connection, {"kind": "visitor", "site": site}, frame)

    def staff(self, connection: str, user: str, site: str = "bank", /, **frame: Any) -> Any:
        return self.say(connection, {"kind": "staff", "site": site, "user": user}, frame)

    def hang_up(self, connection: str, user: str) -> None:
        gone = deepcopy(event("disconnect"))
        gone["requestContext"]["connectionId"] = connection
        gone["requestContext"]["authorizer"]["user"] = user
        disconnect(gone, None)

    def heard(self, connection: str, kind: str) -> list[dict[str, Any]]:
        return [frame for frame in self.frames[connection] if frame["type"] == kind]

    def partitions(self) -> set[str]:
        """The partitions of every item asked for or written since the wire was last cleared."""
        return {key for request in self.wire.requests for key in _partitions(request)}

    def touched(self, site: str) -> set[str]:
        """The partitions of one site among them."""
        return {each for each in self.partitions() if f"#{site}" in each}

    def _pushed(self, request: Any, **_: Any) -> Any:
        connection = request.url.rpartition("/")[2].replace("%3D", "=").replace("%20", " ")
        if connection in self.closed:
            return response(request, 410, {"message": "Gone"})
        if request.method == "POST":
            self.frames[connection].append(json.loads(request.body))
        else:
            self.closed.append(connection)
        return None


def _matching(method: str, path: str) -> tuple[str, dict[str, str]]:
    """The route that API Gateway would choose: of two that fit, the one with fewer holes."""
    fitting = []
    for pattern in app.routes:
        shape = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", pattern)
        found = re.fullmatch(shape, path)
        if found and method in app.routes[pattern]:
            fitting.append((pattern.count("{"), pattern, found.groupdict()))
    assert fitting, f"no route takes {method} {path}"
    _holes, pattern, ids = min(fitting, key=lambda each: each[:2])
    return pattern, ids


def _many(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _partitions(value: Any) -> Iterator[str]:
    """Every partition key in a request, wherever it stands."""
    if isinstance(value, list):
        for each in value:
            yield from _partitions(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name == "ExpressionAttributeValues" and "KeyConditionExpression" in value:
                yield from (held["S"] for held in each.values() if "#" in held.get("S", ""))
            elif name == "pk":
                yield each["S"]
            else:
                yield from _partitions(each)
