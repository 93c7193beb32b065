"""Hostile words: kept as they were written, answered as JSON, harmless in a mail."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from app import ring_short_alarm
from chalicelib.model.letter import LetterKind
from chalicelib.outbound.aws import client, once_client
from chalicelib.outbound.mime import mime
from tests.aws import REGION
from tests.letters import letter
from tests.web.front import event
from tests.world import PAGE

AT = datetime(2026, 11, 23, 11, tzinfo=UTC)
WORDS = {
    "C1 script": "<script>alert(1)</script>",
    "C1 image": '<img src=x onerror="alert(1)">',
    "C1 javascript": "javascript:alert(1)",
    "C1 svg": '"><svg/onload=alert(1)>',
    "C1 template": "{{7*7}} ${7*7} <%= 7*7 %> {site_name} %s",
    "C1 markdown": "[bank](javascript:alert(1)) ![x](https://evil.example/x.gif)",
    "C1 comment": "--> <!-- ]]> </textarea>",
    "C1 spreadsheet": '=HYPERLINK("https://evil.example")',
}
FLOW = {
    "name": "Late",
    "kind": "email_request",
    "status": "active",
    "delay_seconds": 60,
    "messages": {
        "unknown": {"request": "Your address?", "confirmation": "Thank you."},
        "known": {"information": "We write to {{email}}."},
    },
    "acknowledgement": {"enabled": True, "subject": "Hello {{visitor_name}}", "text": "{{7*7}}"},
}


def conversation(front, text, page=PAGE):
    front.staff("s1", "ada", action="presence", status="available")
    given = front.visitor("v1", **page)["pass"]
    front.visitor("v1", **{"action": "start", "client_id": "c1", "text": text, "pass": given})
    return front.heard("v1", "conversation")[0]


@pytest.mark.parametrize("row", WORDS)
def test_a_message_is_kept_as_it_was_written(front, row):
    text = WORDS[row]
    known = conversation(front, text)
    path = f"/v1/sites/bank/conversations/{known['conversation']}/messages"
    answer = front.rest("GET", path, user="ada")
    assert answer.document["items"][0]["text"] == text
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = front.visitor("v1", action="resume", token=known["token"], after=0)
    assert again["items"][0]["text"] == text
    assert front.ports.conversations.message("bank", known["conversation"], 1).text == text


@pytest.mark.parametrize("row", WORDS)
def test_a_page_and_its_browser_are_hostile_too(front, row):
    text = WORDS[row]
    page = {
        **PAGE,
        "title": text,
        "browser": text[:40],
        "os": text[:40],
        "url": f"https://bank.example/?q={text}",
        "previous_url": f"https://evil.example/{text}",
    }
    known = conversation(front, "Hello", page)
    shown = front.rest(
        "GET", f"/v1/sites/bank/conversations/{known['conversation']}", user="ada"
    ).document
    assert shown["page"] == {"url": page["url"], "title": text}


@pytest.mark.parametrize("row", WORDS)
def test_a_name_is_kept_as_it_was_written(front, row):
    text = WORDS[row]
    assert front.rest("PATCH", "/v1/me", {"display_name": text}, user="ada").status == 200
    assert front.rest("PATCH", "/v1/sites/bank", {"name": text}).document["name"] == text
    widget = front.rest("GET", "/v1/public/sites/bank/widget", user=None)
    assert widget.document["name"] == text
    known = conversation(front, "Hello")
    assert known["agent"]["name"] == text


@pytest.mark.parametrize("row", WORDS)
def test_a_mail_shows_words_and_runs_nothing(front, row):
    """The whole way: a hostile visitor, a hostile site name, an answer nobody saw, a mail."""
    text = WORDS[row]
    sent = []
    ses = once_client("sesv2", REGION)

    def note(params, **_):
        sent.append(params["Content"]["Raw"]["Data"])

    ses.meta.events.register("provide-client-params.sesv2.SendEmail", note)
    front.rest("PATCH", "/v1/sites/bank", {"name": text, "unseen_after_seconds": 0})
    known = conversation(front, text)
    front.visitor("v1", action="email", token=known["token"], address="zoe@home.example")
    front.rest(
        "POST",
        f"/v1/sites/bank/conversations/{known['conversation']}/messages",
        {"client_id": "a1", "text": text},
        user="ada",
    )
    ring(front)
    ses.meta.events.unregister("provide-client-params.sesv2.SendEmail", note)
    (raw,) = sent
    mail = message_from_bytes(raw, policy=policy.SMTP)
    plain, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert text in plain.replace("> ", "", 1)
    if "{{7*7}}" in text:
        assert "{{7*7}}" in plain and "{{7*7}}" in html
    for harmful in ("<script", "<img", "<svg", 'href="javascript', "</textarea", "<!--", "<%"):
        assert harmful not in html
    assert [each for each in re.findall(r"<(\w+)", html) if each not in TAGS] == []


TAGS = {"html", "head", "meta", "title", "body", "p", "blockquote", "br", "a"}


def ring(front):
    """Every short alarm that waits in the queue, until none is left."""
    sqs, queue = client("sqs", REGION), front.environment["ALARM_QUEUE_URL"]
    while found := sqs.receive_message(QueueUrl=queue, VisibilityTimeout=60).get("Messages"):
        for each in found:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=each["ReceiptHandle"])
            record = {**event("sqs")["Records"][0], "body": each["Body"]}
            ring_short_alarm({"Records": [record]}, None)


HOSTILE = {
    "C2 CRLF": "Hi\r\nBcc: evil@evil.example\r\n\r\n<b>body</b>",
    "C2 LF": "Hi\nX-Evil: 1",
    "C2 CR": "Hi\rX-Evil: 1",
    "C2 NUL": "Hi\x00there",
    "C2 U+2028": "Hi\u2028X-Evil: 1",
    "C2 NEL": "Hi\x85X-Evil: 1",
    "C2 encoded": "=?utf-8?q?Hi=0D=0ABcc:_evil=40evil.example?=",
    "C2 quotes": '"Hi" <evil@evil.example>, "',
    "C2 reordered": "Hi\u202eelpmaxe",
    "C2 long": "Hi " * 400,
    "C2 half a character": "Hi \ud800",
    "C2 other letters": "Ångström 銀行 😀",
    "C2 nothing": "",
}
HEADERS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "In-Reply-To",
    "References",
    "MIME-Version",
    "Content-Type",
}


def mail_with(**parts):
    """A mail to Zoe of which some parts are as given."""
    kind = LetterKind.UNSEEN_REPLY
    sent = letter(AT, kind=kind, text="Hello\n", address="zoe@home.example", **parts)
    return mime(sent, "help@vestibule.example")


@pytest.mark.parametrize("place", ["sender_name", "subject"])
@pytest.mark.parametrize("row", HOSTILE)
def test_a_mail_has_exactly_the_headers_it_should(row, place):
    raw = mail_with(**{place: HOSTILE[row]})
    mail = message_from_bytes(raw, policy=policy.SMTP)
    assert set(mail.keys()) == HEADERS and len(mail.keys()) == len(HEADERS)
    assert mail.defects == [] and raw.isascii() and b"\x00" not in raw
    assert [each.addr_spec for each in mail["To"].addresses] == ["zoe@home.example"]
    assert [each.addr_spec for each in mail["From"].addresses] == ["help@vestibule.example"]
    assert mail.get_body(("plain",)).get_content().strip() == "Hello"
    head = raw.split(b"\r\n\r\n")[0].decode()
    assert all(len(line) <= 998 for line in head.split("\r\n"))


def test_c2_a_good_name_is_read_as_it_was_written():
    raw = mail_with(sender_name='Ångström, "Bank"', subject="Réponse 😀")
    mail = message_from_bytes(raw, policy=policy.SMTP)
    assert mail["From"].addresses[0].display_name == 'Ångström, "Bank"'
    assert mail["Subject"] == "Réponse 😀"


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "https://bank.example.evil.example", "*"]
)
def test_c13_another_page_reads_nothing(front, origin):
    for path, user in (("/v1/public/sites/bank/widget", None), ("/v1/me", "root")):
        answer = front.rest("GET", path, user=user, headers={"Origin": origin})
        assert answer.status == 200
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_c17_the_widget_of_the_site_s_own_page_may_read_its_configuration(front):
    headers = {"Origin": "https://bank.example"}
    answer = front.rest("GET", "/v1/public/sites/bank/widget", user=None, headers=headers)
    assert answer.headers["Access-Control-Allow-Origin"] == "https://bank.example"
    assert answer.headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    foreign = front.rest("GET", "/v1/public/sites/nowhere/widget", user=None, headers=headers)
    assert (foreign.status, foreign.code) == (404, "not_found")


@pytest.mark.parametrize("name", ["image", "avatar"])
@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//evil.example/x",
        "https://a b",
        'https://x"onload="y',
        "https://\nevil.example",
        "https:evil",
        "gopher://x",
    ],
)
def test_c9_an_address_that_pages_load_is_of_the_web(front, name, address):
    if name == "image":
        body = {"name": "x", "image": address}
        answer = front.rest("POST", "/v1/sites/bank/notifications", body)
    else:
        answer = front.rest("PUT", "/v1/sites/bank/chatbox", {"avatar": address})
    assert answer.status == 422


@pytest.mark.parametrize("field", ["webhook", "avatar_url", "callback", "redirect"])
def test_c10_there_is_no_address_that_we_would_fetch(front, field):
    address = "http://169.254.169.254/latest/meta-data"
    for path in ("/v1/sites/bank", "/v1/users/ada"):
        answer = front.rest("PATCH", path, {field: address})
        assert (answer.status, answer.code) == (422, "unknown_field")


@pytest.mark.parametrize("pattern", [r"^(\w+\s?)*$", "(a{1000}){1000}", "(?=a)(?<!b)", r"(a)\1"])
def test_c7_a_pattern_is_a_text_to_look_for_and_no_regular_expression(front, pattern):
    for operator, status in (("matches", 422), ("contains", 201)):
        when = {"fact": "page.url", "is": operator, "value": pattern}
        body = {"name": f"{operator}", "when": when}
        assert front.rest("POST", "/v1/sites/bank/segments", body).status == status
        front.rest("DELETE", "/v1/sites/bank/segments/none")


def test_c12_what_people_write_is_in_no_log(front, caplog):
    known = conversation(front, "a secret word\r\nlevel=ERROR forged")
    front.visitor("v1", action="email", token=known["token"], address="zoe@home.example")
    front.visitor("v1", action="message", token=known["token"], client_id="c9", text=["secret"])
    given = front.rest("POST", "/v1/sockets/tickets", {"site": "bank"}, user="ada")
    front.handshake({"ticket": given.document["ticket"]}, {})
    assert len(caplog.records) >= 5
    logged = "\n".join(str(vars(each)) for each in caplog.records)
    secrets = ("secret word", "forged", "zoe@home", given.document["ticket"], known["token"], "eyJ")
    assert [each for each in secrets if each in logged] == []
