"""Which AsyncAPI 3.0 document describes the socket?

Written from the server's side: it *receives* what a client says, and *sends* what it says itself.
"""

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.web.protocol import ACTIONS
from docs.generate import frames, glossary
from docs.generate.reading import fields_of

Schema = dict[str, Any]

VERSION: Final = "1"
SIDES: Final[Mapping[str, Schema]] = {
    "visitor": {
        "title": "A visitor's page",
        "description": "Opens for an Origin that the site allows.",
        "parameter": ("site", "the site's id"),
    },
    "staff": {
        "title": "A page of the staff",
        "description": "Opens once for a ticket of `POST /v1/sockets/tickets`, within 30 s.",
        "parameter": ("ticket", "the ticket"),
    },
}


def document() -> Schema:
    """The whole document."""
    messages = {kind.__name__: _notice(kind) for kind in frames.kinds()}
    for side in SIDES:
        for action, read in ACTIONS_BY_SIDE[side].items():
            messages[_name(side, action)] = _said(side, action, fields_of(read))
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Vestibule, the socket",
            "version": VERSION,
            "description": "One socket API for visitors and staff; JSON, one frame a message.",
        },
        "defaultContentType": "application/json",
        "channels": {side: _channel(side) for side in SIDES},
        "operations": {
            name: operation for side in SIDES for name, operation in _operations(side).items()
        },
        "components": {"messages": messages},
    }


ACTIONS_BY_SIDE: Final = {side.value: actions for side, actions in ACTIONS.items()}


def _channel(side: str) -> Schema:
    about = SIDES[side]
    parameter, meaning = about["parameter"]
    said = [_name(side, action) for action in ACTIONS_BY_SIDE[side]]
    heard = [kind.__name__ for kind in frames.kinds() if _hears(side, kind)]
    query = {"type": "object", "required": [parameter]}
    return {
        "address": "/",
        "title": about["title"],
        "description": about["description"],
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in said + heard},
        "bindings": {
            "ws": {
                "bindingVersion": "0.1.0",
                "query": {
                    **query,
                    "properties": {parameter: {"type": "string", "description": meaning}},
                },
            }
        },
    }


def _operations(side: str) -> Schema:
    found: Schema = {}
    for action in ACTIONS_BY_SIDE[side]:
        found[_name(side, action)] = {
            "action": "receive",
            "channel": {"$ref": f"#/channels/{side}"},
            "summary": glossary.MEANINGS[side][action],
            "messages": [_of(side, _name(side, action))],
            "reply": {
                "channel": {"$ref": f"#/channels/{side}"},
                "messages": [_of(side, name) for name in _answers(side, action)],
            },
        }
    for kind in frames.kinds():
        if _hears(side, kind):
            found[f"{side}Hears{kind.__name__}"] = {
                "action": "send",
                "channel": {"$ref": f"#/channels/{side}"},
                "summary": glossary.NOTICES[kind.__name__][1],
                "messages": [_of(side, kind.__name__)],
            }
    return found


def _answers(side: str, action: str) -> list[str]:
    words = (*glossary.ANSWERS[side][action], "error")
    return [
        kind.__name__
        for word in words
        for kind in frames.kinds()
        if frames.word_of(kind) == word and _hears(side, kind)
    ]


def _hears(side: str, kind: type) -> bool:
    return glossary.NOTICES[kind.__name__][0] in (side, "both")


def _said(side: str, action: str, taken: Mapping[str, Any]) -> Schema:
    return {
        "name": action,
        "title": f"{side} says {action}",
        "summary": glossary.MEANINGS[side][action],
        "payload": frames.inward(action, taken),
    }


def _notice(kind: type) -> Schema:
    return {
        "name": frames.word_of(kind),
        "title": kind.__name__,
        "summary": glossary.NOTICES[kind.__name__][1],
        "payload": frames.outward(kind),
    }


def _name(side: str, action: str) -> str:
    return f"{side}Says{action.title()}"


def _of(side: str, message: str) -> Schema:
    return {"$ref": f"#/channels/{side}/messages/{message}"}
