"""Which conversation does a reply to this address belong to, and may this sender write in it?

The address is a capability: it names a conversation and its last day, and its seal holds for the
one correspondent it was sent to. Mail programs change the case of an address, and its local part
holds 64 characters, so it is base32 and short.
"""

from base64 import b32decode, b32encode
from binascii import Error
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from hmac import compare_digest
from string import ascii_letters, digits
from typing import Final

from chalicelib.flows.addresses import address_key
from chalicelib.model.inbound import Refusal

PREFIX: Final = "reply+"
LONGEST_LOCAL_PART: Final = 64
# 96 bits cannot be guessed over SMTP; 128 would not fit beside the conversation.
SEAL_BYTES: Final = 12
SITE_BYTES: Final = 3
DAY_BYTES: Final = 2
DAY_SECONDS: Final = 86_400

_ID_ALPHABET: Final = f"{ascii_letters}{digits}_-"

Seal = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Addressed:
    """The conversation that a reply belongs to."""

    site: str
    conversation: str


def write(
    seal: Seal, domain: str, to: Addressed, *, correspondent: str, until: datetime
) -> str | None:
    """The address that this correspondent may reply to, until the end of a day (UTC).

    None when the conversation's id is too long for it, which ids that we make are not.
    """
    named = _day(until) + _site_hint(to.site) + _packed(to.conversation)
    token = named + _seal(seal, named, to.site, correspondent)
    local_part = PREFIX + b32encode(token).decode("ascii").rstrip("=").lower()
    return f"{local_part}@{domain}" if len(local_part) <= LONGEST_LOCAL_PART else None


def read(
    seal: Seal, address: str, sites: Iterable[str], *, correspondent: str, now: datetime
) -> Addressed | Refusal:
    """What such an address stands for when this correspondent writes to it."""
    token = _token(address)
    head, tail = DAY_BYTES + SITE_BYTES, SEAL_BYTES
    if token is None or len(token) <= head + tail:
        return Refusal.STRANGER
    named = token[:-tail]
    conversation = _unpacked(named[head:])
    for site in sites:
        if _site_hint(site) != named[DAY_BYTES:head]:
            continue
        if compare_digest(_seal(seal, named, site, correspondent), token[-tail:]):
            is_over = int.from_bytes(named[:DAY_BYTES]) < int.from_bytes(_day(now))
            return Refusal.EXPIRED if is_over else Addressed(site, conversation)
    return Refusal.STRANGER


def _seal(seal: Seal, named: bytes, site: str, correspondent: str) -> bytes:
    return seal(named + f"|{site}|{address_key(correspondent)}".encode())[:SEAL_BYTES]


def _token(address: str) -> bytes | None:
    local_part = address.partition("@")[0].upper()
    prefix = PREFIX.upper()
    if not local_part.startswith(prefix):
        return None
    text = local_part.removeprefix(prefix)
    try:
        return b32decode(text + "=" * (-len(text) % 8))
    except (Error, ValueError):
        return None


def _day(at: datetime) -> bytes:
    return int(at.astimezone(UTC).timestamp() // DAY_SECONDS).to_bytes(DAY_BYTES)


def _site_hint(site: str) -> bytes:
    """Enough to find the site among all; the seal holds for its whole id."""
    return sha256(site.encode()).digest()[:SITE_BYTES]


def _packed(id: str) -> bytes:
    """An id of ours is a number in base 64; the leading 1 keeps what would be leading zeros."""
    number = 1
    for character in id:
        number = number * 64 + _ID_ALPHABET.index(character)
    return number.to_bytes((number.bit_length() + 7) // 8)


def _unpacked(data: bytes) -> str:
    number = int.from_bytes(data)
    found = []
    while number > 1:
        number, index = divmod(number, 64)
        found.append(_ID_ALPHABET[index])
    return "".join(reversed(found))
