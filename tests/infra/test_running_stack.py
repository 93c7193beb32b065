"""Does the whole stack come up, know everybody, stop cleanly, and come back as it was?"""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from local import aws, rest, stack
from local.stack import Stack

pytestmark = pytest.mark.stack

KEYS = {"rest", "socket", "cognito", "mailbox", "shop", "staff", "site", "accounts"}


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stack")


@pytest.fixture(scope="module")
def running(state: Path) -> Iterator[Stack]:
    made = stack.start(stack.free_port(), state)
    yield made
    stack.stop(made)


def read(url: str) -> str:
    with urllib.request.urlopen(url) as answer:
        text: str = answer.read().decode()
        return text


def test_scripts_find_what_they_need_in_one_file(running: Stack, state: Path) -> None:
    document = json.loads((state / "stack.json").read_text("utf-8"))
    assert set(document) == KEYS
    assert set(document["cognito"]) == {"endpoint", "pool", "client"}
    assert all(set(each) == {"email", "password", "role"} for each in document["accounts"])
    assert document["rest"].endswith("/v1")


@pytest.mark.parametrize("page", ["shop", "staff"])
def test_the_pages_are_there(running: Stack, page: str) -> None:
    assert "<html" in read(running.document[page])


def test_the_shop_loads_the_widget_of_this_stack(running: Stack) -> None:
    shop = read(running.document["shop"])
    assert "{{" not in shop
    assert f'data-api="{running.document["rest"]}"' in shop
    script = shop.split('src="')[1].split('"')[0]
    assert read(script)


def test_the_staff_page_is_told_where_to_sign_in(running: Stack) -> None:
    document = running.document
    configuration = json.loads(read(document["staff"].replace("index.html", "config.json")))
    assert configuration == {key: document[key] for key in ("rest", "cognito", "site")}


def test_everybody_can_sign_in_and_is_who_the_list_says(running: Stack) -> None:
    document = running.document
    for account in document["accounts"]:
        token = rest.sign_in(
            document["cognito"]["endpoint"],
            document["cognito"]["client"],
            account["email"],
            account["password"],
        )
        me = rest.call("GET", f"{document['rest']}/me", token=token)
        assert (me["email"], me["role"]) == (account["email"], account["role"])


def test_a_visitor_may_connect_from_the_shop_only(running: Stack) -> None:
    url = f"{running.document['socket']}?site={running.document['site']}"
    with connect(url, origin=Origin(running.deployed.endpoint), proxy=None) as socket:
        socket.send('{"action": "ping", "id": "1"}')
        assert json.loads(socket.recv(timeout=20))["type"] == "pong"
    with pytest.raises(InvalidStatus):
        connect(url, origin=Origin("https://elsewhere.example"), proxy=None)


def test_what_the_emulator_left_out_is_only_what_it_does_not_know(running: Stack) -> None:
    assert running.deployed.dropped == (
        "ConnectIntegrationResponse",
        "ConnectRouteResponse",
        "MailRule",
        "MailRules",
        "MessageRouteResponse",
    )


def test_a_second_run_has_kept_its_data_and_changes_nothing(state: Path) -> None:
    fresh = state / "again"
    first = stack.start(stack.free_port(), fresh)
    addresses = first.document["accounts"]
    port, table = first.deployed.port, first.deployed.table
    before = aws.client("dynamodb", port).scan(TableName=table, Select="COUNT")["Count"]
    stack.stop(first)
    assert not (fresh / "stack.json").exists()
    second = stack.start(port, fresh)
    try:
        after = aws.client("dynamodb", port).scan(TableName=table, Select="COUNT")["Count"]
        assert not second.deployed.changed
        assert second.document["accounts"] == addresses
        assert after >= before > 0
    finally:
        stack.stop(second)
    with pytest.raises((urllib.error.URLError, OSError)):
        read(second.document["shop"])
