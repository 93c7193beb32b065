"""What the user pool is told of the staff, on moto's Cognito."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from chalicelib.model.agent import Role, User
from chalicelib.outbound.accounts import CognitoAccounts
from tests.aws import Wire, client, refused

NOW = datetime(2026, 11, 23, 11, tzinfo=UTC)
ADA = User(
    id="ada", email="ada@bank.example", role=Role.AGENT, sites=("bank",), created_at=NOW,
    updated_at=NOW,
)  # fmt: skip
PASSWORD = "Linden-bank-2026"


@pytest.fixture
def pool():
    """The wire to a user pool, and its name."""
    with mock_aws():
        wire = Wire(client("cognito-idp"))
        made = wire.client.create_user_pool(PoolName="staff")["UserPool"]["Id"]
        for role in Role:
            wire.client.create_group(UserPoolId=made, GroupName=role.value)
        yield wire, made


def accounts(pool):
    wire, name = pool
    return CognitoAccounts(lambda: wire.client, name)


def known(pool, user="ada"):
    """Whether the account may be used, and its groups."""
    wire, name = pool
    found = wire.client.admin_get_user(UserPoolId=name, Username=user)
    groups = wire.client.admin_list_groups_for_user(UserPoolId=name, Username=user)["Groups"]
    return found["Enabled"], {each["GroupName"] for each in groups}


def test_an_invitation_that_died_half_way_is_finished_by_the_next(pool):
    for _attempt in range(2):
        accounts(pool).invite(ADA, PASSWORD)
    assert known(pool) == (True, {"agent"})
    assert accounts(pool).address("ada") == "ada@bank.example"


def test_a_pool_that_refuses_has_invited_nobody(pool):
    wire, _name = pool
    wire.plan(refused("NotAuthorizedException"))
    with pytest.raises(ClientError, match="NotAuthorizedException"):
        accounts(pool).invite(ADA, PASSWORD)
    assert wire.calls["AdminAddUserToGroup"] == 0


def test_another_role_is_another_group_and_whoever_comes_back_may_sign_in_again(pool):
    accounts(pool).invite(ADA, PASSWORD)
    accounts(pool).close(ADA)
    assert known(pool) == (False, {"agent"})
    accounts(pool).change_role(replace(ADA, role=Role.MANAGER), ADA)
    assert known(pool) == (True, {"manager"})
    assert pool[0].calls["AdminUserGlobalSignOut"] == 2, "what was opened before is over"
