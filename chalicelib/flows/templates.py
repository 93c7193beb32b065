"""How does an author's text become the words that one reader sees?

Templates are data: `{{name}}` is replaced, from a short list of names, or else by what the author
wrote behind a bar, `{{name|you}}`. Nothing is computed, and what a value contains is never looked
at again.
"""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Final, TypeAlias

from chalicelib.errors import Invalid
from chalicelib.model.reading import Fields, one_line, plain_text, shown

Texts: TypeAlias = Mapping[str, str]

VARIABLES: Final = ("visitor_name", "site_name", "agent_name", "email")
# What the one text may mention besides that tells a visitor how long they are likely to wait.
WAIT_VARIABLES: Final = (*VARIABLES, "minutes")

# Leaves room for names within the 4,000 characters of a message.
LONGEST_MESSAGE: Final = 2_000

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}")
_TAG = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
LONGEST_SUBSTITUTE: Final = 60

_VARIABLE = re.compile(rf"( ?)\{{\{{ *({'|'.join(WAIT_VARIABLES)}) *(?:\| *([^{{}}|]*?) *)?\}}\}}")


def texts(
    value: object,
    path: str,
    languages: Sequence[str],
    *,
    maximum: int,
    is_line: bool = False,
    variables: Sequence[str] = VARIABLES,
) -> dict[str, str]:
    """A checked text per language, from one text for all or `{language: text}`; `Invalid` if wrong.

    One text for all is kept under the site's first language, to which every other falls back.
    """
    if isinstance(value, str):
        return {languages[0]: _text(value, path, maximum, is_line, variables)}
    if not isinstance(value, dict):
        raise Invalid(path, f"expected a text, or a text per language, got {shown(value)}")
    fields = Fields(value, path)
    found = {
        _language(name, place, languages): _text(text, place, maximum, is_line, variables)
        for name, text, place in fields.entries()
    }
    if not found:
        raise Invalid(path, "expected a text in at least one language")
    return found


def check(text: str, path: str, variables: Sequence[str] = VARIABLES) -> None:
    """Refuse a text that names a variable nobody fills, or that leaves a `{{` open."""
    for match in _TAG.finditer(text):
        name, bar, substitute = (each.strip() for each in match.group(1).partition("|"))
        if bar and not _is_substitute(substitute):
            problem = f"expected 1 to {LONGEST_SUBSTITUTE} characters of one line after the bar"
            raise Invalid(path, f"{problem}, got {shown(substitute)}")
        if name not in variables:
            near = get_close_matches(name, variables, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(variables)}"
            raise Invalid(path, f"no variable named {shown(name)}; {hint}")
    rest = _TAG.sub("", text)
    if "{{" in rest or "}}" in rest:
        raise Invalid(path, "a variable is written {{name}}: one pair of braces has no partner")


def fill(text: str, variables: Mapping[str, str]) -> str:
    """The text with its variables replaced, so that none without a value leaves a hole.

    It goes with the space before it, or at the beginning of a line with what stands behind it.
    """

    def value(match: re.Match[str]) -> str:
        found = variables.get(match.group(2)) or match.group(3) or ""
        return match.group(1) + found if found else ""

    return _VARIABLE.sub(value, _without_leading_holes(text, variables))


def _without_leading_holes(text: str, variables: Mapping[str, str]) -> str:
    missing = "|".join(name for name in WAIT_VARIABLES if not variables.get(name))
    if not missing or "{{" not in text:
        return text
    # One that is followed by a bar has something to say.
    hole = rf"^(?:\{{\{{ *(?:{missing}) *\}}\}}[ ,;:!]*)+([^\W\d_]?)"
    return re.sub(hole, lambda match: match.group(1).upper(), text, flags=re.MULTILINE)


def in_language(texts: Mapping[str, str], language: str | None, fallback: str) -> str:
    """The text in a language, else in its primary one, else in the fallback's, else in any."""
    for wanted in (language, fallback):
        if wanted:
            found = _nearest(texts, wanted)
            if found is not None:
                return found
    return next(iter(texts.values()), "")


def primary(language: str) -> str:
    """The primary subtag of a language: `fr` of `fr-CA`."""
    return language.partition("-")[0].lower()


def _is_substitute(text: str) -> bool:
    is_line = 1 <= len(text) <= LONGEST_SUBSTITUTE and text.isprintable()
    return is_line and not set("{}|") & set(text)


def _nearest(texts: Mapping[str, str], wanted: str) -> str | None:
    for name, text in texts.items():
        if name.lower() == wanted.lower():
            return text
    for name, text in sorted(texts.items()):
        if primary(name) == primary(wanted):
            return text
    return None


def _language(name: str, path: str, languages: Sequence[str]) -> str:
    if not _LANGUAGE.fullmatch(name):
        raise Invalid(path, f"expected a language such as fr or fr-CA, got {shown(name)}")
    if primary(name) not in {primary(each) for each in languages}:
        raise Invalid(path, f"{name} is not a language of the site ({', '.join(languages)})")
    return name


def _text(value: object, path: str, maximum: int, is_line: bool, variables: Sequence[str]) -> str:
    text = one_line(value, path, maximum) if is_line else plain_text(value, path, maximum)
    if not text.strip():
        raise Invalid(path, "must not be blank")
    check(text, path, variables)
    return text
