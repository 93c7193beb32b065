"""Texts with variables: what is refused when written, and what becomes of it when read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import Invalid
from chalicelib.flows.templates import VARIABLES, check, fill, in_language, primary

ADA = {"visitor_name": "Ada", "site_name": "Bank", "agent_name": "", "email": "ada@x.example"}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Hello {{visitor_name}}, welcome to {{ site_name }}.", "Hello Ada, welcome to Bank."),
        ("Hello {{agent_name}}, hello.", "Hello, hello."),
        ("{{agent_name}}: hello", "Hello"),
        ("{{agent_name}}, {{agent_name}}, élan", "Élan"),
        ("One.\n{{ agent_name }} has answered", "One.\nHas answered"),
        ("{{agent_name}}", ""),
        ("{{agent_name}} {{visitor_name}}", "Ada"),
        (
            "{{agent_name|Somebody}} has answered {{ visitor_name | you }}",
            "Somebody has answered Ada",
        ),
        ("Thank you, {{agent_name | my dear}}.", "Thank you, my dear."),
        ("{{visitor_name}}{{visitor_name}}", "AdaAda"),
        ("We write to {{email}}", "We write to ada@x.example"),
        ("{{7*7}} {{visitor_name.__class__}} {visitor_name}", None),
        ("no variable", None),
        ("", None),
    ],
)
def test_known_variables_are_filled_and_all_else_stays(text: str, filled: str | None) -> None:
    assert fill(text, ADA) == (text if filled is None else filled)


def test_what_a_value_contains_is_not_expanded_again() -> None:
    hostile = {"visitor_name": "{{email}}", "site_name": "{{7*7}}", "email": r"\1 \g<0>"}
    text = "{{visitor_name}} {{site_name}} {{email}}"
    assert fill(text, hostile) == r"{{email}} {{7*7}} \1 \g<0>"


def test_a_value_that_would_complete_a_tag_does_not() -> None:
    assert fill("{{{{visitor_name}}}}", {"visitor_name": "email"}) == "{{email}}"


@given(st.text(), st.dictionaries(st.sampled_from(VARIABLES), st.text()))
def test_a_text_without_braces_is_filled_with_itself(text: str, variables: dict[str, str]) -> None:
    plain = text.replace("{", "")
    assert fill(plain, variables) == plain


@given(st.text(), st.text())
def test_a_value_arrives_as_it_is(before: str, value: str) -> None:
    before = before.replace("{", "").rstrip(" ")
    assert fill(before + "{{email}}", {"email": value}) == before + value


@pytest.mark.parametrize("name", VARIABLES)
def test_each_variable_on_the_list_may_be_written(name: str) -> None:
    check(f"a {{{{{name}}}}} b {{{{ {name} }}}}", "text")
    assert fill(f"{{{{{name}}}}}", {name: "value"}) == "value"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{{visitor}}", "did you mean 'visitor_name'"),
        ("{{7*7}}", "there are visitor_name, site_name, agent_name, email"),
        ("{{}}", "no variable named"),
        ("{{visitor_nam|you}}", "did you mean 'visitor_name'"),
        ("{{visitor_name|}}", "1 to 60 characters of one line"),
        ("{{visitor_name|you|me}}", "1 to 60 characters of one line"),
        ("{{visitor_name|{you}}", "1 to 60 characters of one line"),
        ("{{visitor_name|a\nb}}", "1 to 60 characters of one line"),
        (f"{{{{visitor_name|{'a' * 61}}}}}", "1 to 60 characters of one line"),
        ("{{visitor\nname}}", "no variable named"),
        ("Hello {{visitor_name", "no partner"),
        ("Hello visitor_name}}", "no partner"),
        ("{{{{visitor_name}}}}", "no variable named"),
    ],
)
def test_a_variable_nobody_fills_is_refused_when_written(text: str, problem: str) -> None:
    with pytest.raises(Invalid, match=problem) as refusal:
        check(text, "messages.known.information")
    assert refusal.value.path == "messages.known.information"


@pytest.mark.parametrize("text", ["", "plain { brace }", "50 % {off}", "{visitor_name}"])
def test_single_braces_are_just_text(text: str) -> None:
    check(text, "text")


TEXTS = {"fr": "bonjour", "pt-BR": "oi", "en": "hello"}


@pytest.mark.parametrize(
    ("language", "fallback", "found"),
    [
        ("fr", "en", "bonjour"),
        ("FR", "en", "bonjour"),
        ("fr-CA", "en", "bonjour"),
        ("pt-br", "en", "oi"),
        ("pt", "en", "oi"),
        ("pt-PT", "en", "oi"),
        ("de", "en", "hello"),
        ("de", "en-GB", "hello"),
        (None, "en", "hello"),
        ("", "en", "hello"),
        ("de", "es", "bonjour"),
        # `f` and `fra` are no relatives of `fr`.
        ("f", "en", "hello"),
        ("fra", "en", "hello"),
    ],
)
def test_the_nearest_language_is_chosen(language: str | None, fallback: str, found: str) -> None:
    assert in_language(TEXTS, language, fallback) == found


def test_the_exact_region_goes_before_its_relatives() -> None:
    texts = {"fr-CA": "allo", "fr": "bonjour"}
    assert in_language(texts, "fr", "en") == "bonjour"
    assert in_language(texts, "fr-CA", "en") == "allo"
    assert in_language(texts, "fr-BE", "en") == "bonjour"


def test_no_text_at_all_is_empty() -> None:
    assert in_language({}, "fr", "en") == ""


def test_the_primary_subtag_has_no_case() -> None:
    assert (primary("fr-CA"), primary("EN"), primary("")) == ("fr", "en", "")
