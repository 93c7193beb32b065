"""How do we know that a token a browser brings back is one we gave it?

A token is a payload and its HMAC-SHA256, bound to a kind so that one kind never passes for another.
It is signed, not secret: it holds ids and counts, never personal data.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest, digest
from typing import Any, Final

from chalicelib.errors import Unauthenticated

LONGEST: Final = 8192
SHORTEST_KEY: Final = 32
# Half of the digest is HMAC-SHA256-128 (RFC 4868): as strong as the 128 bits it keeps.
MAC_BYTES: Final = 16
CLOCK_LEEWAY_SECONDS: Final = 60

_SHAPE: Final = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{22})")


class Kind(StrEnum):
    """What a token is for."""

    PASS = "pass"
    CONVERSATION = "conversation"
    CURSOR = "cursor"
    REPLY = "reply"
    UNSUBSCRIBE = "unsubscribe"
    VISITOR = "visitor"


class Signer:
    """Signs and reads tokens with one secret key of at least 32 bytes."""

    def __init__(self, key: bytes) -> None:
        if len(key) < SHORTEST_KEY:
            raise ValueError(f"a signing key has at least {SHORTEST_KEY} bytes")
        self._key = key

    def sign(self, kind: Kind, claims: Mapping[str, Any], *, now: datetime) -> str:
        """A token that carries the claims and `at`, its second; ValueError beyond 8 KB."""
        document = {**claims, "at": int(now.timestamp())}
        written = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        payload = _encoded(written.encode("utf-8"))
        token = f"{payload}.{self._mac(kind, payload)}"
        if len(token) > LONGEST:
            raise ValueError(f"a token holds at most {LONGEST} characters")
        return token

    def read(
        self, kind: Kind, token: object, *, now: datetime, maximum_age_seconds: int
    ) -> dict[str, Any]:
        """The claims of such a token; Unauthenticated `invalid_token` or `expired_token`."""
        if not isinstance(token, str) or len(token) > LONGEST:
            raise _invalid()
        parts = _SHAPE.fullmatch(token)
        if parts is None or not compare_digest(self._mac(kind, parts[1]), parts[2]):
            raise _invalid()
        claims: dict[str, Any] = json.loads(_decoded(parts[1]))
        age = now.timestamp() - claims["at"]
        if age < -CLOCK_LEEWAY_SECONDS:
            raise _invalid()
        if age > maximum_age_seconds:
            raise Unauthenticated("the token has expired", "expired_token")
        return claims

    def seal(self, kind: Kind, data: bytes) -> bytes:
        """32 bytes that only this key makes of such data, for tokens that must be shorter still."""
        return digest(self._key, f"{kind}|".encode() + data, sha256)

    def _mac(self, kind: Kind, payload: str) -> str:
        return _encoded(self.seal(kind, payload.encode())[:MAC_BYTES])


def _invalid() -> Unauthenticated:
    return Unauthenticated("the token is not one of ours", "invalid_token")


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
