"""The bytes of a mail: exactly the headers we mean, whatever anybody called themselves."""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.flows.email_template import TemplateName, words
from chalicelib.flows.letters import LONGEST_HEADER, Quoted, conversation_mail
from chalicelib.model.hours import zone
from chalicelib.model.letter import LetterKind
from chalicelib.outbound.mime import mime
from tests.letters import letter

WHEN = datetime(2026, 11, 23, 11, tzinfo=UTC)
SENDER = "hello@bank.example"
CONVERSATION = "9fS0_-aZ3kQ7bX1yTt0Lmw"
REPLY = f"reply+{'a' * 55}@reply.a-rather-long-name-of-a-domain.example"
LINK = f"https://abc.execute-api.eu-west-1.amazonaws.com/api/v1/unsubscribe?token={'x' * 200}"
ALWAYS = ["From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References"]
HEADERS = [*ALWAYS, "Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post"]
MIME = ["MIME-Version", "Content-Type"]

HOSTILE = {
    "CR LF and a header": "Bank\r\nBcc: victim@example.com",
    "LF and a body": "Bank\n\nfirst line of a body",
    "CR alone": "Bank\rBcc: victim@example.com",
    "NUL": "Ba\x00nk",
    "other control characters": "Ba\x1b\x0b\x0c\x85nk",
    "U+2028": "Bank\u2028Bcc: victim@example.com",
    "U+2029": "Bank\u2029Bcc: victim@example.com",
    "right to left": "\u202eknaB \u2067x",
    "half a character": "Ba\ud83dnk",
    "500 characters": "Bänk " * 100,
    "500 without a space": "B" * 500,
    "500 of another alphabet": "銀" * 500,
    "an encoded word": "=?utf-8?q?Bank=0D=0ABcc=3A_victim=40example.com?=",
    "half an encoded word": "=?utf-8?b?QmFuaw==",
    "an address": "victim@example.com",
    "an address in brackets": "Bank <victim@example.com>",
    "quotes": 'The "Bank", <of> (all) \\ banks;',
    "a comma": "victim@example.com, Bank",
    "emoji": "Bank 🏦 👨‍👩‍👧",
    "a letter of Hebrew": "בנק לינדן",
    "nothing": "",
    "spaces": "   ",
}


def reply(name="Linden Bank", subject="You have a reply", **more):
    """What a visitor is sent who has not seen an answer."""
    fields = {
        "id": f"{CONVERSATION}-12",
        "conversation": CONVERSATION,
        "kind": LetterKind.UNSEEN_REPLY,
        "sender_name": name,
        "subject": subject,
        "reply_to": REPLY,
    }
    return letter(WHEN, **{**fields, **more})


def parsed(raw):
    return message_from_bytes(raw, policy=default)


def heads(raw):
    """The names in a mail's head, read without any library."""
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii")
    assert "\r\n" in head and not re.search(r"[^\r]\n|\r[^\n]|\x00", head)
    return [line.partition(":")[0] for line in head.split("\r\n") if line[0] not in " \t"]


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("part", ["name", "subject"])
def test_a_hostile_name_or_subject_is_one_header_and_adds_none(part, words):
    raw = mime(reply(**{part: words}), SENDER, LINK)
    assert heads(raw) == [*HEADERS, *MIME]
    mail = parsed(raw)
    assert [address.addr_spec for address in mail["From"].addresses] == [SENDER]
    assert [address.addr_spec for address in mail["To"].addresses] == ["grace@example.com"]
    assert [address.addr_spec for address in mail["Reply-To"].addresses] == [REPLY]
    assert mail["Bcc"] is None
    shown = mail["Subject"] if part == "subject" else mail["From"].addresses[0].display_name
    # The library's reader puts a space between two encoded words of a name, where none was.
    assert len(shown.replace(" ", "")) <= LONGEST_HEADER
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", shown)
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


@pytest.mark.parametrize("words", ["emoji", "a letter of Hebrew", "quotes", "a comma"])
def test_an_honest_name_arrives_as_it_was_written(words):
    mail = parsed(mime(reply(HOSTILE[words], HOSTILE[words]), SENDER, LINK))
    assert mail["From"].addresses[0].display_name == HOSTILE[words]
    assert str(mail["Subject"]) == HOSTILE[words]


def test_the_headers_that_programs_read_are_whole():
    raw = mime(reply(), SENDER, LINK)
    lines = raw.decode().split("\r\n")
    assert f"List-Unsubscribe: <{LINK}>" in lines
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    assert "Message-ID: <9fS0_-aZ3kQ7bX1yTt0Lmw-12@bank.example>" in lines
    thread = "<conversation-9fS0_-aZ3kQ7bX1yTt0Lmw@bank.example>"
    assert f"In-Reply-To: {thread}" in lines and f"References: {thread}" in lines
    assert "Date: Mon, 23 Nov 2026 11:00:00 +0000" in lines
    assert "Auto-Submitted: auto-generated" in lines


def test_a_long_domain_breaks_no_thread():
    domain = f"{'a' * 60}.{'b' * 60}.example"
    lines = mime(reply(), f"hello@{domain}", LINK).decode().split("\r\n")
    thread = f"<conversation-9fS0_-aZ3kQ7bX1yTt0Lmw@{domain}>"
    assert f"In-Reply-To: {thread}" in lines and f"References: {thread}" in lines
    assert f"Message-ID: <9fS0_-aZ3kQ7bX1yTt0Lmw-12@{domain}>" in lines


def test_what_was_asked_for_has_no_way_out_and_a_deployment_without_replies_no_reply_to():
    raw = mime(reply(kind=LetterKind.TRANSCRIPT, reply_to=None), SENDER, None)
    without = {"Reply-To", "List-Unsubscribe", "List-Unsubscribe-Post"}
    assert heads(raw) == [name for name in [*HEADERS, *MIME] if name not in without]


def test_all_letters_of_a_conversation_are_one_thread_and_each_has_its_own_name():
    first, second = (parsed(mime(reply(id=id), SENDER)) for id in ("one", "two"))
    assert first["Message-ID"] != second["Message-ID"]
    assert first["References"] == second["References"] == first["In-Reply-To"]


@pytest.mark.parametrize("words_", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("name", TemplateName)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_template_survives_hostile_words(name, language, words_):
    draft = conversation_mail(
        words(None, name, language),
        [Quoted(words_, words_, WHEN)],
        language=language,
        variables=dict.fromkeys(("site_name", "agent_name", "visitor_name", "email"), words_),
        zone=zone("Europe/Paris", "zone"),
        link="https://bank.example/#vestibule=x",
    )
    sent = reply(words_, draft.subject, text=draft.text, html=draft.html)
    raw = mime(sent, SENDER, LINK)
    assert heads(raw) == [*HEADERS, *MIME]
    mail = parsed(raw)
    assert mail.get_content_type() == "multipart/alternative"
    plain, html = mail.iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert plain.get_content().replace("\r\n", "\n") == draft.text
    assert html.get_content().replace("\r\n", "\n") == draft.html
    raw.decode("ascii")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_no_words_at_all_add_a_header(name, subject):
    raw = mime(reply(name, subject), SENDER, LINK)
    assert heads(raw) == [*HEADERS, *MIME]
    assert len(parsed(raw)["From"].addresses) == 1
