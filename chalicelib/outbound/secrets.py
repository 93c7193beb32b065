"""Where are the secrets? In SecureStrings: the signing key, made by the first Lambda to need it,
and what each site's own server signs with."""

import base64
from collections.abc import Callable
from typing import Any, Final

from botocore.exceptions import ClientError

from chalicelib.outbound.aws import code_of

REMEMBERED_SECONDS: Final = 60
# Who has no secret yet is about to be given one.
MISSED_SECONDS: Final = 5


def signing_key(client: Any, parameter: str, new_secret: Callable[[], str]) -> bytes:
    """The deployment's signing key; made once, whoever is first."""
    try:
        return _read(client, parameter)
    except ClientError as error:
        if code_of(error) != "ParameterNotFound":
            raise
    try:
        client.put_parameter(
            Name=parameter, Value=new_secret(), Type="SecureString", Overwrite=False
        )
    except ClientError as error:
        if code_of(error) != "ParameterAlreadyExists":
            raise
    return _read(client, parameter)


class SsmIdentitySecrets:
    """A parameter for each site, below one path; `steady` tells seconds."""

    def __init__(self, client: Callable[[], Any], path: str, steady: Callable[[], float]) -> None:
        self._client = client
        self._path = path
        self._steady = steady
        self._known: dict[str, tuple[str | None, float]] = {}

    def secret_of(self, site: str) -> str | None:
        """The secret as it stood within the last minute."""
        secret, until = self._known.get(site, (None, 0.0))
        if self._steady() < until:
            return secret
        return self._remember(site, self._stored(site))

    def keep(self, site: str, secret: str) -> None:
        # Encoded: a parameter's own language gives braces a meaning.
        value = base64.urlsafe_b64encode(secret.encode()).decode()
        self._client().put_parameter(
            Name=self._name(site), Value=value, Type="SecureString", Overwrite=True
        )
        self._remember(site, secret)

    def drop(self, site: str) -> None:
        try:
            self._client().delete_parameter(Name=self._name(site))
        except ClientError as error:
            if code_of(error) != "ParameterNotFound":
                raise
        self._remember(site, None)

    def _stored(self, site: str) -> str | None:
        try:
            return _read(self._client(), self._name(site)).decode()
        except ClientError as error:
            if code_of(error) != "ParameterNotFound":
                raise
            return None

    def _remember(self, site: str, secret: str | None) -> str | None:
        seconds = MISSED_SECONDS if secret is None else REMEMBERED_SECONDS
        self._known[site] = secret, self._steady() + seconds
        return secret

    def _name(self, site: str) -> str:
        return f"{self._path}/{site}"


def _read(client: Any, parameter: str) -> bytes:
    found = client.get_parameter(Name=parameter, WithDecryption=True)["Parameter"]["Value"]
    return base64.urlsafe_b64decode(found + "=" * (-len(found) % 4))
