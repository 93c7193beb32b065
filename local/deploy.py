"""How does the packaged stack come to run on the emulator?"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from infra.package import Package
from local import aws
from local.failures import CannotRunError

STACK = "vestibule"
SENDER = "hello@vestibule.example"
REPLIES = "reply.vestibule.example"
ARTEFACTS = "vestibule-artefacts"

# What the emulator does not know. Responses only matter in front of the real gateway: the emulator
# sends a returned body back without being told to. It takes no mail by SMTP: one that is to come in
# is put into the bucket.
UNSUPPORTED = frozenset(
    {
        "AWS::ApiGatewayV2::IntegrationResponse",
        "AWS::ApiGatewayV2::RouteResponse",
        "AWS::SES::ReceiptRule",
        "AWS::SES::ReceiptRuleSet",
    }
)


@dataclass(frozen=True, slots=True)
class Deployed:
    """Where the parts of the running stack are; addresses end without a slash."""

    port: int
    rest: str
    socket: str
    table: str
    pool: str
    client: str
    bucket: str
    dropped: tuple[str, ...]
    changed: bool

    @property
    def endpoint(self) -> str:
        """The emulator's address, which is also that of every page."""
        return aws.endpoint(self.port)


def deploy(package: Package, port: int, wait_scale: str, state: Path) -> Deployed:
    """Create or update the stack; raises `CannotRunError` with the first reason of a failure."""
    template = json.loads(package.template.read_text("utf-8"))
    template, dropped = supported(template)
    code = package.archive.read_bytes()
    key = f"{hashlib.sha256(code).hexdigest()}.zip"
    _point_at(template, key)
    body = json.dumps(template)
    wanted = hashlib.sha256(f"{body}|{port}|{wait_scale}".encode()).hexdigest()
    mark = state / "deployed"
    formation = aws.client("cloudformation", port)
    known = mark.read_text("utf-8") if mark.exists() else ""
    changed = known != wanted or not _exists(formation)
    if changed:
        mark.unlink(missing_ok=True)
        _upload({key: code, f"{wanted}.json": body.encode()}, port)
        where = f"{aws.endpoint(port)}/{ARTEFACTS}/{wanted}.json"
        basics = {
            "SenderAddress": SENDER,
            "ReplyDomain": REPLIES,
            "StaffOrigin": aws.endpoint(port),
            "WaitScale": wait_scale,
            # Everybody is on this one machine.
            "StartsPerNetwork": "0",
        }
        _apply(formation, where, {**basics, **_addresses(_outputs(formation), port)})
        # The addresses hold ids that a new stack has only now.
        _apply(formation, where, {**basics, **_addresses(_outputs(formation), port)})
        mark.write_text(wanted, "utf-8")
    return _deployed(_outputs(formation), port, dropped, changed)


def supported(template: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The template without what the emulator does not know, and the names of what was dropped."""
    dropped = tuple(
        sorted(
            name
            for name, resource in template["Resources"].items()
            if resource["Type"] in UNSUPPORTED
        )
    )
    kept = {
        name: resource for name, resource in template["Resources"].items() if name not in dropped
    }
    return {**template, "Resources": kept}, dropped


def _point_at(template: dict[str, Any], key: str) -> None:
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = {"Bucket": ARTEFACTS, "Key": key}


def _upload(files: dict[str, bytes], port: int) -> None:
    storage = aws.client("s3", port)
    storage.create_bucket(Bucket=ARTEFACTS)
    for key, body in files.items():
        storage.put_object(Bucket=ARTEFACTS, Key=key, Body=body)


def _exists(formation: Any) -> bool:
    return bool(_outputs(formation))


def _outputs(formation: Any) -> dict[str, str]:
    try:
        [stack] = formation.describe_stacks(StackName=STACK)["Stacks"]
    except ClientError:
        return {}
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _addresses(outputs: dict[str, str], port: int) -> dict[str, str]:
    socket_api, pool = outputs.get("WebsocketAPIId", "none"), outputs.get("UserPoolId", "none")
    path = f"127.0.0.1:{port}/_aws/execute-api/{socket_api}/api"
    rest_api = outputs.get("RestAPIId", "none")
    return {
        "RestUrl": f"http://127.0.0.1:{port}/_aws/execute-api/{rest_api}/api/v1",
        "PushEndpoint": f"http://{path}",
        "SocketUrl": f"ws://{path}",
        "CognitoKeysUrl": f"{aws.endpoint(port)}/{pool}/.well-known/jwks.json",
    }


def _apply(formation: Any, template: str, parameters: dict[str, str]) -> None:
    request = {
        "StackName": STACK,
        # By address: a template of this size may not be sent in the request.
        "TemplateURL": template,
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
        ],
    }
    existing = _exists(formation)
    try:
        if existing:
            formation.update_stack(**request)
        else:
            # What a failed first try left behind can only be removed.
            formation.delete_stack(StackName=STACK)
            formation.create_stack(**request)
        waiter = formation.get_waiter(
            "stack_update_complete" if existing else "stack_create_complete"
        )
        waiter.wait(StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 120})
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise CannotRunError(f"The emulator refused the stack: {str(error)[-500:]}") from error
    except WaiterError as error:
        raise CannotRunError(f"The stack could not be deployed: {_reason(formation)}") from error


def _reason(formation: Any) -> str:
    events = formation.describe_stack_events(StackName=STACK)["StackEvents"]
    failed = [event for event in events if event["ResourceStatus"].endswith("FAILED")]
    reasons = [
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}" for event in failed
    ]
    return reasons[-1] if reasons else "no event says why"


def _deployed(
    outputs: dict[str, str], port: int, dropped: tuple[str, ...], changed: bool
) -> Deployed:
    at = f"127.0.0.1:{port}/_aws/execute-api"
    return Deployed(
        port=port,
        rest=f"http://{at}/{outputs['RestAPIId']}/api/v1",
        socket=f"ws://{at}/{outputs['WebsocketAPIId']}/api",
        table=outputs["TableName"],
        pool=outputs["UserPoolId"],
        client=outputs["ClientId"],
        bucket=outputs["PagesBucket"],
        dropped=dropped,
        changed=changed,
    )
