"""A mail has come in: whose conversation is it for, and what becomes of it?

It becomes the visitor's message, once, or it is refused for a reason that is counted. A mail may be
handed over several times: its own name makes its messages, and its files have one place each.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest
from typing import Final, TypeAlias

from chalicelib.errors import Conflict, Invalid, NotFound, RateLimited
from chalicelib.flows import incoming, reply_address
from chalicelib.flows.email_template import TemplateName
from chalicelib.flows.incoming import Incoming
from chalicelib.flows.reply_address import Addressed
from chalicelib.flows.wording import wording
from chalicelib.model.attachment import MOST_ATTACHMENTS
from chalicelib.model.conversation import LONGEST_TEXT, Author, AuthorKind, Conversation
from chalicelib.model.inbound import Refusal
from chalicelib.model.letter import LetterKind
from chalicelib.playbook.site import Site
from chalicelib.services.conversation import attachments, messages
from chalicelib.services.mail import letters, suppressions
from chalicelib.services.ports import Ports
from chalicelib.services.ports.limits import Quota

# More in an hour than a person writes: two robots that found each other.
MOST_AN_HOUR = 60
HOUR_SECONDS = 3600
# Four messages of files: what is more is somebody's archive.
MOST_FILES: Final = 20

# A text and the ids of files, as one message holds them.
Piece: TypeAlias = tuple[str, tuple[str, ...]]


def receive(ports: Ports, key: str, size: int) -> Refusal | None:
    """Make a mail of this key and size (bytes) the visitor's message; why not, if it is refused.

    NotFound when the mail is not kept any more.
    """
    if size > incoming.LARGEST:
        return Refusal.OVERSIZE
    mail = incoming.read(ports.mailbox.get(key), ports.mail_domains.own)
    if isinstance(mail, Refusal):
        return mail
    addressed = _addressed(ports, mail)
    if isinstance(addressed, Refusal):
        return addressed
    name = f"inbound {addressed.site} {addressed.conversation}"
    try:
        ports.limits.spend(Quota(name=name, most=MOST_AN_HOUR, seconds=HOUR_SECONDS))
        conversation = ports.conversations.get(addressed.site, addressed.conversation)
    except RateLimited:
        return Refusal.TOO_MANY
    except NotFound:
        return Refusal.STRANGER
    suppressions.answered(ports, conversation.site, mail.sender)
    return _post(ports, conversation, mail)


def _addressed(ports: Ports, mail: Incoming) -> Addressed | Refusal:
    """The conversation that one of the recipients stands for, when this sender writes to it."""
    found: Addressed | Refusal = Refusal.STRANGER
    sites = ports.playbooks.sites()
    for recipient in mail.recipients:
        found = reply_address.read(
            lambda data: ports.seal("reply", data),
            recipient,
            sites,
            correspondent=mail.sender,
            now=ports.now(),
        )
        if found is not Refusal.STRANGER:
            return found
    return found


def _post(ports: Ports, conversation: Conversation, mail: Incoming) -> Refusal | None:
    site = ports.playbooks.current(conversation.site).site
    welcome = [each for each in mail.files if attachments.is_welcome(site.attachments, each)]
    taken = list(dict.fromkeys(welcome))[:MOST_FILES]
    left_out = [each.name for each in mail.files if each not in taken]
    files = [attachments.bring(ports, conversation, mail.name, each) for each in taken]
    try:
        for number, piece in enumerate(_pieces(mail.text or _names(left_out), files)):
            _say(ports, conversation, f"{mail.name}-{number}", piece)
        if left_out:
            _tell_left_out(ports, conversation, site, mail, left_out)
    except (Conflict, Invalid) as refused:
        match refused.code:
            case "conversation_closed" | "unknown_attachment":
                _tell_closed(ports, conversation, mail)
                return Refusal.CLOSED
            case "conflict":
                return Refusal.CHANGED
        raise
    return None


def _tell_closed(ports: Ports, conversation: Conversation, mail: Incoming) -> None:
    """Whoever answered by mail after the end is told so, once for each of their mails."""
    playbook = ports.playbooks.current(conversation.site)
    asked = replace(conversation, email=mail.sender)
    draft = letters.about(ports, playbook, asked, TemplateName.CLOSED, [])
    id = f"closed-{mail.name}"
    letters.add(ports, letters.letter_to(ports, playbook, asked, LetterKind.CLOSED, id, draft))


def _say(ports: Ports, conversation: Conversation, name: str, piece: Piece) -> None:
    site, visitor = conversation.site, Author(kind=AuthorKind.VISITOR, id=conversation.visitor)
    text, files = piece
    messages.post(
        ports, site, conversation.id, visitor, name, text, attachments=files, is_typed=False
    )


def _tell_left_out(
    ports: Ports, conversation: Conversation, site: Site, mail: Incoming, names: list[str]
) -> None:
    """Both sides see what came and was not taken, and that it was not."""
    language = conversation.language or site.languages[0]
    line = wording(language).left_out.format(names=_names(names))
    system = Author(kind=AuthorKind.SYSTEM)
    messages.post(ports, site.id, conversation.id, system, f"{mail.name}-left-out", line)


def _pieces(text: str, files: list[str]) -> Iterator[Piece]:
    """The words and the files of a mail, as many at a time as a message can hold."""
    texts = [text[start : start + LONGEST_TEXT] for start in range(0, len(text), LONGEST_TEXT)]
    groups = [
        files[start : start + MOST_ATTACHMENTS] for start in range(0, len(files), MOST_ATTACHMENTS)
    ]
    for words, group in zip_longest(texts, groups):
        yield words or "", tuple(group or ())


def _names(names: list[str]) -> str:
    shown = ", ".join(names[:MOST_FILES])
    return shown if len(names) <= MOST_FILES else f"{shown}, … (+{len(names) - MOST_FILES})"
