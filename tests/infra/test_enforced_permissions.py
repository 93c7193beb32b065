"""Do the functions get through a visitor's whole evening with no permission but their own?

The emulator enforces each function's role here, so a permission that is missing is an error.
"""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from local import aws, rest, stack
from local.stack import Stack

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
        account["role"]: rest.sign_in(
            cognito["endpoint"], cognito["client"], account["email"], account["password"]
        )
        for account in running.document["accounts"]
    }


def ask(socket: ClientConnection, action: str, **fields: object) -> dict[str, Any]:
    """The answer to one frame; whatever is pushed before it is passed over."""
    socket.send(json.dumps({"action": action, "id": action, **fields}))
    return until(socket, lambda frame: frame.get("id") == action)


def until(socket: ClientConnection, wanted: Any) -> dict[str, Any]:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        frame: dict[str, Any] = json.loads(socket.recv(timeout=SECONDS))
        if frame["type"] == "error":
            pytest.fail(str(frame))
        if wanted(frame):
            return frame
    return pytest.fail("the frame did not come")


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
        "POST", f"{document['rest']}/sockets/tickets", {"site": "bank"}, token=tokens["agent"]
    )
    with connect(ticket["url"], proxy=None) as agent, visitor(running) as guest:
        ask(agent, "presence", status="available")
        started = visit(running, guest, "Is my card blocked?")
        assert started["state"] == "assigned"
        assigned = until(agent, lambda frame: frame["type"] == "assigned")
        conversation = assigned["conversation"]["id"]
        ask(agent, "message", conversation=conversation, client_id="a1", text="Let me see.")
        said = until(guest, lambda frame: frame["type"] == "message")
        assert said["text"] == "Let me see."
        rest.call(
            "POST",
            f"{document['rest']}/sites/bank/conversations/{conversation}/close",
            {},
            token=tokens["agent"],
        )
        until(guest, lambda frame: frame["type"] == "closed")
        ask(agent, "presence", status="offline")


def test_a_visitor_in_the_evening_is_asked_for_an_address_and_gets_a_mail(
    running: Stack, tokens: dict[str, str]
) -> None:
    document = running.document
    site = f"{document['rest']}/sites/bank"
    rest.call("PATCH", site, {"hours": {"weekly": {}}}, token=tokens["admin"])
    time.sleep(5.5)
    with visitor(running) as guest:
        started = visit(running, guest, "Anybody there?")
        assert started["state"] == "waiting"
        until(guest, lambda frame: frame["type"] == "email_request")
        ask(guest, "email", token=started["token"], address="guest@example.com")
        assert mail_to("guest@example.com", document["mailbox"])["Subject"] == (
            "We have your question"
        )


def mail_to(address: str, mailbox: str) -> dict[str, Any]:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        for mails in rest.call("GET", mailbox)["messages"].values():
            for mail in mails:
                if address in mail["To"]:
                    found: dict[str, Any] = mail
                    return found
        time.sleep(0.5)
    return pytest.fail(f"no mail to {address}")


def test_the_sweeper_does_its_round(running: Stack) -> None:
    functions = aws.client("lambda", running.deployed.port)
    [name] = [
        each["FunctionName"]
        for each in functions.list_functions()["Functions"]
        if "-Sweep-" in each["FunctionName"]
    ]
    answer = functions.invoke(FunctionName=name, Payload=json.dumps(SWEEP))
    assert "FunctionError" not in answer, answer["Payload"].read()


def test_no_function_was_denied_anything_or_fell_over(running: Stack) -> None:
    log = (running.state / "emulator.log").read_text("utf-8", "replace")
    for word in ("AccessDenied", "not authorized to perform", "Traceback"):
        assert word not in log
