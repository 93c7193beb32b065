"""Which sentences are ours, in each language we speak?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from chalicelib.flows.templates import primary


@dataclass(frozen=True, slots=True)
class Wording:
    """Our own sentences in one language.

    `moment` takes day, month's name, year and time, `left_out` the names of files.
    """

    information: str
    unseen: str
    introduction: str
    link: str
    transcript: str
    transcribed: str
    you: str
    closed: str
    undelivered: str
    left_out: str
    unsubscribe: str
    unsubscribe_question: str
    unsubscribed: str
    moment: str
    months: tuple[str, ...]


WORDINGS: Final[Mapping[str, Wording]] = {
    "en": Wording(
        information="Your conversation with {{site_name}}",
        unseen="You have a reply from {{site_name}}",
        introduction="You were away when {{site_name}} answered. Here is what you missed:",
        link="Continue the conversation",
        transcript="Your conversation with {{site_name}}",
        transcribed="Here is your conversation with {{site_name}}, as you asked.",
        you="You",
        closed="Your message did not reach {{site_name}}",
        undelivered=(
            "Your conversation with {{site_name}} is over, so nobody has read the message that you "
            "sent by e-mail. Please write to us on our site: you find the conversation there, and "
            "a new one begins with your words."
        ),
        left_out="Files of the e-mail that could not be taken over: {names}",
        unsubscribe="No more e-mails",
        unsubscribe_question=(
            "{{site_name}} writes to this address when somebody has answered you and you were not "
            "there to read it. Shall we stop? Answers then wait for you on the site."
        ),
        unsubscribed="{{site_name}} does not write to this address any more.",
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
        transcript="Votre conversation avec {{site_name}}",
        transcribed="Voici votre conversation avec {{site_name}}, comme vous l'avez demandé.",
        you="Vous",
        closed="Votre message n'est pas parvenu à {{site_name}}",
        undelivered=(
            "Votre conversation avec {{site_name}} est terminée : personne n'a lu le message que "
            "vous avez envoyé par e-mail. Écrivez-nous sur notre site : vous y retrouverez la "
            "conversation, et une nouvelle commencera avec vos mots."
        ),
        left_out="Fichiers de l'e-mail qui n'ont pas pu être repris : {names}",
        unsubscribe="Ne plus recevoir d'e-mails",
        unsubscribe_question=(
            "{{site_name}} écrit à cette adresse quand une réponse vous attend et que vous n'étiez "
            "pas là pour la lire. Faut-il arrêter ? Les réponses vous attendront sur le site."
        ),
        unsubscribed="{{site_name}} n'écrira plus à cette adresse.",
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
