"""Is the demonstration site whole, and is it loaded the way an admin would do it?"""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from chalicelib.playbook import playbook
from local import demo
from local.demo import Demo, Loader
from local.rest import RefusedError

ORIGIN = "http://127.0.0.1:4566"


@pytest.fixture(scope="module")
def bank() -> Demo:
    return demo.read()


def as_playbook(bank: Demo) -> playbook.Playbook:
    document = {
        name: part for name, part in bank.document.items() if name not in ("users", "password")
    }
    return playbook.parse(document, 1)


def test_the_bank_is_a_playbook_without_fault(bank: Demo) -> None:
    found = as_playbook(bank)
    assert (len(found.email_requests), len(found.estimated_waits)) == (2, 1)
    assert len(found.groups) == 3
    assert len(found.targeting_rules) == 4
    assert len(found.campaigns) == 2
    assert found.site.languages == ("en", "fr")


def test_the_two_requests_are_those_of_the_worked_example(bank: Demo) -> None:
    requests = as_playbook(bank).email_requests.values()
    waits = {flow.criteria.hours: flow.delay_seconds for flow in requests}
    assert waits["closed"] == 25
    assert waits["open"] >= 120


def test_there_are_three_agents_a_manager_and_an_admin(bank: Demo) -> None:
    roles = [account.role for account in bank.accounts]
    assert sorted(roles) == ["admin", "agent", "agent", "agent", "manager"]
    assert roles[0] == "admin"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_everything_a_visitor_reads_is_in_both_languages(bank: Demo, language: str) -> None:
    assert language in bank.document["chatbox"]["texts"]
    for notification in bank.document["notifications"]:
        assert language in notification["texts"]
    for flow in bank.document["flows"]:
        words = json.dumps(flow)
        assert f'"{language}"' in words


class Recorder(BaseHTTPRequestHandler):
    """An API that says yes to everything, and keeps what it was asked."""

    asked: ClassVar[list[tuple[str, str, Any]]] = []
    answers: ClassVar[dict[tuple[str, str], int]] = {}

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Recorder.asked.append((self.command, self.path, body))
        status = Recorder.answers.get((self.command, self.path), 200)
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_PUT = do_PATCH = do_POST

    def log_message(self, *_: object) -> None:
        """Tests say nothing on the terminal."""


@pytest.fixture
def api() -> Iterator[str]:
    Recorder.asked.clear()
    Recorder.answers.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def created(name: str) -> list[str]:
    return [body["id"] for way, path, body in Recorder.asked if way == "POST" and path == name]


def test_loading_creates_every_resource_over_rest(bank: Demo, api: str) -> None:
    Loader(api, "token").load(bank.document, ORIGIN)
    assert created("/sites") == ["bank"]
    assert created("/users") == ["marc", "ada", "ben", "chloe"]
    assert created("/sites/bank/flows") == ["open-hours", "closed-hours", "how-long"]
    assert len(created("/sites/bank/targeting-rules")) == 4
    paths = [path for _way, path, _body in Recorder.asked]
    assert paths[-2:] == [
        "/sites/bank/campaigns/service/activate",
        "/sites/bank/campaigns/spring-loans/activate",
    ]


def test_the_site_allows_the_origin_that_its_page_has_here(bank: Demo, api: str) -> None:
    Loader(api, "token").load(bank.document, ORIGIN)
    [site] = [body for _way, path, body in Recorder.asked if path == "/sites"]
    assert site["origins"] == [ORIGIN]


def test_what_a_former_try_made_is_kept(bank: Demo, api: str) -> None:
    Recorder.answers[("POST", "/sites")] = 409
    Recorder.answers[("POST", "/users")] = 409
    Loader(api, "token").load(bank.document, ORIGIN)
    assert len(created("/sites/bank/groups")) == 3


def test_a_refused_resource_stops_the_loading_and_is_named(bank: Demo, api: str) -> None:
    Recorder.answers[("POST", "/sites/bank/groups")] = 422
    with pytest.raises(RefusedError, match="/sites/bank/groups was answered 422"):
        Loader(api, "token").load(bank.document, ORIGIN)


def test_every_page_of_the_bank_carries_the_snippet() -> None:
    pages = sorted((Path(demo.__file__).parent / "demo" / "bank").glob("*.html"))
    assert len(pages) == 4
    snippet = (
        '<script async fetchpriority="low" src="{{pages}}/widget/vestibule.js" '
        'data-site="{{site}}" data-api="{{rest}}"></script>'
    )
    for page in pages:
        assert snippet in page.read_text("utf-8"), page.name
