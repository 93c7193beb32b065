"""What is noted of every invocation? One line: what woke us, how it ended, how long it took."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from chalice.app import Request, Response, WebsocketEvent

from chalicelib import wiring


def one_line(event: Any, get_response: Callable[[Any], Any]) -> Any:
    """Chalice middleware of kind `all`."""
    began = wiring.steady()
    try:
        answer = get_response(event)
    except Exception as error:
        # A line for every invocation, above all for one that ends in a bug; the error goes on.
        _note(event, {"failed": type(error).__name__}, began)
        raise
    _note(event, _outcome(answer), began)
    return answer


def _note(event: Any, outcome: Mapping[str, Any], began: float) -> None:
    milliseconds = round((wiring.steady() - began) * 1000)
    wiring.note(type(event).__name__, **_subject(event), **outcome, ms=milliseconds)


def _subject(event: Any) -> dict[str, Any]:
    """The route, never the path: a path holds ids that belong to somebody."""
    if isinstance(event, Request):
        context = event.context
        return {
            "method": event.method,
            "route": context.get("resourcePath"),
            "request_id": context.get("requestId"),
        }
    if isinstance(event, WebsocketEvent):
        return {"connection": event.connection_id, "bytes": len(event.body or "")}
    return {}


def _outcome(answer: Any) -> dict[str, Any]:
    if isinstance(answer, Response):
        return {"status": answer.status_code}
    if isinstance(answer, dict) and "outcome" in answer:
        return {"outcome": answer["outcome"]}
    if isinstance(answer, dict) and isinstance(answer.get("body"), str):
        frame = json.loads(answer["body"])
        shown = {"answered": frame.get("type")}
        return shown | ({"code": frame["code"]} if "code" in frame else {})
    return {}
