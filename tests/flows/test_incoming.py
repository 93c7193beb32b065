"""Mails that people and machines send, each with what becomes of it written beside it.

`inbound/<name>.eml` is the mail as SES keeps it; `<name>.txt` the words that must come out, with a
line for each file that came with them, or `!` and why it is refused.
"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.flows.html_text import as_text
from chalicelib.flows.incoming import LARGEST, Incoming, read
from chalicelib.flows.quotations import own_words
from chalicelib.model.inbound import Refusal

MAILS = sorted((Path(__file__).parent / "inbound").glob("*.eml"))
OWN = ("bank.example", "reply.bank.example")


def told(result):
    """A result as the file beside a mail writes it."""
    if isinstance(result, Refusal):
        return f"! {result}"
    lines = [f"+ {each.name} {each.type} {each.content!r}" for each in result.files]
    return "\n".join([result.text] * bool(result.text) + lines)


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail.stem)
def test_a_mail_becomes_exactly_its_writers_words_or_is_refused(mail):
    assert told(read(mail.read_bytes(), OWN)) == mail.with_suffix(".txt").read_text().strip("\n")


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail.stem)
def test_the_ends_of_lines_as_smtp_has_them_change_nothing(mail):
    raw = mail.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    assert told(read(raw, OWN)) == mail.with_suffix(".txt").read_text().strip("\n")


def test_the_corpus_is_whole():
    assert len(MAILS) >= 40
    assert {mail.with_suffix(".txt") for mail in MAILS} == set(MAILS[0].parent.glob("*.txt"))


def mail(name="gmail-en"):
    return (MAILS[0].parent / f"{name}.eml").read_bytes()


def test_a_mail_that_comes_twice_has_one_name_and_another_has_another():
    first, again, other = read(mail(), OWN), read(mail(), OWN), read(mail("gmail-fr"), OWN)
    assert first.name == again.name != other.name
    assert len(first.name) == 40
    nameless = mail().replace(b"Message-ID:", b"X-Nothing:")
    assert read(nameless, OWN).name == read(nameless, OWN).name != first.name


def test_the_recipient_is_found_wherever_it_stands():
    raw = mail()
    (address,) = {each for each in read(raw, OWN).recipients if each.startswith("reply+")}
    to = f"To: {address}".encode()
    for line in (b"To: friends:;", b"To: undisclosed-recipients:;", b"Cc: x@example.org"):
        assert address in read(raw.replace(to, line), OWN).recipients


def test_what_is_too_large_is_not_even_read():
    assert read(mail() + b"x" * LARGEST, OWN) is Refusal.OVERSIZE


def test_a_line_that_never_ends_softly_is_read_in_one_pass():
    head = mail("apple-mac-flowed").partition(b"\n\n")[0]
    assert read(head + b"\n\n" + b"a \n" * 1_000_000, OWN) is Refusal.OVERSIZE
    assert read(head + b"\n\n" + b"a \n" * 100 + b"b\n", OWN).text == "a " * 100 + "b"
    joined = head.replace(b"delsp=no", b"delsp=yes") + b"\n\n" + b"a \n" * 3 + b"b\n-- \nme\n"
    assert read(joined, OWN).text == "aaab"


def test_more_than_a_person_writes_is_refused_whole():
    head = mail("long-text").partition(b"\n\n")[0]
    assert len(read(head + b"\n\n" + b"word " * 8_000, OWN).text) == 39_999
    assert read(head + b"\n\n" + b"word " * 8_001, OWN) is Refusal.OVERSIZE
    # What is quoted below does not count.
    quoted = head + b"\n\nYes.\n" + b"> quoted words\n" * 10_000
    assert read(quoted, OWN).text == "Yes."


@given(st.binary(max_size=3_000))
def test_nothing_that_arrives_is_a_failure(raw):
    assert isinstance(read(raw, OWN), Incoming | Refusal)
    assert isinstance(read(mail().partition(b"\n\n")[0] + b"\n" + raw, OWN), Incoming | Refusal)


@given(st.lists(st.sampled_from(["> a", "On 1.2.2026 b@c.d wrote:", "From: a", "To: b", "", "x"])))
def test_every_line_that_comes_out_was_written(lines):
    out = own_words("\n".join(lines)).split("\n")
    assert all(line in ["", *lines] for line in out)
    assert not any(line.startswith(">") for line in out)


HEAVY = {
    "one long line": "On " + "a " * 500_000,
    "lines that almost announce": "On 1.1.2026 wrote:\n" * 50_000,
    "heads that almost begin": "From: a\n\n" * 50_000,
    "spaces": " " * 1_000_000 + "x",
    "blank lines": "a\n" + "\n" * 500_000 + "b",
    "colons": ":" * 1_000_000,
    "rules": "-" * 1_000_000,
    "quotes": "> " * 500_000,
}


@pytest.mark.parametrize("text", HEAVY.values(), ids=HEAVY)
def test_a_hostile_text_is_read_in_one_pass(text):
    """A pass for each line, or each character, would take hours."""
    written = {line.strip() for line in text.split("\n")}
    assert {line.strip() for line in own_words(text).split("\n")} <= written | {""}


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000,
        "<a href=https://x>y" * 50_000 + "</a>" * 50_000,
        "<" * 100_000,
        "<b>x</b>" * 300_000,
        "<blockquote>x" * 50_000,
        "<p>x" * 200_000,
    ],
)
def test_html_without_end_is_still_read(html):
    assert isinstance(as_text(html), str)
