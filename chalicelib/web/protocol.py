"""A frame came in: which action is it, and what goes back?

One frame, one answer. The socket stays open whatever was wrong with a frame; five bad ones within a
minute end it.
"""

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.errors import Invalid, VestibuleError
from chalicelib.model.notices import Bye
from chalicelib.model.reading import Fields
from chalicelib.web import staff_actions, visitor_actions
from chalicelib.web.callers import Caller, Edge, Side, caller_of
from chalicelib.web.encoding import parse_json, render
from chalicelib.web.failures import Refused, socket_error
from chalicelib.web.visitor_actions import Action
from chalicelib.web.words import word

LARGEST_FRAME: Final = 16_384
BAD_FRAMES_A_MINUTE: Final = 5
SECONDS_TO_CALM_DOWN: Final = 30

ACTIONS: Final[Mapping[Side, Mapping[str, Action]]] = {
    Side.VISITOR: visitor_actions.ACTIONS,
    Side.STAFF: staff_actions.ACTIONS,
}


def answer(edge: Edge, context: Mapping[str, Any], body: str | None) -> str | None:
    """The text that answers one frame, or None where none is due."""
    caller = caller_of(context)
    try:
        action, frame_id, fields = _opened(caller, body or "")
    except VestibuleError as error:
        return _bad(edge, caller, error)
    try:
        notice = action(edge, caller, fields)
    except Exception as error:
        return _refused(error, frame_id, fields)
    return None if notice is None else word(notice, frame_id)


def _opened(caller: Caller, body: str) -> tuple[Action, str | None, Fields]:
    """The action a frame names, with the rest of its fields; raises when it is no frame of ours."""
    try:
        document = parse_json(body, limit=LARGEST_FRAME)
    except Refused as refusal:
        if refusal.code == "too_large":
            raise
        raise Invalid("", refusal.message, "bad_frame") from refusal
    if not isinstance(document, dict):
        raise Invalid("", "expected an object", "bad_frame")
    fields = Fields(document)
    frame_id = fields.raw("id", None)
    if frame_id is not None and not (isinstance(frame_id, str) and len(frame_id) <= 64):
        raise Invalid("id", "expected a text of at most 64 characters", "bad_frame")
    action = fields.raw("action", None)
    actions = ACTIONS[caller.side]
    if not isinstance(action, str) or action not in actions:
        raise Invalid("action", f"expected one of {', '.join(sorted(actions))}", "bad_frame")
    return actions[action], frame_id, fields


def _refused(error: Exception, frame_id: str | None, fields: Fields) -> str:
    frame: dict[str, Any] = dict(socket_error(error, frame_id))
    client_id = fields.raw("client_id", None)
    if isinstance(client_id, str) and len(client_id) <= 64:
        frame["client_id"] = client_id
    return render(frame)


def _bad(edge: Edge, caller: Caller, error: VestibuleError) -> str | None:
    """Say what is wrong; whoever sends nothing but rubbish is shown out."""
    name = f"bad_frames {caller.connection}"
    if error.code == "bad_frame" and edge.ports.limits.count(name, 60) >= BAD_FRAMES_A_MINUTE:
        edge.ports.sockets.push(
            caller.connection, Bye(code="bad_frames", retry_after=SECONDS_TO_CALM_DOWN)
        )
        edge.ports.sockets.close(caller.connection)
        return None
    return render(socket_error(error))
