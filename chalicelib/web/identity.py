"""Which member of staff is asking, says the access token from Cognito?

Chalice's own authorizer does not verify when it runs locally, so every token is verified here,
wherever it comes from.
"""

from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from chalicelib.errors import VestibuleError
from chalicelib.web.encoding import parse_json
from chalicelib.web.failures import BUSY, Refused

if TYPE_CHECKING:
    from jwt import PyJWK

LONGEST_HEADER: Final = 8192
ALGORITHM: Final = "RS256"
LEEWAY: Final = timedelta(seconds=5)
READ_AGAIN: Final = timedelta(minutes=1)
TRY_AGAIN: Final = timedelta(seconds=5)
REQUIRED: Final = ("exp", "iat", "iss", "sub", "token_use", "client_id", "username")
CHALLENGE: Final[Mapping[str, str]] = MappingProxyType({"WWW-Authenticate": "Bearer"})


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified access token says about its bearer."""

    username: str
    groups: frozenset[str]
    expires_at: datetime


class Verifier:
    """Verifies the access tokens of one user pool's client; keeps the pool's keys once read.

    `fetch_keys` answers the pool's JSON Web Key Set, and raises OSError or ValueError if it cannot.
    """

    def __init__(
        self,
        issuer: str,
        client_id: str,
        fetch_keys: Callable[[], Mapping[str, Any]],
        now: Callable[[], datetime],
    ) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._fetch_keys = fetch_keys
        self._now = now
        self._keys: dict[str, PyJWK] = {}
        self._readable = True
        self._next_read = datetime.min.replace(tzinfo=UTC)

    def verify(self, authorization: str | None) -> Claims:
        """The claims behind an Authorization header, or `Refused` 401 `unauthenticated`."""
        token = _bearer(authorization)
        return self._checked(self._signed(token, self._key(_key_id(token))))

    def _key(self, key_id: str) -> "PyJWK":
        """The pool's key of that name; unknown names read the set again, at most once a minute."""
        now = self._now()
        if key_id not in self._keys and now >= self._next_read:
            self._read(now)
        if key_id in self._keys:
            return self._keys[key_id]
        if self._readable:
            raise _unauthenticated()
        wait = {"Retry-After": str(int(TRY_AGAIN.total_seconds()))}
        raise Refused(503, BUSY, "the keys of the user pool cannot be read now", wait)

    def _read(self, now: datetime) -> None:
        from jwt import PyJWKSet, PyJWTError

        try:
            known = PyJWKSet.from_dict(dict(self._fetch_keys())).keys
        except (OSError, ValueError, PyJWTError):
            self._readable, self._next_read = False, now + TRY_AGAIN
        else:
            self._keys = {key.key_id: key for key in known if key.key_id and key.key_type == "RSA"}
            self._readable, self._next_read = True, now + READ_AGAIN

    def _signed(self, token: str, key: "PyJWK") -> dict[str, Any]:
        """The claims, once signature and issuer hold. Moments are checked apart, by our clock."""
        from jwt import PyJWTError, decode

        try:
            return decode(
                token,
                key.key,
                algorithms=[ALGORITHM],
                issuer=self._issuer,
                options={
                    "require": list(REQUIRED),
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except PyJWTError:
            raise _unauthenticated() from None

    def _checked(self, claims: Mapping[str, Any]) -> Claims:
        now, leeway = self._now().timestamp(), LEEWAY.total_seconds()
        began = max(_second(claims["iat"]), _second(claims.get("nbf", 0)))
        ends = _second(claims["exp"])
        groups = claims.get("cognito:groups", [])
        if not (
            claims["token_use"] == "access"
            and claims["client_id"] == self._client_id
            and isinstance(claims["username"], str)
            and claims["username"]
            and isinstance(groups, list)
            and all(isinstance(group, str) for group in groups)
            and began - leeway <= now < ends + leeway
        ):
            raise _unauthenticated()
        return Claims(claims["username"], frozenset(groups), datetime.fromtimestamp(ends, UTC))


def _bearer(authorization: str | None) -> str:
    if authorization is None or len(authorization) > LONGEST_HEADER:
        raise _unauthenticated()
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.isascii() or token.count(".") != 2:
        raise _unauthenticated()
    return token


def _key_id(token: str) -> str:
    """The key a token names; headers that bring a key, or ask for extensions, are refused."""
    encoded = token.partition(".")[0]
    try:
        header = parse_json(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    except (ValueError, VestibuleError):
        raise _unauthenticated() from None
    match header:
        case {"alg": "RS256", "kid": str(key_id), **others} if others.keys() <= {"typ"}:
            return key_id
        case _:
            raise _unauthenticated()


def _second(value: object) -> int:
    """A moment in a token: a whole second that a calendar can hold."""
    if type(value) is not int or not 0 <= value < 2**33:
        raise _unauthenticated()
    return value


def _unauthenticated() -> Refused:
    return Refused(401, "unauthenticated", "sign in, and send the access token", CHALLENGE)
