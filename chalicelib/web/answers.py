"""How does a view's document, or its error, become an HTTP answer?"""

from collections.abc import Callable, Mapping
from functools import wraps
from types import MappingProxyType
from typing import Any, Final

from chalice.app import Request, Response

from chalicelib.web.encoding import render
from chalicelib.web.failures import Refused, headers_of, rest_error, status_of

# What Chalice refuses before a view is called, in our words.
REFUSALS: Final[Mapping[int, tuple[str, str]]] = MappingProxyType(
    {
        400: ("bad_request", "the request cannot be answered in that form"),
        405: ("method_not_allowed", "this path has no such method"),
        415: ("unsupported_media_type", "send the body as application/json"),
    }
)
HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Content-Type": "application/json; charset=utf-8",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
)


def answering(
    current_request: Callable[[], Request | None],
) -> Callable[[Callable[..., Any]], Callable[..., Response]]:
    """Decorate a view: its document becomes a 200, None a 204, an error the answer it deserves.

    A view that needs another status, or headers, returns a Chalice `Response` around its document.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Response]:
        @wraps(view)
        def answer(*arguments: Any, **named: Any) -> Response:
            try:
                return finished(view(*arguments, **named))
            except Exception as error:
                # A bug too gets our answer, with its request's id: Chalice's would have neither.
                return failure(error, _request_id(current_request()))

        return answer

    return decorate


def failure(error: Exception, request_id: str) -> Response:
    """The HTTP answer to an error."""
    return finished(
        Response(rest_error(error, request_id), dict(headers_of(error)), status_of(error))
    )


def reworded(request: Request, get_response: Callable[[Request], Response]) -> Response:
    """Chalice middleware of kind `http`: Chalice's own refusals get our body and headers."""
    response = get_response(request)
    if not isinstance(response.body, dict) or response.body.keys() != {"Code", "Message"}:
        return response
    status = response.status_code
    refusal = Refused(
        status, *REFUSALS.get(status, ("internal", "something went wrong on our side"))
    )
    return finished(Response(rest_error(refusal, _request_id(request)), response.headers, status))


def finished(answer: Any) -> Response:
    """A view's answer, its body written and its headers complete; the view's own headers win."""
    if answer is None:
        return Response("", dict(HEADERS), 204)
    response = answer if isinstance(answer, Response) else Response(answer)
    body = response.body if isinstance(response.body, str) else render(response.body)
    return Response(body, {**HEADERS, **response.headers}, response.status_code)


def _request_id(request: Request | None) -> str:
    return str(request.context.get("requestId", "")) if request is not None else ""
