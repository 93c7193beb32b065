"""How does the demonstration site come to be: through the REST API, as an admin would do it?"""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from local import aws, rest
from local.deploy import Deployed

PLAYBOOK = Path(__file__).parent / "demo" / "bank.yaml"

# In this order, because a resource may only name what exists.
COLLECTIONS = (
    ("groups", "groups"),
    ("routing-rules", "routing_rules"),
    ("notifications", "notifications"),
    ("campaigns", "campaigns"),
    ("targeting-rules", "targeting_rules"),
    ("flows", "flows"),
)


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can sign in to the demonstration."""

    id: str
    email: str
    password: str
    role: str


@dataclass(frozen=True, slots=True)
class Demo:
    """The demonstration site as its file describes it."""

    document: dict[str, Any]

    @property
    def site(self) -> str:
        """The site's id."""
        return str(self.document["site"]["id"])

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Everybody who can sign in, the first admin first."""
        password = self.document["password"]
        return tuple(
            Account(user["id"], user["email"], password, user["role"])
            for user in self.document["users"]
        )


def read(source: Path = PLAYBOOK) -> Demo:
    """The demonstration of a file."""
    return Demo(yaml.safe_load(source.read_text("utf-8")))


def load(demo: Demo, deployed: Deployed, origin: str, state: Path) -> bool:
    """Create what is missing of the site; whether anything had to be done."""
    mark = state / "demo"
    done = f"{origin} {deployed.pool} {demo.site}"
    if mark.exists() and mark.read_text("utf-8") == done:
        return False
    admin = demo.accounts[0]
    staff = aws.client("cognito-idp", deployed.port)
    _bootstrap(staff, deployed.pool, admin)
    token = rest.sign_in(deployed.endpoint, deployed.client, admin.email, admin.password)
    Loader(deployed.rest, token).load(demo.document, origin)
    mark.write_text(done, "utf-8")
    return True


def _bootstrap(staff: Any, pool: str, admin: Account) -> None:
    # The first admin comes from the operator; everybody else is invited over REST.
    with suppress(staff.exceptions.UsernameExistsException):
        staff.admin_create_user(
            UserPoolId=pool,
            Username=admin.id,
            MessageAction="SUPPRESS",
            UserAttributes=[
                {"Name": "email", "Value": admin.email},
                {"Name": "email_verified", "Value": "true"},
            ],
        )
    staff.admin_add_user_to_group(UserPoolId=pool, Username=admin.id, GroupName=admin.role)
    staff.admin_set_user_password(
        UserPoolId=pool, Username=admin.id, Password=admin.password, Permanent=True
    )


class Loader:
    """Creates one resource after the other, and keeps what a former try already made."""

    def __init__(self, base: str, token: str) -> None:
        self._base = base
        self._token = token

    def load(self, document: dict[str, Any], origin: str) -> None:
        """Everything of one site's document; raises `RefusedError` at the first refusal."""
        site = document["site"]
        here = f"/sites/{site['id']}"
        self._create("/sites", {**site, "origins": [origin]})
        self._call("PATCH", here, {"origins": [origin]})
        first, *others = document["users"]
        for user in others:
            self._create("/users", {**user, "password": document["password"]})
        own = {key: value for key, value in first.items() if key not in ("id", "email", "role")}
        self._call("PATCH", f"/users/{first['id']}", own)
        self._call("PUT", f"{here}/chatbox", document["chatbox"])
        for path, name in COLLECTIONS:
            for resource in document[name]:
                self._create(f"{here}/{path}", resource)
        for campaign in document["campaigns"]:
            self._call("POST", f"{here}/campaigns/{campaign['id']}/activate", {})

    def _create(self, path: str, resource: dict[str, Any]) -> None:
        try:
            self._call("POST", path, resource)
        except rest.RefusedError as refusal:
            if refusal.status != 409:
                raise

    def _call(self, method: str, path: str, body: object) -> None:
        rest.call(method, f"{self._base}{path}", body, token=self._token)
