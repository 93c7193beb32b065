"""A frame came in: which action is it, and what goes back?

One frame, one answer. The socket stays open whatever was wrong with a frame; five bad ones within a
minute end it.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from chalicelib.errors import Invalid, RateLimited, VestibuleError
from chalicelib.model.notices import Bye
from chalicelib.model.reading import Fields
from chalicelib.services.ports.limits import Quota
from chalicelib.web import staff_actions, visitor_actions
from chalicelib.web.callers import Caller, Edge, Side, caller_of
from chalicelib.web.encoding import parse_json, render
from chalicelib.web.failures import socket_error
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
    frame_id = None
    try:
        fields = _read(body or "")
        frame_id = _frame_id(fields)
        action = _action(caller, fields)
    except VestibuleError as error:
        return _bad(edge, caller, error, frame_id)
    try:
        notice = action(edge, replace(caller, frame=frame_id), fields)
    except Exception as error:
        # A bug too must be answered: whoever hears nothing sends the frame again, and again.
        return _refused(error, frame_id, fields)
    return None if notice is None else word(notice, frame_id)


def _read(body: str) -> Fields:
    """The fields of a frame; raises when it is no frame of ours."""
    try:
        return Fields(parse_json(body, limit=LARGEST_FRAME))
    except VestibuleError as error:
        if error.code == "too_large":
            raise
        raise Invalid("", error.message, "bad_frame") from error


def _frame_id(fields: Fields) -> str | None:
    """What the client calls this frame."""
    frame_id = fields.raw("id", None)
    if frame_id is not None and not (isinstance(frame_id, str) and len(frame_id) <= 64):
        raise Invalid("id", "expected a text of at most 64 characters", "bad_frame")
    return frame_id


def _action(caller: Caller, fields: Fields) -> Action:
    action = fields.raw("action", None)
    actions = ACTIONS[caller.side]
    if not isinstance(action, str) or action not in actions:
        raise Invalid("action", f"expected one of {', '.join(sorted(actions))}", "bad_frame")
    return actions[action]


def _refused(error: Exception, frame_id: str | None, fields: Fields) -> str:
    frame: dict[str, Any] = dict(socket_error(error, frame_id))
    client_id = fields.raw("client_id", None)
    if isinstance(client_id, str) and len(client_id) <= 64:
        frame["client_id"] = client_id
    return render(frame)


def _bad(edge: Edge, caller: Caller, error: VestibuleError, frame_id: str | None) -> str | None:
    """Say what is wrong; whoever sends nothing but rubbish is shown out."""
    if error.code == "bad_frame" and _too_many(edge, caller):
        edge.ports.sockets.push(
            caller.connection, Bye(code="bad_frames", retry_after=SECONDS_TO_CALM_DOWN)
        )
        edge.ports.sockets.close(caller.connection)
        return None
    return render(socket_error(error, frame_id))


def _too_many(edge: Edge, caller: Caller) -> bool:
    name = f"bad_frames {caller.connection}"
    try:
        edge.ports.limits.spend(Quota(name=name, most=BAD_FRAMES_A_MINUTE - 1, seconds=60))
    except RateLimited:
        return True
    except VestibuleError:
        # Not counted this time: rubbish is no reason to fail.
        return False
    return False
