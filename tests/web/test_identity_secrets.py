"""What a site's server signs with: taken over REST, kept as a secret, and shown to nobody."""

import json
from types import SimpleNamespace

import pytest

from chalicelib.outbound.aws import client
from chalicelib.outbound.clock import now
from chalicelib.outbound.secrets import SsmIdentitySecrets
from tests.aws import REGION
from tests.identities import SECRET, vouched
from tests.world import PAGE

SITE = "/v1/sites/bank"
ANOTHER = "another secret of the bank's, which is as long as it must be"


@pytest.fixture
def front(front):
    yield front
    front.ports.identity_secrets.drop("bank")


def token(**options):
    return vouched(SimpleNamespace(clock=now()), **options)


def settings(front, identity, **more):
    return front.rest("PATCH", SITE, {"identity": identity}, **more)


def stored():
    parameter = {"Name": "/vestibule/identity/bank", "WithDecryption": True}
    return client("ssm", REGION).get_parameter(**parameter)["Parameter"]


def test_a_secret_is_taken_and_never_shown(front):
    answer = settings(front, {"enforced": True, "secret": SECRET})
    assert answer.document["identity"] == {"enforced": True}
    shown = [answer.text] + [
        front.rest("GET", path).text for path in (SITE, "/v1/sites", "/v1/public/sites/bank/widget")
    ]
    rows = front.wire.client.scan(TableName=front.environment["TABLE_NAME"])["Items"]
    assert not any(SECRET in each for each in shown)
    assert SECRET not in json.dumps(front.ports.playbooks.fresh("bank").document)
    assert SECRET not in repr(rows)
    assert stored()["Type"] == "SecureString"
    assert front.visitor("v1", **PAGE, identity=token())["type"] == "page"


def test_a_new_secret_takes_the_place_of_the_former(front):
    settings(front, {"secret": SECRET})
    settings(front, {"secret": ANOTHER})
    assert front.visitor("v1", **PAGE, identity=token())["code"] == "identity_invalid"
    assert front.visitor("v1", **PAGE, identity=token(secret=ANOTHER))["type"] == "page"


def test_a_secret_given_with_a_new_site_is_that_sites(front):
    body = {"id": "loans", "name": "Loans", "identity": {"secret": SECRET, "enforced": True}}
    assert front.rest("POST", "/v1/sites", body).document["identity"] == {"enforced": True}
    assert front.visitor("v1", "loans", **PAGE, identity=token())["type"] == "page"
    assert front.visitor("v2", **PAGE, identity=token())["code"] == "identity_invalid"
    assert front.rest("DELETE", "/v1/sites/loans").status == 204
    assert front.ports.identity_secrets.secret_of("loans") is None


@pytest.mark.parametrize(
    "secret",
    ["", "x" * 31, "x" * 257, "é" * 40, "x" * 40 + "\n", ["x" * 40], 7],
    ids=["empty", "short", "long", "not ASCII", "two lines", "a list", "a number"],
)
def test_a_bad_secret_changes_nothing_and_is_not_repeated(front, secret):
    settings(front, {"secret": SECRET})
    answer = settings(front, {"secret": secret, "enforced": True})
    assert (answer.status, answer.document["error"]["path"]) == (422, "identity.secret")
    assert not isinstance(secret, str) or not secret or secret not in answer.text
    assert front.rest("GET", SITE).document.get("identity") == {}
    assert front.visitor("v1", **PAGE, identity=token())["type"] == "page"


def test_identities_that_nobody_could_prove_are_not_enforced(front):
    answer = settings(front, {"enforced": True})
    assert (answer.status, answer.code) == (409, "no_secret")
    settings(front, {"secret": SECRET})
    assert settings(front, {"enforced": True}).status == 200


def test_a_change_that_is_refused_keeps_the_former_secret(front):
    settings(front, {"secret": SECRET})
    late = settings(front, {"secret": ANOTHER}, headers={"If-Match": "99"})
    assert late.status == 412
    assert front.visitor("v1", **PAGE, identity=token())["type"] == "page"


@pytest.mark.parametrize("user", ["ada", "mia", "max"])
def test_only_an_admin_gives_a_secret(front, user):
    assert settings(front, {"secret": SECRET}, user=user).status in (403, 404)
    assert front.visitor("v1", **PAGE, identity=token())["code"] == "identity_invalid"


def test_a_secret_is_read_again_after_a_minute_and_a_missing_one_after_seconds(front):
    clock = SimpleNamespace(seconds=100.0)
    here = SsmIdentitySecrets(
        lambda: client("ssm", REGION), "/vestibule/identity", lambda: clock.seconds
    )
    elsewhere = front.ports.identity_secrets
    assert here.secret_of("bank") is None
    elsewhere.keep("bank", SECRET)
    assert here.secret_of("bank") is None
    clock.seconds += 5
    assert here.secret_of("bank") == SECRET
    elsewhere.keep("bank", ANOTHER)
    clock.seconds += 59
    assert here.secret_of("bank") == SECRET
    clock.seconds += 1
    assert here.secret_of("bank") == ANOTHER
