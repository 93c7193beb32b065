"""What do tests of the web edge share: AWS as moto plays it, and a deployment for each test."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest
from moto import mock_aws

from chalicelib.outbound import aws
from tests.aws import REGION
from tests.web.front import OURS, PUSH, Front, public_jwk

TABLES = count(1)


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The account: what the template would have made, but the table."""
    keys = tmp_path_factory.mktemp("pool") / "jwks.json"
    keys.write_text(json.dumps({"keys": [public_jwk(OURS)]}), "utf-8")
    with mock_aws():
        cognito = aws.client("cognito-idp", REGION)
        pool = cognito.create_user_pool(PoolName="staff")["UserPool"]["Id"]
        for role in ("admin", "manager", "agent"):
            cognito.create_group(UserPoolId=pool, GroupName=role)
        client = cognito.create_user_pool_client(UserPoolId=pool, ClientName="staff-app")
        queue = aws.client("sqs", REGION).create_queue(QueueName="alarms")["QueueUrl"]
        machine = aws.client("stepfunctions", REGION).create_state_machine(
            name="alarm-clock",
            definition='{"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}',
            roleArn="arn:aws:iam::123456789012:role/alarm-clock",
        )["stateMachineArn"]
        yield {
            "AWS_REGION": REGION,
            "ALARM_QUEUE_URL": queue,
            "STATE_MACHINE_ARN": machine,
            "USER_POOL_ID": pool,
            "USER_POOL_CLIENT_ID": client["UserPoolClient"]["ClientId"],
            "COGNITO_ISSUER": f"https://cognito-idp.{REGION}.amazonaws.com/{pool}",
            "COGNITO_KEYS_URL": keys.as_uri(),
            "PUSH_ENDPOINT": PUSH,
            "SOCKET_URL": "wss://socket.example/api",
            "STAFF_ORIGIN": "https://staff.example",
            "SENDER_ADDRESS": "help@vestibule.example",
            "CONFIGURATION_SET": "mail",
            "MAIL_BUCKET": "mail-for-tests",
            "FILES_BUCKET": "files-for-tests",
            "MAIL_TOPIC_ARN": "arn:aws:sns:eu-west-1:123456789012:mail",
            "REPLY_DOMAIN": "reply.vestibule.example",
            "SECRET_PARAMETER": "/vestibule/signing-key",
            "IDENTITY_PARAMETERS": "/vestibule/identity",
            "WAIT_SCALE": "1",
        }


@contextmanager
def deployment(cloud: dict[str, str]) -> Iterator[Front]:
    """Two sites, their staff and an empty desk, on a table of their own."""
    environment = {**cloud, "TABLE_NAME": f"vestibule-{next(TABLES)}"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        front = Front(environment)
        yield front.open()
        front.leave()


@pytest.fixture
def front(cloud: dict[str, str]) -> Iterator[Front]:
    """A deployment for one test."""
    with deployment(cloud) as front:
        yield front


@pytest.fixture(scope="module")
def standing(cloud: dict[str, str]) -> Iterator[Front]:
    """A deployment for all tests of a module that are refused, and so leave it as it was."""
    with deployment(cloud) as front:
        yield front
