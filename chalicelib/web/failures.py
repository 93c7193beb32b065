"""What does an error say to the one who asked, over REST and over the socket?

One table turns an error's type into an HTTP status. What was not raised on purpose is answered
without detail, and logged without what people wrote.
"""

import logging
import traceback
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from chalicelib.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    RateLimited,
    Unauthenticated,
    VestibuleError,
)

LOG: Final = logging.getLogger("vestibule.web")

STATUSES: Final[Mapping[type[BaseException], int]] = MappingProxyType(
    {Invalid: 422, NotFound: 404, Conflict: 409, Unauthenticated: 401, Forbidden: 403}
)
# What HTTP tells apart and the layers below do not: "try again", a version asked for in vain, a
# text that no field could hold, and too much at once.
BUSY: Final = "busy"
STALE: Final = "precondition_failed"
INVALID_TEXT: Final = "invalid_text"
TOO_OFTEN: Final = "rate_limited"
STATUSES_BY_CODE: Final[Mapping[str, int]] = MappingProxyType(
    {BUSY: 503, STALE: 412, INVALID_TEXT: 400, TOO_OFTEN: 429}
)
NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})
TRY_AGAIN: Final[Mapping[str, str]] = MappingProxyType({"Retry-After": "1"})
LONGEST_MESSAGE: Final = 300
LONGEST_PATH: Final = 120


class Refused(VestibuleError):
    """The request itself is refused, with an HTTP status of its own and maybe headers."""

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] = NO_HEADERS
    ) -> None:
        super().__init__(message, code)
        self.status = status
        self.headers = headers


def status_of(error: Exception) -> int:
    """The HTTP status that answers an error; 500 for whatever was not raised on purpose."""
    if isinstance(error, Refused):
        return error.status
    if isinstance(error, VestibuleError) and error.code in STATUSES_BY_CODE:
        return STATUSES_BY_CODE[error.code]
    return next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), 500)


def headers_of(error: Exception) -> Mapping[str, str]:
    """The HTTP headers that an error asks for."""
    if isinstance(error, Refused):
        return error.headers
    if isinstance(error, RateLimited):
        return {"Retry-After": str(error.retry_after)}
    return TRY_AGAIN if status_of(error) == 503 else NO_HEADERS


def rest_error(error: Exception, request_id: str) -> dict[str, dict[str, str]]:
    """The body that answers an error; logs it when it is our fault and not the caller's."""
    body = _described(error, request_id)
    if isinstance(error, Invalid) and error.path:
        body["path"] = _cut(error.path, LONGEST_PATH)
    return {"error": {**body, "request_id": request_id}}


def socket_error(error: Exception, frame_id: str | None = None) -> dict[str, str | int]:
    """The frame that answers an error; logs it when it is our fault and not the caller's."""
    frame: dict[str, str | int] = {"type": "error", **_described(error, frame_id or "")}
    if isinstance(error, RateLimited):
        frame["retry_after"] = error.retry_after
    return frame if frame_id is None else {**frame, "id": frame_id}


def _described(error: Exception, request_id: str) -> dict[str, str]:
    if not isinstance(error, VestibuleError) or status_of(error) == 500:
        _log(error, request_id)
        return {"code": "internal", "message": "something went wrong on our side"}
    if isinstance(error, Invalid) and error.path:
        # The path may hold names the caller made up: cut it, so that the problem stays readable.
        path, problem = _cut(error.path, LONGEST_PATH), _cut(error.problem, LONGEST_MESSAGE)
        return {"code": error.code, "message": f"{path}: {problem}"}
    return {"code": error.code, "message": _cut(error.message, LONGEST_MESSAGE)}


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 3]}..."


def _log(error: Exception, request_id: str) -> None:
    """Say what failed and where, never its message: Python's messages quote what people wrote."""
    answer = getattr(error, "response", None)
    reported = answer.get("Error", {}) if isinstance(answer, Mapping) else {}
    LOG.error(
        "unexpected %s",
        type(error).__name__,
        extra={
            "request_id": request_id,
            "aws_code": reported.get("Code"),
            "frames": traceback.format_tb(error.__traceback__),
        },
    )
