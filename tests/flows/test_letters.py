"""Mails to visitors: their words, and what hostile words become."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.flows.email_request import EmailRequest
from chalicelib.flows.email_template import TemplateName, words
from chalicelib.flows.kinds import parse
from chalicelib.flows.letters import (
    Draft,
    Quoted,
    acknowledgement,
    conversation_mail,
    header,
    information,
)
from chalicelib.flows.wording import WORDINGS, wording
from chalicelib.model.hours import zone

PARIS = zone("Europe/Paris", "time_zone")
LINK = "https://bank.example/?vestibule=abc&x=1"
WHEN = datetime(2026, 12, 25, 13, 5, tzinfo=UTC)

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "[click](javascript:alert(1))",
    "{{7*7}}",
    "{{email}}",
    "a\r\nBcc: victim@example.com",
    "a\u2028b\u2029c",
    "a\x00b\x1bc",
    "a\ud800b",
    "a\u202eb",
    "&amp;&#60;",
]


def flow(**acknowledged: Any) -> EmailRequest:
    words = {
        "unknown": {"request": "a", "confirmation": "b"},
        "known": {
            "information": {"en": "We will write to {{email}}.", "fr": "Nous écrirons à {{email}}."}
        },
    }
    document = {
        "id": "f",
        "name": "F",
        "kind": "email_request",
        "status": "active",
        "delay_seconds": 25,
        "messages": words,
        "acknowledgement": {
            "enabled": True,
            "subject": {"en": "Thank you {{visitor_name}}", "fr": "Merci {{visitor_name}}"},
            "text": {"en": "Hello {{visitor_name}},\n\n{{site_name}} will answer.", "fr": "Salut"},
            **acknowledged,
        },
    }
    return parse(document, "flow", ("en", "fr"))


def unseen_reply(messages: list[Quoted], *, language: str, site_name: str, **more: Any) -> Draft:
    ours = words(None, TemplateName.UNSEEN_REPLY, language)
    variables = {"site_name": site_name}
    return conversation_mail(ours, messages, language=language, variables=variables, **more)


class Page(HTMLParser):
    """What a mail reader sees of the HTML: its tags, its addresses, its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str | None] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += data


def acknowledged(name: str = "Ada", language: str | None = "en", **more: Any) -> Draft:
    variables = {"visitor_name": name, "site_name": "The Bank", "email": "ada@x.example"}
    return acknowledgement(flow(), language=language, fallback="en", variables=variables, **more)


def test_an_acknowledgement_speaks_the_flows_words() -> None:
    draft = acknowledged(link=LINK)
    assert draft.subject == "Thank you Ada"
    assert draft.text == (
        f"Hello Ada,\n\nThe Bank will answer.\n\nContinue the conversation:\n{LINK}\n"
    )
    page = Page(draft.html)
    assert "Hello Ada,\n\nThe Bank will answer." in page.text
    assert page.links == [LINK]


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("fr", "Merci Ada"),
        ("fr-CA", "Merci Ada"),
        ("de", "Thank you Ada"),
        (None, "Thank you Ada"),
    ],
)
def test_a_letter_is_in_the_visitors_language(language: str | None, subject: str) -> None:
    assert acknowledged(language=language).subject == subject


def test_without_a_link_no_link_is_offered() -> None:
    assert Page(acknowledged().html).links == []
    assert "Continue" not in acknowledged().text


def test_a_link_cannot_leave_its_attribute() -> None:
    link = 'https://bank.example/?a="onmouseover=alert(1)&lt=<b>'
    page = Page(acknowledged(link=link).html)
    assert page.links == [link]
    assert "b" not in page.tags


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://a.example/\nx", "ftp:x"],
)
def test_a_link_that_is_no_web_address_is_left_out(link: str) -> None:
    draft = acknowledged(link=link)
    assert draft == acknowledged()


def test_a_known_address_is_told_by_mail_what_the_box_would_have_said() -> None:
    draft = information(
        flow(),
        language="fr",
        fallback="en",
        variables={"email": "ada@x.example", "site_name": "La Banque"},
    )
    assert draft.subject == "Votre conversation avec La Banque"
    assert draft.text == "Nous écrirons à ada@x.example.\n"


REPLIES = (
    Quoted("Grace", "Good afternoon!\nThe rate is 3 %.", WHEN),
    Quoted("Grace", "Are you there?", WHEN.replace(minute=59, hour=22)),
)


def test_an_unseen_reply_quotes_every_message_with_its_local_time() -> None:
    draft = unseen_reply(REPLIES, language="en", site_name="The Bank", zone=PARIS, link=LINK)
    assert draft.subject == "You have a reply from The Bank"
    assert draft.text == (
        "You were away when The Bank answered. Here is what you missed:\n\n"
        "Grace, 25 December 2026, 14:05\n> Good afternoon!\n> The rate is 3 %.\n\n"
        "Grace, 25 December 2026, 23:59\n> Are you there?\n\n"
        f"Continue the conversation:\n{LINK}\n"
    )
    page = Page(draft.html)
    for each in ("Grace, 25 December 2026, 14:05", "The rate is 3 %.", "Are you there?"):
        assert each in page.text
    assert page.links == [LINK]


def test_an_unseen_reply_in_french() -> None:
    draft = unseen_reply(REPLIES, language="fr-CA", site_name="La Banque", zone=PARIS)
    assert draft.subject == "Vous avez une réponse de La Banque"
    assert "Grace, 25 décembre 2026 à 14:05" in draft.text
    assert '<html lang="fr-CA">' in draft.html


def test_a_language_we_do_not_speak_gets_english() -> None:
    assert wording("sv") is WORDINGS["en"]


@pytest.mark.parametrize("language", WORDINGS)
def test_each_wording_is_complete(language: str) -> None:
    words = WORDINGS[language]
    assert len(words.months) == 12
    moments = {
        unseen_reply(
            [Quoted("G", "x", WHEN.replace(month=month))],
            language=language,
            site_name="Bank",
            zone=PARIS,
        ).text
        for month in range(1, 13)
    }
    assert len(moments) == 12
    assert all("2026" in each and "{" not in each for each in moments)


@pytest.mark.parametrize("words", HOSTILE, ids=ascii)
def test_hostile_words_stay_words(words: str) -> None:
    draft = unseen_reply(
        [Quoted(words, words, WHEN)], language="en", site_name=words, zone=PARIS, link=LINK
    )
    for each in (draft, acknowledged(words, link=LINK)):
        page = Page(each.html)
        allowed = {"html", "head", "meta", "title", "body", "p", "br", "a", "blockquote"}
        assert page.tags <= allowed
        assert page.attributes <= {"lang", "charset", "style", "dir", "href"}
        assert page.links == [LINK]
        assert not any(mark in each.text + each.html for mark in "\x00\x1b\r\u2028\u2029\u202e")
        each.html.encode()
        each.text.encode()


@pytest.mark.parametrize("words", ["{{7*7}}", "{{email}}", "<b>&amp;</b>"])
def test_what_a_visitor_wrote_is_shown_as_it_was_written(words: str) -> None:
    draft = acknowledged(words)
    assert draft.subject == f"Thank you {words}"
    assert f"Hello {words},\n" in draft.text
    assert f"Hello {words}," in Page(draft.html).text


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("The Bank", "The Bank"),
        ("  The \t Bank\n", "The Bank"),
        ("a\r\nBcc: x@y.example", "a Bcc: x@y.example"),
        ("a\x00b", "a b"),
        ("a\u2028b\u2029c", "a b c"),
        ("a\u202eb", "a b"),
        ("a\ud800b", "a b"),
        ("Crédit & Cie — 貸付", "Crédit & Cie — 貸付"),
        ("x" * 500, "x" * 200),
        ("", ""),
    ],
)
def test_a_header_is_one_clean_line(value: str, kept: str) -> None:
    assert header(value) == kept


@given(st.text(alphabet=st.characters(codec=None)))
def test_any_subject_makes_exactly_one_header(text: str) -> None:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = header(text)
    message.set_content("x")
    head, _, _ = message.as_bytes().partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.startswith(b" ")]
    assert [line.split(b":")[0] for line in lines] == [
        b"Subject",
        b"Content-Type",
        b"Content-Transfer-Encoding",
        b"MIME-Version",
    ]
