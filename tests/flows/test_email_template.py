"""A site's own words for its mails: checked when they are saved, ours where they are missing."""

import pytest

from chalicelib.errors import Invalid
from chalicelib.flows.email_template import TemplateName, parse, words
from chalicelib.flows.wording import WORDINGS, wording

LANGUAGES = ("en", "fr", "de")


def template(**changes):
    document = {
        "id": "unseen_reply",
        "subject": {"en": "{{agent_name}} answered you", "fr": "Une réponse"},
        "text": {"en": "Dear {{visitor_name}}, read this:", "fr-CA": "Voici :"},
    }
    return parse({**document, **changes}, "email_templates[0]", LANGUAGES)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            {"text": {"en": "Hello {{visitor_nam}}"}},
            'email_templates[0].text.en: no variable named "visitor_nam"; '
            "did you mean 'visitor_name'?",
        ),
        (
            {"subject": "{{site name}}"},
            'email_templates[0].subject: no variable named "site name"; '
            "did you mean 'site_name'?",
        ),
        ({"text": "Hello {{email"}, "has no partner"),
        ({"subject": "two\nlines"}, "email_templates[0].subject: line breaks"),
        ({"subject": "\u202eevil"}, "line breaks and reordering"),
        ({"subject": "x" * 151}, "expected 1 to 150 characters"),
        ({"subject": {"es": "Hola"}}, "es is not a language of the site"),
        ({"id": "newsletter"}, "expected one of unseen_reply, transcript, closed"),
        ({"subject": None}, "email_templates[0].subject: is required"),
        ({"html": "<b>"}, "no such field"),
    ],
)
def test_what_nobody_could_send_is_refused_when_it_is_saved(changes, problem):
    with pytest.raises(Invalid) as refused:
        template(**changes)
    assert problem in str(refused.value)


@pytest.mark.parametrize(
    ("language", "subject", "text"),
    [
        ("en", "{{agent_name}} answered you", "Dear {{visitor_name}}, read this:"),
        ("en-GB", "{{agent_name}} answered you", "Dear {{visitor_name}}, read this:"),
        ("fr", "Une réponse", "Voici :"),
        ("de", WORDINGS["en"].unseen, WORDINGS["en"].introduction),
    ],
)
def test_each_language_has_its_own_words_and_ours_where_it_has_none(language, subject, text):
    found = words(template(), TemplateName.UNSEEN_REPLY, language)
    assert (found.subject, found.text) == (subject, text)


@pytest.mark.parametrize("name", TemplateName)
@pytest.mark.parametrize("language", WORDINGS)
def test_our_own_words_could_be_a_sites(name, language):
    ours = words(None, name, language)
    document = {"id": name.value, "subject": ours.subject, "text": ours.text}
    assert parse(document, "", (language,)).id is name
    assert wording(language).moment
