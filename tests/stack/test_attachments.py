"""Do files go straight to the bucket of the packaged stack, and come back from it?"""

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.shelf import PDF, PNG
from tests.stack.sites import Place, Visitor

pytestmark = pytest.mark.stack

BOUNDARY = "----what-a-browser-puts-between"


def post(form: dict[str, Any], content: bytes, **changes: str) -> int:
    """Post a file as a browser does; the status."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in {**form["fields"], **changes}.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
    body = b"".join([*parts, head.encode(), content, f"\r\n--{BOUNDARY}--\r\n".encode()])
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    request = urllib.request.Request(form["url"], body, {"Content-Type": kind}, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def announced(visitor: Visitor, name: str, type: str, content: bytes) -> dict[str, Any]:
    form = visitor.line.ask("attach", token=visitor.token, name=name, type=type, size=len(content))
    assert form["type"] == "upload", form
    return form


def test_files_of_both_sides_are_posted_sent_and_read(place: Place) -> None:
    agent, _ = place.agents
    agent.arrive()
    visitor = place.visitor()
    visitor.start("Look at this")
    view = agent.assigned()

    form = announced(visitor, "Café.pdf", "application/pdf", PDF)
    assert post(form, PDF) == 204
    words = {"client_id": "f1", "text": "", "attachments": [form["attachment"]]}
    number = visitor.line.ask("message", token=visitor.token, **words)["number"]
    [heard] = agent.ear.hear("message", number=number)["attachments"]
    assert (heard["name"], heard["size"]) == ("Café.pdf", len(PDF))
    path = f"{place.path}/conversations/{view['id']}"
    read = f"{path}/messages/{number}/attachments/{heard['id']}"
    link = place.live.call("GET", read, token=agent.token)
    with urllib.request.urlopen(link["url"], timeout=20) as answer:
        assert answer.read() == PDF
        assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''Caf")
        assert answer.headers["Content-Type"] == "application/pdf"

    declared = {"name": "plan.png", "type": "image/png", "size": len(PNG)}
    form = place.live.call("POST", f"{path}/attachments", declared, token=agent.token)
    assert post(form, PNG) == 204
    words = {"client_id": "f2", "text": "Here", "attachments": [form["attachment"]]}
    sent = place.live.call("POST", f"{path}/messages", words, token=agent.token)
    [heard] = visitor.line.hear("message", number=sent["number"])["attachments"]
    asked = {"number": sent["number"], "attachment": heard["id"]}
    link = visitor.line.ask("download", token=visitor.token, **asked)
    with urllib.request.urlopen(link["url"], timeout=20) as answer:
        assert answer.read() == PNG
        assert answer.headers["Content-Disposition"].startswith("inline")


def test_the_bucket_takes_nothing_but_what_was_announced(place: Place) -> None:
    agent, _ = place.agents
    agent.arrive()
    visitor = place.visitor()
    visitor.start("Look at this")
    form = announced(visitor, "a.png", "image/png", PNG)
    assert post(form, PNG + b"more") in (400, 403)
    assert post(form, PNG[:-1]) in (400, 403)
    assert post(form, PNG, **{"Content-Type": "text/html"}) == 403
    assert post(form, PNG, key=form["fields"]["key"].replace(form["attachment"], "other")) == 403
    assert post(form, PNG, **{"x-amz-meta-by": "agent"}) == 403
    words = {"client_id": "f1", "text": "", "attachments": [form["attachment"]]}
    refused = visitor.line.ask("message", token=visitor.token, **words)
    assert (refused["type"], refused["code"]) == ("error", "unknown_attachment"), json.dumps(
        refused
    )
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(f"{form['url'].rstrip('/')}/{form['fields']['key']}", timeout=20)
