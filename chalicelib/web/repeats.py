"""Has this request been answered before? Then it is not done again.

A client that lost an answer sends the same POST once more, under the same Idempotency-Key. Only
what succeeded is kept: whatever failed changed nothing, and may be tried again.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final

from chalice.app import Request, Response

from chalicelib.errors import VestibuleError
from chalicelib.services.ports import Kept, Ports
from chalicelib.web.answers import finished
from chalicelib.web.failures import Refused

HEADER: Final = "Idempotency-Key"
LONGEST_KEY: Final = 255
REPLAYED: Final = {"Idempotent-Replayed": "true"}


def once(
    ports: Ports, request: Request, principal: str, keeps: timedelta, view: Callable[[], Any]
) -> Any:
    """The view's answer, or the one it gave before under the request's key.

    `principal` names who asks for what: nobody meets another's keys. `keeps` is how long the answer
    is worth repeating.
    """
    key = _key_of(request)
    if key is None:
        return view()
    digest = sha256((request.to_original_event().get("body") or "").encode(errors="replace"))
    before = ports.requests.begin(principal, key, digest=digest.hexdigest(), now=ports.now())
    if before is not None:
        return Response(before.body, {**before.headers, **REPLAYED}, before.status)
    try:
        answer = finished(view())
    except Exception:
        # Whatever went wrong, the key must not stay taken; the error goes on to whoever answers.
        with suppress(VestibuleError):
            ports.requests.drop(principal, key)
        raise
    headers = {name: str(value) for name, value in answer.headers.items()}
    kept = Kept(status=answer.status_code, headers=headers, body=str(answer.body))
    # The work is done: a table too busy to remember it must not turn the answer into an error.
    with suppress(VestibuleError):
        until = ports.now() + keeps
        ports.requests.finish(principal, key, digest=digest.hexdigest(), answer=kept, until=until)
    return answer


def _key_of(request: Request) -> str | None:
    key: str | None = request.headers.get(HEADER.lower())
    if key is None:
        return None
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
        problem = f"an {HEADER} has 1 to {LONGEST_KEY} printable characters"
        raise Refused(400, "invalid_idempotency_key", problem)
    return key
