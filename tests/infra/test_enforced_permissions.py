"""Do the functions get through a visitor's whole evening with no permission but their own?

The emulator enforces each function's role here, so a permission that is missing is an error.
"""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from chalicelib.outbound.clock import now
from local import aws, rest, stack
from local.stack import Stack
from tests.identities import SECRET, vouched
from tests.mails import mail
from tests.shelf import PDF

pytestmark = pytest.mark.stack

SECONDS = 30
SWEEP = {
    "version": "0",
    "id": "test",
    "account": aws.ACCOUNT,
    "region": aws.REGION,
    "time": "2026-06-01T10:00:00Z",
    "source": "aws.events",
    "detail-type": "Scheduled Event",
    "detail": {},
    "resources": [],
}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    state = tmp_path_factory.mktemp("stack")
    made = stack.start(stack.free_port(), state, "0.2", enforces_permissions=True)
    yield made
    stack.stop(made)


@pytest.fixture
def tokens(running: Stack) -> dict[str, str]:
    cognito = running.document["cognito"]
    return {
        account["email"].split("@")[0]: rest.sign_in(
            cognito["endpoint"], cognito["client"], account["email"], account["password"]
        )
        for account in running.document["accounts"]
    }


ANSWERS = {"message": "ack", "observed": "page", "start": "conversation"}


def ask(socket: ClientConnection, action: str, **fields: object) -> dict[str, Any]:
    """The answer to one frame; whatever is pushed before it is passed over."""
    socket.send(json.dumps({"action": action, "id": action, **fields}))
    return until(socket, ANSWERS.get(action, action))


def until(socket: ClientConnection, wanted: str) -> dict[str, Any]:
    """The next frame of this type."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        frame: dict[str, Any] = json.loads(socket.recv(timeout=SECONDS))
        if frame["type"] == "error":
            pytest.fail(str(frame))
        if frame["type"] == wanted:
            return frame
    return pytest.fail(f"no {wanted} came")


def visit(running: Stack, socket: ClientConnection, text: str) -> dict[str, Any]:
    page = ask(
        socket,
        "page",
        url=running.document["shop"],
        title="Linden Bank",
        language="en",
        device="desktop",
        browser="chrome",
        os="linux",
        consent="full",
    )
    page = ask(socket, "observed", **{"pass": page["pass"], "facts": {"page.seconds": 5}})
    return ask(
        socket,
        "start",
        **{"pass": page["pass"], "engagement": page["engagement"]["id"]},
        client_id="first",
        text=text,
    )


def visitor(running: Stack) -> ClientConnection:
    url = f"{running.document['socket']}?site={running.document['site']}"
    return connect(url, origin=Origin(running.deployed.endpoint), proxy=None)


def test_roles_are_really_enforced_here(running: Stack) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(running.document["shop"])
    refused.value.close()
    assert refused.value.code == 403


def test_a_visitor_is_answered_by_an_agent(running: Stack, tokens: dict[str, str]) -> None:
    document = running.document
    ticket = rest.call(
        "POST", f"{document['rest']}/sockets/tickets", {"site": "bank"}, token=tokens["ada"]
    )
    with connect(ticket["url"], proxy=None) as agent, visitor(running) as guest:
        ask(agent, "presence", status="available")
        started = visit(running, guest, "Is my card blocked?")
        assert started["state"] == "assigned"
        assigned = until(agent, "assigned")
        conversation = assigned["conversation"]["id"]
        ask(agent, "message", conversation=conversation, client_id="a1", text="Let me see.")
        said = until(guest, "message")
        assert said["text"] == "Let me see."
        it = f"{document['rest']}/sites/bank/conversations/{conversation}"
        # Longer than a queue delays a message, even shortened.
        rest.call("POST", f"{it}/snooze", {"seconds": 7_200}, token=tokens["ada"])
        rest.call("POST", f"{it}/wake", {}, token=tokens["nora"])
        until(agent, "assigned")
        rest.call("POST", f"{it}/close", {}, token=tokens["ada"])
        until(guest, "closed")
        ask(agent, "presence", status="offline")


def test_a_visitor_in_the_evening_is_asked_for_an_address(
    running: Stack, tokens: dict[str, str]
) -> None:
    document = running.document
    site = f"{document['rest']}/sites/bank"
    # A patch merges: each day must be taken away by name.
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    never = {"weekly": dict.fromkeys(days)}
    rest.call("PATCH", site, {"hours": never}, token=tokens["nora"])
    time.sleep(5.5)
    with visitor(running) as guest:
        started = visit(running, guest, "Anybody there?")
        assert started["state"] == "waiting"
        until(guest, "email_request")
        ask(guest, "email", token=started["token"], address="guest@example.com")
    files = [("form.pdf", "application/pdf", PDF)]
    letter = _letter(running)
    raw = mail(letter["reply_to"]["S"], "By mail.", sender="guest@example.com", files=files)
    found = _outputs(running)
    storage = aws.client("s3", running.deployed.port)
    storage.put_object(Bucket=found["MailBucketName"], Key="answer", Body=raw)
    arrived = {"detail": {"object": {"key": "answer", "size": len(raw)}}}
    assert invoked(running, found["ReceiveMailName"], arrived) == {"outcome": "received"}
    messages = rest.call(
        "GET",
        f"{site}/conversations/{letter['conversation']['S']}/messages?after=1",
        token=tokens["nora"],
    )
    [file] = messages["items"][-1]["attachments"]
    assert (file["name"], file["size"]) == ("form.pdf", len(PDF))


def _letter(running: Stack) -> dict[str, Any]:
    """The one letter that says where answers go."""
    table = aws.client("dynamodb", running.deployed.port)
    rows = table.scan(TableName=running.deployed.table, ConsistentRead=True)["Items"]
    [found] = [row for row in rows if "reply_to" in row]
    return found


def _outputs(running: Stack) -> dict[str, str]:
    formation = aws.client("cloudformation", running.deployed.port)
    [made] = formation.describe_stacks(StackName="vestibule")["Stacks"]
    return {each["OutputKey"]: each["OutputValue"] for each in made["Outputs"]}


def test_a_site_keeps_its_secret_and_knows_its_customer(
    running: Stack, tokens: dict[str, str]
) -> None:
    document = running.document
    settings = {"identity": {"secret": SECRET}}
    rest.call("PATCH", f"{document['rest']}/sites/bank", settings, token=tokens["nora"])
    signed = vouched(SimpleNamespace(clock=now()))
    with visitor(running) as guest:
        ask(guest, "page", url=document["shop"], identity=signed)
    made = rest.call(
        "POST",
        f"{document['rest']}/sites",
        {"id": "brief", "name": "Brief", **settings},
        token=tokens["nora"],
    )
    assert made["identity"] == {}
    rest.call("DELETE", f"{document['rest']}/sites/brief", token=tokens["nora"])
    kept = aws.client("ssm", running.deployed.port).get_parameters_by_path(
        Path="/vestibule/vestibule/identity"
    )
    assert [each["Name"].rpartition("/")[2] for each in kept["Parameters"]] == ["bank"]


def test_the_sweeper_does_its_round(running: Stack) -> None:
    functions = aws.client("lambda", running.deployed.port)
    [name] = [
        each["FunctionName"]
        for each in functions.list_functions()["Functions"]
        if "-Sweep-" in each["FunctionName"]
    ]
    answer = functions.invoke(FunctionName=name, Payload=json.dumps(SWEEP))
    assert "FunctionError" not in answer, answer["Payload"].read()


def test_a_mail_that_comes_in_and_news_of_one_are_read(running: Stack) -> None:
    found = _outputs(running)
    storage = aws.client("s3", running.deployed.port)
    raw = mail("reply+nothing@reply.vestibule.example")
    storage.put_object(Bucket=found["MailBucketName"], Key="mail", Body=raw)
    arrived = {"detail": {"object": {"key": "mail", "size": len(raw)}}}
    assert invoked(running, found["ReceiveMailName"], arrived) == {"outcome": "refused_stranger"}
    arrived = {"detail": {"object": {"key": "gone", "size": 1}}}
    assert invoked(running, found["ReceiveMailName"], arrived) == {"outcome": "gone"}
    letter = {"site": ["bank"], "letter": ["none"]}
    moment = "2026-11-23T11:00:05.000Z"
    news = {
        "eventType": "Bounce",
        "bounce": {"feedbackId": "1", "bounceType": "Permanent", "timestamp": moment},
        "mail": {"messageId": "1", "tags": letter},
    }
    told = {"TopicArn": found["MailTopicArn"], "Message": json.dumps(news)}
    heard = invoked(running, found["MailNewsName"], {"Records": [{"Sns": told}]})
    assert heard == {"outcome": "news_of_nothing"}


def invoked(running: Stack, function: str, event: dict[str, Any]) -> dict[str, Any]:
    """What a function answers to an event."""
    functions = aws.client("lambda", running.deployed.port)
    answer = functions.invoke(FunctionName=function, Payload=json.dumps(event))
    body = answer["Payload"].read()
    assert "FunctionError" not in answer, body
    document: dict[str, Any] = json.loads(body)
    return document


def test_no_function_was_denied_anything_but_by_the_emulators_own_mistake(running: Stack) -> None:
    log = (running.state / "emulator.log").read_text("utf-8", "replace")
    denied = [line for line in log.splitlines() if "is not authorized to perform" in line]
    # The emulator asks for the right to send as anybody; the role may send as one address only.
    assert not [line for line in denied if "ses:SendEmail on resource: *" not in line]
