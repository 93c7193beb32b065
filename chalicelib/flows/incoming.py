"""What does a mail that came in say, as one message of a conversation?

Whatever arrives is read without ever failing: it is a person's words, or it is refused for a
reason. The library's first policy, its default, is the tolerant one: others raise on broken heads.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses
from hashlib import sha256
from typing import Final

from chalicelib.flows.automatic import objection
from chalicelib.flows.bodies import body_of
from chalicelib.flows.mailed_files import words
from chalicelib.flows.quotations import own_words
from chalicelib.model.inbound import MailedFile, Refusal

LARGEST: Final = 10_000_000
MOST_TEXT: Final = 200_000
# Ten messages: whoever writes more has pasted a file, and half of it would be worse than nothing.
LONGEST: Final = 40_000
# Where the address that a mail was delivered to may stand.
DELIVERED: Final = ("To", "Cc", "Delivered-To", "X-Original-To")
_FOR: Final = re.compile(r"\bfor\s+<?([^\s<>;]{1,320})>?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """`name` is a digest of the sender's own name for the mail: the same however often it comes."""

    name: str
    sender: str
    recipients: tuple[str, ...]
    text: str
    files: tuple[MailedFile, ...]


def read(raw: bytes, own_domains: Collection[str]) -> Incoming | Refusal:
    """A mail as a person's words, or why it is none; `own_domains` are those we write from."""
    if len(raw) > LARGEST:
        return Refusal.OVERSIZE
    try:
        message = BytesParser().parsebytes(raw)
        sender = _sender(message)
        if sender is None:
            return Refusal.MALFORMED
        refused = objection(message, sender, words(message.get("Subject", "")), own_domains)
        if refused is not None:
            return refused
        body = body_of(message)
    except (MessageError, RecursionError):
        # Parts within parts, deeper than anybody writes.
        return Refusal.MALFORMED
    text = own_words(_clean(body.text[:MOST_TEXT]))
    files = body.files_with(text)
    if not text and not files:
        return Refusal.EMPTY
    if len(text) > LONGEST:
        return Refusal.OVERSIZE
    return Incoming(
        name=_name(message, raw),
        sender=sender,
        recipients=tuple(_recipients(message)),
        text=text,
        files=files,
    )


def _sender(message: Message) -> str | None:
    """The one address it is from; two are nobody."""
    found = message.get_all("From", [])
    if len(found) != 1:
        return None
    addresses = [address for _name, address in getaddresses([str(found[0])]) if address]
    if len(addresses) != 1 or not re.fullmatch(r"[^@\s]{1,64}@[^@\s]{1,255}", addresses[0]):
        return None
    return addresses[0]


def _recipients(message: Message) -> Iterator[str]:
    given = [str(each) for header in DELIVERED for each in message.get_all(header, [])]
    yield from (address for _name, address in getaddresses(given) if address)
    # A blind copy names its recipient only where SES says for whom it took the mail.
    yield from _FOR.findall(str(message.get("Received", ""))[:1_000])


def _name(message: Message, raw: bytes) -> str:
    given = str(message.get("Message-ID", "")).strip()
    return sha256(given.encode("utf-8", "replace") if given else raw).hexdigest()[:40]


def _clean(text: str) -> str:
    lines = re.sub("\r\n|[\r\u2028\u2029\x0b\x0c]", "\n", text)
    return "".join(
        each for each in lines if each in "\n\t" or unicodedata.category(each) not in ("Cc", "Cs")
    )
