"""Can these two understand each other?

A language is a BCP 47 tag; only its primary subtag counts: whoever speaks `fr` answers `fr-CA`.

>>> speaks(("fr", "en-GB"), "en-US"), speaks(("fr",), "de"), speaks((), "de"), speaks(("fr",), None)
(True, False, True, True)
"""

import re
from collections.abc import Iterable, Sequence

from chalicelib.errors import Invalid
from chalicelib.model.reading import shown

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def primary(language: str) -> str:
    """The part that counts: `fr` of `fr-CA`."""
    return language.partition("-")[0].casefold()


def speaks(languages: Sequence[str], language: str | None) -> bool:
    """Whether one who named `languages` can answer in `language`.

    Who named none speaks every language, and everybody answers a conversation without one.
    """
    if not languages or not language:
        return True
    return primary(language) in map(primary, languages)


def check(languages: Iterable[str], path: str) -> None:
    """Refuse, with `Invalid`, what does not look like a language tag."""
    for position, language in enumerate(languages):
        if not _TAG.fullmatch(language):
            place = f"{path}[{position}]"
            raise Invalid(place, f"expected a language such as fr or fr-CA, got {shown(language)}")
