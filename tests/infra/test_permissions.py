"""May a function do what it must, and nothing else?"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

import chalicelib

Template = dict[str, Any]

# The actions beside logging that each function may take, by service.
SERVICES = {
    "APIHandler": {"cognito-idp", "dynamodb", "execute-api", "s3", "sqs", "ssm", "states"},
    "AuthorizeSocket": {"dynamodb", "ssm"},
    "MailNews": {"dynamodb", "sqs"},
    "ReceiveMail": {"dynamodb", "execute-api", "s3", "sqs", "ssm", "states"},
    "RingAlarm": {"dynamodb", "execute-api", "sqs", "ssm", "states"},
    "RingShortAlarm": {"dynamodb", "execute-api", "s3", "ses", "sqs", "ssm", "states"},
    "Sweep": {"dynamodb", "execute-api", "sqs", "ssm", "states"},
    "WebsocketDisconnect": {"dynamodb", "execute-api", "sqs", "ssm", "states"},
    "WebsocketMessage": {"dynamodb", "execute-api", "s3", "sqs", "ssm", "states"},
}

OUTBOUND = Path(chalicelib.__file__).parent / "outbound"
CALL = re.compile(
    r"\.(admin_\w+|(?:start|stop)_execution|send_(?:message|email)"
    r"|(?:get|put|delete)_(?:parameter|object)|delete_object_tagging)\("
)


def statements(template: Template, function: str) -> list[dict[str, Any]]:
    [role, _arn] = template["Resources"][function]["Properties"]["Role"]["Fn::GetAtt"]
    [policy] = template["Resources"][role]["Properties"]["Policies"]
    found: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return found


def actions(statement: dict[str, Any]) -> list[str]:
    found = statement["Action"]
    return [found] if isinstance(found, str) else found


@pytest.mark.parametrize("function", SERVICES)
def test_a_function_reaches_only_the_services_it_needs(template: Template, function: str) -> None:
    taken = {
        action.split(":")[0]
        for statement in statements(template, function)
        for action in actions(statement)
    }
    assert taken - {"logs"} == SERVICES[function]


@pytest.mark.parametrize("function", SERVICES)
def test_no_permission_is_for_everything(template: Template, function: str) -> None:
    for statement in statements(template, function):
        assert statement["Effect"] == "Allow"
        assert not any(action.endswith("*") for action in actions(statement)), statement
        named = json.dumps(statement["Resource"])
        assert named not in ('"*"', '["*"]')
        # Every resource is one of this stack: named by reference, or by the stack's own name.
        assert "Fn::GetAtt" in named or "${" in named


@pytest.mark.parametrize("function", SERVICES)
def test_a_function_has_a_role_of_its_own(template: Template, function: str) -> None:
    roles = [
        template["Resources"][other]["Properties"]["Role"]["Fn::GetAtt"][0] for other in SERVICES
    ]
    own = template["Resources"][function]["Properties"]["Role"]["Fn::GetAtt"][0]
    assert roles.count(own) == 1


@pytest.mark.parametrize("function", SERVICES)
def test_the_only_secret_a_function_reads_is_the_stacks_own(
    template: Template, function: str
) -> None:
    secrets = [each for each in statements(template, function) if each["Sid"] == "Secret"]
    assert len(secrets) == ("ssm" in SERVICES[function])
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    for secret in secrets:
        assert set(actions(secret)) == {"ssm:GetParameter", "ssm:PutParameter"}
        assert secret["Resource"]["Fn::Sub"].endswith(
            f":parameter{variables['SECRET_PARAMETER']['Fn::Sub']}"
        )


@pytest.mark.parametrize("function", SERVICES)
def test_what_sites_sign_with_is_read_by_sockets_and_kept_by_rest(
    template: Template, function: str
) -> None:
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    allowed = {
        action: statement["Resource"]["Fn::Sub"].rpartition(":parameter")[2]
        for statement in statements(template, function)
        for action in actions(statement)
        if action.startswith("ssm:") and statement["Sid"] != "Secret"
    }
    reads, keeps = {"ssm:GetParameter"}, {"ssm:DeleteParameter", "ssm:PutParameter"}
    expected = {"WebsocketMessage": reads, "APIHandler": reads | keeps}
    assert set(allowed) == expected.get(function, set())
    path = f"{variables['IDENTITY_PARAMETERS']['Fn::Sub']}/*"
    assert set(allowed.values()) <= {path}


def test_mail_is_sent_from_the_stacks_address_only(template: Template) -> None:
    for function in SERVICES:
        for statement in statements(template, function):
            if any(action.startswith("ses:") for action in actions(statement)):
                assert statement["Condition"]["StringEquals"] == {
                    "ses:FromAddress": {"Ref": "SenderAddress"}
                }


def test_nobody_may_scan_the_table(template: Template) -> None:
    taken = {
        action
        for function in SERVICES
        for statement in statements(template, function)
        for action in actions(statement)
    }
    assert "dynamodb:Scan" not in taken


def test_every_call_that_the_adapters_make_is_allowed_to_some_function(template: Template) -> None:
    called = {
        name.replace("_", "")
        for path in OUTBOUND.glob("*.py")
        for name in CALL.findall(path.read_text("utf-8"))
    }
    allowed = {
        action.split(":")[1].lower()
        for function in SERVICES
        for statement in statements(template, function)
        for action in actions(statement)
    }
    assert called
    assert called <= allowed


def test_no_staff_permission_is_left_over(template: Template) -> None:
    text = (OUTBOUND / "accounts.py").read_text("utf-8")
    [staff] = [each for each in statements(template, "APIHandler") if each["Sid"] == "Staff"]
    for action in actions(staff):
        words = re.findall("[A-Z][a-z]+", action)
        assert f".{'_'.join(words).lower()}(" in text, action
