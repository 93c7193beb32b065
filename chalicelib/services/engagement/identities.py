"""Which customer of a site is this visitor, and does the site's own server vouch for it?

A site's server signs its customer's id, as a JSON Web Token, with a secret that it shares with us.
The visitor's id is made of the customer's, so that it is the same on every device without a row.
Only the proof makes somebody that visitor: nothing of whoever was in the browser before is theirs.
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from chalicelib.errors import Conflict, Invalid, NotFound, Unauthenticated
from chalicelib.model.reading import Fields, one_line
from chalicelib.model.visit import Visit
from chalicelib.playbook.playbook import Playbook
from chalicelib.services.ports import Ports

ALGORITHM: Final = "HS256"
LONGEST_TOKEN: Final = 4096
LONGEST_SUBJECT: Final = 200
LONGEST_NAME: Final = 100
LEEWAY_SECONDS: Final = 60
# RFC 7518, section 3.2: a key as long as the digest, at least.
SHORTEST_SECRET: Final = 32
LONGEST_SECRET: Final = 256
LATEST_MOMENT: Final = 2**33
# 128 bits, as in every id of ours.
ID_BYTES: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """The visitor whom a token proves, and how the site calls them, if it says so."""

    visitor: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """The visit of a known customer, and the conversation they have `open`, if that was asked.

    `is_another`: the browser was somebody else's before.
    """

    visit: Visit
    open: str | None = None
    is_another: bool = False


def customer_of(ports: Ports, site: str, token: object) -> Customer:
    """The customer whom a token proves; Unauthenticated `identity_invalid` for any other."""
    if not isinstance(token, str) or len(token) > LONGEST_TOKEN:
        raise _invalid()
    secret = ports.identity_secrets.secret_of(site)
    if not secret:
        raise _invalid()
    claims = _signed(token, secret)
    subject = _subject(claims, ports.now().timestamp())
    sealed = ports.seal("visitor", f"{site}|{subject}".encode())
    visitor = urlsafe_b64encode(sealed[:ID_BYTES]).rstrip(b"=").decode()
    return Customer(visitor=visitor, name=_name(claims.get("name")))


def recognise(ports: Ports, before: Visit | None, visit: Visit, customer: Customer) -> Recognised:
    """The visit as the proven customer's; `before` is what the browser remembered, if anything.

    What is stored of them is read once a visit: they may have talked on another device.
    """
    visitor = customer.visitor
    if visit.identified and visit.visitor == visitor:
        return Recognised(visit=replace(visit, name=customer.name))
    ledger = ports.visitors.ledger(visit.site, visitor)
    is_another = before is not None and before.visitor != visitor
    known = visit.of(ledger, name=customer.name)
    return Recognised(visit=known, open=ledger.open, is_another=is_another)


def stop_listening(ports: Ports, visit: Visit, connection: str) -> None:
    """A socket that has become somebody else's hears no more of this visitor's conversation."""
    if visit.ledger_version == 0:
        # Nobody ever reached out to them.
        return
    ledger = ports.visitors.ledger(visit.site, visit.visitor)
    if ledger.open is None:
        return
    try:
        conversation = ports.conversations.get(visit.site, ledger.open)
    except NotFound:
        return
    ports.conversations.forget(conversation, connection)


def require(playbook: Playbook, visit: Visit) -> None:
    """Unauthenticated `identity_invalid` where a site talks to known customers only."""
    if playbook.site.identity_enforced and not visit.identified:
        raise Unauthenticated("this site talks to customers it knows", "identity_invalid")


def without_secret(body: object) -> tuple[Any, str | None]:
    """A site's settings without the secret they bring, and that secret; Invalid for a bad one."""
    if not isinstance(body, dict) or not isinstance(body.get("identity"), dict):
        return body, None
    identity = dict(body["identity"])
    secret = identity.pop("secret", None)
    if secret is not None and not _is_good(secret):
        problem = f"expected {SHORTEST_SECRET} to {LONGEST_SECRET} printable ASCII characters"
        raise Invalid("identity.secret", problem)
    return {**body, "identity": identity}, secret


def check(ports: Ports, site: str, body: object, secret: str | None) -> None:
    """Conflict `no_secret` when identities are to be enforced that nobody could prove."""
    settings = Fields(body).raw("identity", {})
    enforced = isinstance(settings, dict) and settings.get("enforced") is True
    if enforced and secret is None and not ports.identity_secrets.secret_of(site):
        raise Conflict("give identity.secret first, or with it", "no_secret")


def _is_good(secret: object) -> bool:
    return (
        isinstance(secret, str)
        and SHORTEST_SECRET <= len(secret) <= LONGEST_SECRET
        and secret.isascii()
        and secret.isprintable()
    )


def _signed(token: str, secret: str) -> Mapping[str, Any]:
    """The claims, once the signature holds. Moments are checked apart, by our clock."""
    # Only pages whose visitors are known need it; the others start 19 ms sooner.
    from jwt import PyJWTError, decode

    unchecked = {f"verify_{name}": False for name in ("exp", "iat", "nbf")}
    options: Any = {"require": ["sub", "exp"], **unchecked}
    try:
        return decode(token, secret, algorithms=[ALGORITHM], options=options)
    except (PyJWTError, ValueError, RecursionError):
        raise _invalid() from None


def _subject(claims: Mapping[str, Any], now: float) -> str:
    subject, ends, begins = claims["sub"], claims["exp"], claims.get("nbf", 0)
    if not (
        isinstance(subject, str)
        and 1 <= len(subject) <= LONGEST_SUBJECT
        and _is_moment(ends)
        and _is_moment(begins)
        and begins - LEEWAY_SECONDS <= now < ends + LEEWAY_SECONDS
    ):
        raise _invalid()
    return subject


def _name(value: object) -> str:
    """What the visitor may be called; a name that nobody could be called proves nothing less."""
    try:
        return one_line(value, "name", LONGEST_NAME)
    except Invalid:
        return ""


def _is_moment(value: object) -> bool:
    return type(value) is int and 0 <= value < LATEST_MOMENT


def _invalid() -> Unauthenticated:
    return Unauthenticated("the identity is not proven", "identity_invalid")
