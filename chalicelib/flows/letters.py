"""What does a mail to a visitor say, as text and as HTML?

Strings only: addresses, headers and sending are not known here. Every word that somebody else
wrote is escaped in the HTML and cannot break a line of a header.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.flows.email_request import EmailRequest
from chalicelib.flows.email_template import Words
from chalicelib.flows.templates import fill, in_language
from chalicelib.flows.wording import Wording, wording
from chalicelib.model.conversation import AuthorKind, Message
from chalicelib.model.reading import BIDIRECTIONAL

LONGEST_HEADER: Final = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail's own words."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """One message of the conversation, as a mail repeats it."""

    author: str
    text: str
    sent_at: datetime


def quoted(messages: Iterable[Message], language: str = "") -> list[Quoted]:
    """Messages as a mail repeats them; the visitor's own words are theirs."""
    you = wording(language).you
    return [
        Quoted(
            you if each.author.kind is AuthorKind.VISITOR else each.author.name,
            _written(each),
            each.sent_at,
        )
        for each in messages
    ]


def _written(message: Message) -> str:
    """The words, and the names of the files: the files themselves stay where rights are asked."""
    names = (f"\N{PAPERCLIP} {each.name}" for each in message.attachments)
    return "\n".join(filter(None, (message.text, *names)))


def acknowledgement(
    flow: EmailRequest,
    *,
    language: str | None,
    fallback: str,
    variables: Mapping[str, str],
    link: str | None = None,
) -> Draft:
    """The mail that confirms the address, in the flow's own words."""
    subject = fill(in_language(flow.acknowledgement.subject, language, fallback), variables)
    body = fill(in_language(flow.acknowledgement.text, language, fallback), variables)
    return _draft(subject, [_Part(body)], language or fallback, link)


def information(
    flow: EmailRequest,
    *,
    language: str | None,
    fallback: str,
    variables: Mapping[str, str],
    link: str | None = None,
) -> Draft:
    """What the box would have said of a known address, for a visitor who has left."""
    subject = fill(wording(language or fallback).information, variables)
    body = fill(in_language(flow.messages.information, language, fallback), variables)
    return _draft(subject, [_Part(body)], language or fallback, link)


def conversation_mail(
    words: Words,
    messages: Sequence[Quoted],
    *,
    language: str,
    variables: Mapping[str, str],
    zone: ZoneInfo,
    link: str | None = None,
) -> Draft:
    """Some words, then messages of the conversation, if any, with their times in `zone`."""
    ours = wording(language)
    parts = [_Part(fill(words.text, variables))]
    for each in messages:
        parts.append(_Part(each.text, f"{each.author}, {_moment(each.sent_at, zone, ours)}"))
    return _draft(fill(words.subject, variables), parts, language, link)


def header(value: str) -> str:
    """A value as one header may carry it: one line, nothing that hides or reorders, cut short."""
    kept = (" " if _breaks_a_line(each) else each for each in value)
    line = re.sub(r"\s+", " ", "".join(kept))
    # Python would decode an encoded word, and what was hidden in it would become lines of the head.
    return line.replace("=?", "= ?").strip()[:LONGEST_HEADER].strip()


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of the body; with a title it is a quotation."""

    body: str
    title: str = ""


def _draft(subject: str, parts: Sequence[_Part], language: str, link: str | None) -> Draft:
    subject = header(subject)
    parts = [_Part(_body(part.body), header(part.title)) for part in parts]
    label = wording(language).link
    href = link if link and _is_web_address(link) else None
    text = [_as_text(part) for part in parts]
    html = [_as_html(part) for part in parts]
    if href:
        text.append(f"{label}:\n{href}")
        html.append(f'<p><a href="{escape(href)}">{escape(label)}</a></p>')
    return Draft(subject, "\n\n".join(text) + "\n", _page(subject, html, language))


def _as_text(part: _Part) -> str:
    if not part.title:
        return part.body
    quoted = "\n".join(f"> {line}".rstrip() for line in part.body.split("\n"))
    return f"{part.title}\n{quoted}"


def _as_html(part: _Part) -> str:
    body = escape(part.body).replace("\n", "<br>\n")
    if not part.title:
        return f'<p dir="auto">{body}</p>'
    quotation = "margin:0 0 16px;padding:0 0 0 12px;border-left:3px solid #ccc"
    return (
        f'<p style="margin:0 0 4px;color:#555">{escape(part.title)}</p>\n'
        f'<blockquote dir="auto" style="{quotation}">{body}</blockquote>'
    )


def _page(title: str, pieces: Sequence[str], language: str) -> str:
    body = "\n".join(pieces)
    style = "font-family:sans-serif;font-size:16px;line-height:1.5;max-width:600px"
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head><meta charset="utf-8">'
        f'<title>{escape(title)}</title></head>\n<body style="{style}">\n{body}\n</body>\n</html>\n'
    )


def _moment(at: datetime, zone: ZoneInfo, words: Wording) -> str:
    local = at.astimezone(zone)
    return words.moment.format(
        day=local.day,
        month=words.months[local.month - 1],
        year=local.year,
        time=f"{local:%H:%M}",
    )


def _body(text: str) -> str:
    lines = re.sub("\r\n|[\r\u2028\u2029]", "\n", text)
    kept = (each for each in lines if each in "\n\t" or not _breaks_a_line(each))
    return "".join(kept).strip()


def _breaks_a_line(character: str) -> bool:
    kind = unicodedata.category(character)
    return kind in ("Cc", "Cs", "Zl", "Zp") or character in BIDIRECTIONAL


def _is_web_address(link: str) -> bool:
    is_clean = not any(each.isspace() or _breaks_a_line(each) for each in link)
    return is_clean and link.startswith(("https://", "http://"))
