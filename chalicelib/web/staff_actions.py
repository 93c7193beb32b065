"""What may a staff page say, and what answers it?"""

from collections.abc import Mapping
from typing import Final

from chalicelib.errors import Unauthenticated
from chalicelib.model.agent import Status, User
from chalicelib.model.conversation import Author, AuthorKind
from chalicelib.model.notices import Notice, Pong
from chalicelib.model.reading import Fields
from chalicelib.services import rights
from chalicelib.services.conversation import messages
from chalicelib.services.ports.placement import Listener
from chalicelib.services.staff import presence
from chalicelib.web import frames
from chalicelib.web.callers import Caller, Edge
from chalicelib.web.visitor_actions import Action, acknowledged


def keep_presence(edge: Edge, caller: Caller, fields: Fields) -> Notice:
    status = fields.word("status", Status, None)
    fields.done()
    return presence.renew(edge.ports, caller.site, caller.user, status, caller.connection)


def message(edge: Edge, caller: Caller, fields: Fields) -> Notice:
    conversation = fields.identifier("conversation")
    client_id, text, attached = frames.said(fields)
    fields.done()
    user = _user(edge, caller)
    posted = messages.post(
        edge.ports,
        caller.site,
        conversation,
        author_of(user),
        client_id,
        text,
        attachments=attached,
        connection=caller.connection,
        may_write=rights.may_write_as(user),
    )
    return acknowledged(posted)


def typing(edge: Edge, caller: Caller, fields: Fields) -> None:
    conversation = fields.identifier("conversation")
    fields.done()
    user = _user(edge, caller)
    messages.typing(edge.ports, caller.site, conversation, user, caller.connection)


def read(edge: Edge, caller: Caller, fields: Fields) -> None:
    conversation = fields.identifier("conversation")
    number = fields.integer("number")
    fields.done()
    user = _user(edge, caller)
    messages.mark_read(edge.ports, caller.site, conversation, number, user, caller.connection)


def resume(edge: Edge, caller: Caller, fields: Fields) -> Notice:
    conversation = fields.identifier("conversation")
    after = fields.integer("after", 0)
    fields.done()
    user = _user(edge, caller)
    listener = Listener(connection=caller.connection, user=user.id)
    _found, page = messages.resume(
        edge.ports, caller.site, conversation, after, listener, rights.may_read_as(user)
    )
    return page


def ping(_edge: Edge, _caller: Caller, fields: Fields) -> Notice:
    fields.done()
    return Pong()


ACTIONS: Final[Mapping[str, Action]] = {
    "presence": keep_presence,
    "message": message,
    "typing": typing,
    "read": read,
    "resume": resume,
    "ping": ping,
}


def author_of(user: User) -> Author:
    """An agent as visitors see them."""
    return Author(kind=AuthorKind.AGENT, id=user.id, name=user.shown_name, avatar=user.avatar)


def _user(edge: Edge, caller: Caller) -> User:
    """The user as they are now: whoever was deactivated a moment ago may do nothing any more."""
    staff = edge.ports.staff
    user = staff.users().get(caller.user) or staff.user(caller.user)
    if user is None or not user.active or not user.works_on(caller.site):
        raise Unauthenticated("this account is not active", "auth_expired")
    return user
