"""A mail has come in: whose conversation is it for, and what becomes of it?

It becomes the visitor's message, once, or it is refused for a reason that is counted. A mail may be
handed over several times: its own name makes its messages.
"""

from dataclasses import replace

from chalicelib.errors import Conflict, NotFound
from chalicelib.flows import incoming, reply_address
from chalicelib.flows.email_template import TemplateName
from chalicelib.flows.incoming import Incoming
from chalicelib.flows.reply_address import Addressed
from chalicelib.flows.wording import wording
from chalicelib.model.conversation import LONGEST_TEXT, Author, AuthorKind, Conversation
from chalicelib.model.inbound import Refusal
from chalicelib.model.letter import LetterKind
from chalicelib.services.conversation import messages
from chalicelib.services.mail import letters, suppressions
from chalicelib.services.ports import Ports

# More in an hour than a person writes: two robots that found each other.
MOST_AN_HOUR = 60
HOUR_SECONDS = 3600


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
    counter = f"inbound {addressed.site} {addressed.conversation}"
    if ports.limits.count(counter, HOUR_SECONDS) > MOST_AN_HOUR:
        return Refusal.TOO_MANY
    try:
        conversation = ports.conversations.get(addressed.site, addressed.conversation)
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
    visitor = Author(kind=AuthorKind.VISITOR, id=conversation.visitor)
    for number, text in enumerate(_texts(ports, conversation, mail)):
        try:
            messages.post(
                ports, conversation.site, conversation.id, visitor, f"{mail.name}-{number}", text
            )
        except Conflict as conflict:
            match conflict.code:
                case "conversation_closed":
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


def _texts(ports: Ports, conversation: Conversation, mail: Incoming) -> list[str]:
    """The words in pieces that a message can hold, and a line for what was left out."""
    text = mail.text
    if mail.attachments:
        site = ports.playbooks.current(conversation.site).site
        language = conversation.language or site.languages[0]
        line = wording(language).left_out.format(count=mail.attachments)
        text = f"{text}\n\n{line}".strip()
    starts = range(0, len(text), LONGEST_TEXT)
    return [text[start : start + LONGEST_TEXT] for start in starts]
