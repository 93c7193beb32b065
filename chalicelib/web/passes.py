"""What does the signed pass of a page hold, and how is it read back?

The pass replaces a row in the table: it names the visitor and the visit, and carries what the next
decision needs. It is signed, not secret, and holds nothing personal but what the host page and the
site's own server said.
"""

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, Final

import msgspec

from chalicelib.errors import Invalid, Unauthenticated
from chalicelib.model.tokens import Kind, Signer
from chalicelib.model.visit import Consent, Visit
from chalicelib.services.ports import Ports

# A socket lives two hours, and so does what was decided on it; a browser may remember for a year.
PASS_SECONDS: Final = 2 * 3600 + 600
MEMORY_SECONDS: Final = 400 * 86_400
CONVERSATION_SECONDS: Final = 90 * 86_400


class Passes:
    """Signs and reads what browsers carry for us."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    def write(self, visit: Visit, ports: Ports) -> str:
        """The pass of a visit; Invalid `too_large` when its page said more than a pass can hold."""
        packed = zlib.compress(msgspec.json.encode(visit), 9)
        claims = {"p": urlsafe_b64encode(packed).decode()}
        try:
            return self._signer.sign(Kind.PASS, claims, now=ports.now())
        except ValueError:
            raise Invalid("", "is more than a page may say of itself", "too_large") from None

    def read(self, token: object, site: str, ports: Ports) -> Visit:
        """The visit behind a pass of this site; Unauthenticated for any other token."""
        return self._visit(token, site, ports, PASS_SECONDS)

    def remember(self, token: object, site: str, consent: Consent, ports: Ports) -> Visit | None:
        """The visit an earlier pass told of, if it still says anything.

        Without consent a browser stores nothing, so its memory is no older than its page.
        """
        if token is None:
            return None
        seconds = MEMORY_SECONDS if consent is Consent.FULL else PASS_SECONDS
        try:
            return self._visit(token, site, ports, seconds)
        except Unauthenticated:
            return None

    def conversation(self, token: object, site: str, ports: Ports) -> dict[str, Any]:
        """The claims of a conversation token of this site: `c` conversation, `v` visitor."""
        claims = self._signer.read(
            Kind.CONVERSATION, token, now=ports.now(), maximum_age_seconds=CONVERSATION_SECONDS
        )
        if claims.get("s") != site:
            raise Unauthenticated("the token is not one of ours", "invalid_token")
        return claims

    def _visit(self, token: object, site: str, ports: Ports, seconds: int) -> Visit:
        claims = self._signer.read(Kind.PASS, token, now=ports.now(), maximum_age_seconds=seconds)
        packed = zlib.decompress(urlsafe_b64decode(claims["p"]))
        try:
            visit = msgspec.convert(json.loads(packed), Visit)
        except msgspec.ValidationError:
            # Ours, but of a version that wrote visits differently: it tells us nothing any more.
            raise Unauthenticated("the token is too old", "expired_token") from None
        if visit.site != site:
            raise Unauthenticated("the token is not one of ours", "invalid_token")
        return visit
