"""Which sentences are ours, in each language we speak?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from chalicelib.flows.templates import primary


@dataclass(frozen=True, slots=True)
class Wording:
    """Our own sentences in one language; `moment` takes day, month's name, year and time."""

    information: str
    unseen: str
    introduction: str
    link: str
    moment: str
    months: tuple[str, ...]


WORDINGS: Final[Mapping[str, Wording]] = {
    "en": Wording(
        information="Your conversation with {{site_name}}",
        unseen="You have a reply from {{site_name}}",
        introduction="You were away when {{site_name}} answered. Here is what you missed:",
        link="Continue the conversation",
        moment="{day} {month} {year}, {time}",
        months=(
            *("January", "February", "March", "April", "May", "June"),
            *("July", "August", "September", "October", "November", "December"),
        ),
    ),
    "fr": Wording(
        information="Votre conversation avec {{site_name}}",
        unseen="Vous avez une réponse de {{site_name}}",
        introduction="Vous étiez absent quand {{site_name}} a répondu. Voici la suite :",
        link="Reprendre la conversation",
        moment="{day} {month} {year} à {time}",
        months=(
            *("janvier", "février", "mars", "avril", "mai", "juin"),
            *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
        ),
    ),
}


def wording(language: str) -> Wording:
    """Our sentences in a language, in English where we have none."""
    return WORDINGS.get(primary(language), WORDINGS["en"])
