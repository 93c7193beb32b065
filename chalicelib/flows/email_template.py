"""In which words does a site write its mails, where ours do not suit it?

One template for each kind of mail whose words are not a flow's own; languages it lacks are ours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeAlias

from chalicelib.flows.email_request import LONGEST_MAIL, LONGEST_SUBJECT
from chalicelib.flows.templates import primary, texts
from chalicelib.flows.wording import wording
from chalicelib.model.reading import Fields

Texts: TypeAlias = Mapping[str, str]


class TemplateName(StrEnum):
    UNSEEN_REPLY = "unseen_reply"
    TRANSCRIPT = "transcript"
    CLOSED = "closed"


# What a mail says without a template: the names of its two sentences in our wording.
OURS: Final[Mapping[TemplateName, tuple[str, str]]] = {
    TemplateName.UNSEEN_REPLY: ("unseen", "introduction"),
    TemplateName.TRANSCRIPT: ("transcript", "transcribed"),
    TemplateName.CLOSED: ("closed", "undelivered"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailTemplate:
    """`text` stands above what the mail repeats of the conversation, if it repeats any."""

    id: TemplateName
    subject: Texts
    text: Texts


@dataclass(frozen=True, slots=True)
class Words:
    """Subject and text of one mail in one language, variables not filled yet."""

    subject: str
    text: str


def parse(document: Any, path: str, languages: Sequence[str]) -> EmailTemplate:
    """A template from its JSON, or `Invalid`; a variable nobody fills is refused here."""
    fields = Fields(document, path)
    template = EmailTemplate(
        id=fields.word("id", TemplateName),
        subject=texts(
            fields.raw("subject"),
            fields.at("subject"),
            languages,
            maximum=LONGEST_SUBJECT,
            is_line=True,
        ),
        text=texts(fields.raw("text"), fields.at("text"), languages, maximum=LONGEST_MAIL),
    )
    fields.done()
    return template


def words(template: EmailTemplate | None, name: TemplateName, language: str) -> Words:
    """The site's own words in a language, else ours."""
    ours = wording(language)
    subject, text = OURS[name]
    found = Words(getattr(ours, subject), getattr(ours, text))
    if template is None:
        return found
    return Words(
        _in(template.subject, language) or found.subject, _in(template.text, language) or found.text
    )


def _in(texts: Texts, language: str) -> str | None:
    """A text in this very language or its primary one; another language's is no help here."""
    if language in texts:
        return texts[language]
    near = (text for name, text in sorted(texts.items()) if primary(name) == primary(language))
    return next(near, None)
