"""How does a letter become a mail, byte for byte: exactly these headers, text and HTML?"""

from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from typing import Any, Final

from chalicelib.flows.letters import header
from chalicelib.model.letter import Letter


class Whole(UnstructuredHeader):
    """A value of one word that programs read: the library would encode it where it is long."""

    name: str
    max_count = 1

    def fold(self, *, policy: EmailPolicy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


def _registry() -> HeaderRegistry:
    registry = HeaderRegistry()
    # The registry makes headers of such classes; their type says less than that.
    whole: Any = Whole
    for name in ("list-unsubscribe", "in-reply-to", "references"):
        registry.map_to_type(name, whole)
    return registry


# Seven bits pass everywhere; what needs more is encoded.
POLICY: Final = SMTP.clone(header_factory=_registry(), cte_type="7bit")


def mime(letter: Letter, sender: str, unsubscribe: str | None = None) -> bytes:
    """The mail as it travels; `unsubscribe` is where one click ends such mail (RFC 8058)."""
    message = EmailMessage(policy=POLICY)
    user, _at, domain = sender.rpartition("@")
    name = header(letter.sender_name)
    message["From"] = Address(name, user, domain)
    message["To"] = Address(addr_spec=letter.address)
    if letter.reply_to is not None:
        message["Reply-To"] = Address(name, addr_spec=letter.reply_to)
    message["Subject"] = header(letter.subject)
    message["Date"] = format_datetime(letter.due_at)
    message["Message-ID"] = message_id(letter.id, domain)
    thread = message_id(f"conversation-{letter.conversation}", domain)
    message["In-Reply-To"] = thread
    message["References"] = thread
    message["Auto-Submitted"] = "auto-generated"
    if unsubscribe is not None:
        message["List-Unsubscribe"] = f"<{unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message.as_bytes()


def message_id(name: str, domain: str) -> str:
    """The Message-ID of a letter, and of the thread that all letters of a conversation answer."""
    return f"<{name}@{domain}>"
