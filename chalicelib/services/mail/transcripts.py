"""A visitor wants what was said by mail: what is in it, and how often do they get it?"""

from typing import Final

from chalicelib.errors import Conflict
from chalicelib.flows.addresses import address_digest
from chalicelib.flows.email_template import TemplateName
from chalicelib.flows.letters import Quoted, quoted
from chalicelib.model.conversation import AuthorKind
from chalicelib.model.letter import LetterKind
from chalicelib.services.mail import letters
from chalicelib.services.ports import Ports

# Twice in a letter, as text and as HTML, within the 400 KB of an item.
MOST_CHARACTERS: Final = 40_000
# A word written for the staff is in nobody else's mail: what is new has to be added here.
SHOWN_TO_VISITORS: Final = frozenset(
    {AuthorKind.VISITOR, AuthorKind.AGENT, AuthorKind.FLOW, AuthorKind.SYSTEM}
)


def send(ports: Ports, site: str, conversation: str) -> str:
    """Mail what was said to the visitor, once for as long as nothing more is said; to whom.

    Conflict `no_address` when the visitor has left none.
    """
    found = ports.conversations.get(site, conversation)
    if found.email is None:
        raise Conflict("the visitor has left no address", "no_address")
    playbook = ports.playbooks.current(site)
    before = max(0, found.last_number - letters.MOST_QUOTED)
    said = ports.conversations.messages(site, conversation, before, letters.MOST_QUOTED)
    language = found.language or playbook.site.languages[0]
    shown = [each for each in said if each.author.kind in SHOWN_TO_VISITORS]
    lines = _as_many_as_fit(quoted(shown, language))
    draft = letters.about(ports, playbook, found, TemplateName.TRANSCRIPT, lines)
    id = f"{found.id}-transcript-{found.last_number}-{address_digest(found.email)[:8]}"
    kind = LetterKind.TRANSCRIPT
    letters.add(ports, letters.letter_to(ports, playbook, found, kind, id, draft))
    return found.email


def _as_many_as_fit(lines: list[Quoted]) -> list[Quoted]:
    """The last messages that one letter can hold; the link leads to all of them."""
    size = 0
    for position in range(len(lines), 0, -1):
        size += len(lines[position - 1].text)
        if size > MOST_CHARACTERS:
            return lines[position:]
    return lines
