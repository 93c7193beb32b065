"""Where is the signing key? In a SecureString that the first Lambda to need it makes."""

import base64
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.outbound.aws import code_of


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


def _read(client: Any, parameter: str) -> bytes:
    found = client.get_parameter(Name=parameter, WithDecryption=True)["Parameter"]["Value"]
    return base64.urlsafe_b64decode(found + "=" * (-len(found) % 4))
