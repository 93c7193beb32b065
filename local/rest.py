"""How do local scripts call the REST API, as any client would?"""

import json
import urllib.error
import urllib.request
from typing import Any

from local.failures import CannotRunError

# A function's first call starts its process.
SECONDS = 60


class RefusedError(CannotRunError):
    """The API answered with an error."""

    def __init__(self, method: str, url: str, status: int, body: str) -> None:
        super().__init__(f"{method} {url} was answered {status}: {body[:600]}")
        self.status = status


def call(
    method: str,
    url: str,
    body: object = None,
    *,
    token: str = "",
    headers: dict[str, str] | None = None,
) -> Any:
    """The answer's JSON (None if it is empty); raises `RefusedError` for a status from 400."""
    request = urllib.request.Request(url, method=method)
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    for name, value in (headers or {}).items():
        request.add_header(name, value)
    # No proxy: everything here is on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=SECONDS) as answer:
            text = answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            said = error.read().decode(errors="replace")
        raise RefusedError(method, url, error.code, said) from error
    return json.loads(text) if text else None


def sign_in(endpoint: str, client: str, email: str, password: str) -> str:
    """A staff member's access token; raises `RefusedError` if Cognito does not know them."""
    answer = call(
        "POST",
        f"{endpoint}/",
        {
            "AuthFlow": "USER_PASSWORD_AUTH",
            "ClientId": client,
            "AuthParameters": {"USERNAME": email, "PASSWORD": password},
        },
        headers={
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
        },
    )
    token: str = answer["AuthenticationResult"]["AccessToken"]
    return token
