"""What may a visitor's page say, and what answers it?"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from chalicelib.errors import NotFound, Unauthenticated
from chalicelib.model.conversation import Author, AuthorKind
from chalicelib.model.notices import Acknowledged, Notice, PageAnswer, Pong, TranscriptSent
from chalicelib.model.reading import Fields
from chalicelib.model.views import for_visitor
from chalicelib.model.visit import Visit
from chalicelib.services.assignment import positions
from chalicelib.services.conversation import (
    attachments,
    conversations,
    follow_up,
    messages,
    surveys,
)
from chalicelib.services.conversation.conversations import Start, Started
from chalicelib.services.engagement import engagements, identities, transactions, visits
from chalicelib.services.engagement.visits import Held, Seen
from chalicelib.services.mail import letters, transcripts
from chalicelib.services.ports.placement import Listener
from chalicelib.web import frames
from chalicelib.web.callers import Caller, Edge

Action = Callable[[Edge, Caller, Fields], Notice | None]


def page(edge: Edge, caller: Caller, fields: Fields) -> Notice:
    fields.raw("site", None)
    view = replace(frames.page_view(fields), country=caller.country)
    memory = edge.passes.remember(fields.raw("memory", None), caller.site, view.consent, edge.ports)
    resume = frames.resumption(fields)
    identity = fields.raw("identity", None)
    fields.done()
    proven = None if identity is None else identities.customer_of(edge.ports, caller.site, identity)
    held = None if resume is None else _held(edge, caller, resume[0])
    seen = visits.view(edge.ports, caller.site, view, memory, held, caller.connection, proven)
    if resume is not None and held is not None and seen.conversation is not None:
        is_same = seen.conversation.id == held.conversation
        _catch_up(edge, caller, seen.conversation.id, resume[1] if is_same else 0)
    return _answer(edge, seen)


def identify(edge: Edge, caller: Caller, fields: Fields) -> Notice:
    visit = _visit(edge, caller, fields)
    identity = fields.raw("identity")
    fields.done()
    proven = identities.customer_of(edge.ports, caller.site, identity)
    return _answer(edge, visits.identify(edge.ports, visit, proven, caller.connection))


def observed(edge: Edge, caller: Caller, fields: Fields) -> Notice:
    visit = _visit(edge, caller, fields)
    facts = frames.observed(fields)
    fields.done()
    return _answer(edge, visits.observe(edge.ports, visit, facts, caller.connection))


def accept(edge: Edge, caller: Caller, fields: Fields) -> Notice:
    visit = _visit(edge, caller, fields)
    engagement = fields.identifier("engagement")
    fields.done()
    return engagements.accept(edge.ports, visit, engagement)


def dismiss(edge: Edge, caller: Caller, fields: Fields) -> Notice:
    visit = _visit(edge, caller, fields)
    engagement = fields.identifier("engagement")
    fields.done()
    return engagements.dismiss(edge.ports, visit, engagement)


def start(edge: Edge, caller: Caller, fields: Fields) -> Notice | None:
    visit = _visit(edge, caller, fields)
    client_id, text = frames.words(fields)
    engagement = fields.identifier("engagement", None)
    fields.done()
    words = Start(client_id=client_id, text=text, engagement=engagement, network=caller.network)
    started = conversations.start(edge.ports, visit, words, caller.connection)
    return _tell_start(edge, caller, started, client_id)


def message(edge: Edge, caller: Caller, fields: Fields) -> Notice:
    claims = edge.passes.conversation(fields.raw("token"), caller.site, edge.ports)
    client_id, text, attached = frames.said(fields)
    fields.done()
    posted = messages.post(
        edge.ports,
        caller.site,
        claims["c"],
        Author(kind=AuthorKind.VISITOR, id=claims["v"]),
        client_id,
        text,
        attachments=attached,
        connection=caller.connection,
    )
    return acknowledged(posted)


def attach(edge: Edge, caller: Caller, fields: Fields) -> Notice:
    conversation = _own(edge, caller, fields.raw("token"))
    declared = frames.declared(fields, AuthorKind.VISITOR)
    fields.done()
    return attachments.allow_upload(edge.ports, caller.site, conversation, declared)


def download(edge: Edge, caller: Caller, fields: Fields) -> Notice:
    conversation = _own(edge, caller, fields.raw("token"))
    number = fields.integer("number", minimum=1)
    attachment = fields.identifier("attachment")
    fields.done()
    return attachments.allow_download(edge.ports, caller.site, conversation, number, attachment)


def typing(edge: Edge, caller: Caller, fields: Fields) -> None:
    conversation = _own(edge, caller, fields.raw("token"))
    fields.done()
    messages.typing(edge.ports, caller.site, conversation, None, caller.connection)


def read(edge: Edge, caller: Caller, fields: Fields) -> None:
    conversation = _own(edge, caller, fields.raw("token"))
    number = fields.integer("number")
    fields.done()
    messages.mark_read(edge.ports, caller.site, conversation, number, None, caller.connection)


def resume(edge: Edge, caller: Caller, fields: Fields) -> Notice:
    conversation = _own(edge, caller, fields.raw("token"))
    after = fields.integer("after", 0)
    fields.done()
    listener = Listener(connection=caller.connection)
    _found, page = messages.resume(edge.ports, caller.site, conversation, after, listener)
    return page


def email(edge: Edge, caller: Caller, fields: Fields) -> Notice:
    conversation = _own(edge, caller, fields.raw("token"))
    address = fields.raw("address")
    fields.done()
    return letters.keep_address(edge.ports, caller.site, conversation, address, caller.connection)


def rate(edge: Edge, caller: Caller, fields: Fields) -> Notice:
    conversation = _own(edge, caller, fields.raw("token"))
    given = frames.judgement(fields)
    fields.done()
    return surveys.rate(edge.ports, caller.site, conversation, given)


def transcript(edge: Edge, caller: Caller, fields: Fields) -> Notice:
    conversation = _own(edge, caller, fields.raw("token"))
    fields.done()
    address = transcripts.send(edge.ports, caller.site, conversation)
    return TranscriptSent(conversation=conversation, address=address)


def transaction(edge: Edge, caller: Caller, fields: Fields) -> Notice:
    visit = _visit(edge, caller, fields)
    id, amount, currency = frames.sale(fields)
    fields.done()
    return transactions.hear(edge.ports, visit, id, amount, currency)


def ping(_edge: Edge, _caller: Caller, fields: Fields) -> Notice:
    fields.done()
    return Pong()


ACTIONS: Final[Mapping[str, Action]] = {
    "page": page,
    "identify": identify,
    "observed": observed,
    "accept": accept,
    "dismiss": dismiss,
    "start": start,
    "message": message,
    "attach": attach,
    "download": download,
    "typing": typing,
    "read": read,
    "resume": resume,
    "email": email,
    "rate": rate,
    "transcript": transcript,
    "transaction": transaction,
    "ping": ping,
}


def acknowledged(posted: messages.Posted) -> Acknowledged:
    """The answer to whoever wrote."""
    return Acknowledged(
        client_id=posted.message.client_id or "",
        number=posted.message.number,
        conversation=posted.message.conversation,
        duplicate=posted.duplicate or None,
    )


def _visit(edge: Edge, caller: Caller, fields: Fields) -> Visit:
    return edge.passes.read(fields.raw("pass"), caller.site, edge.ports)


def _own(edge: Edge, caller: Caller, token: object) -> str:
    """The conversation that a token names; a token of another site opens nothing here."""
    claims = edge.passes.conversation(token, caller.site, edge.ports)
    return str(claims["c"])


def _held(edge: Edge, caller: Caller, token: object) -> Held:
    claims = edge.passes.conversation(token, caller.site, edge.ports)
    return Held(conversation=claims["c"], visitor=claims["v"])


def _answer(edge: Edge, seen: Seen) -> PageAnswer:
    shown = None
    if seen.conversation is not None:
        agent = edge.ports.staff.users().get(seen.conversation.agent or "")
        token = letters.token(edge.ports, seen.conversation)
        place = positions.of(edge.ports, seen.conversation)
        wait = positions.likely_wait(edge.ports, seen.conversation)
        shown = for_visitor(
            seen.conversation,
            agent,
            token=token,
            position=place,
            estimated_wait_seconds=wait,
        )
    return PageAnswer(
        pass_=edge.passes.write(seen.visit, edge.ports),
        watches=tuple(
            {"fact": each.fact, "op": each.op, "value": each.value} for each in seen.watches
        ),
        engagement=seen.offer,
        conversation=shown,
        forget=seen.forgets or None,
    )


def _catch_up(edge: Edge, caller: Caller, conversation: str, after: int) -> None:
    """Whoever comes back with a conversation is sent what they missed, before the answer."""
    listener = Listener(connection=caller.connection)
    try:
        _found, page = messages.resume(edge.ports, caller.site, conversation, after, listener)
    except (NotFound, Unauthenticated):
        return
    edge.ports.sockets.push(caller.connection, page)


def _tell_start(edge: Edge, caller: Caller, started: Started, client_id: str) -> Notice | None:
    """The visitor hears first; then everybody else. Nobody could take it: no acknowledgement."""
    conversation = started.conversation
    agent = edge.ports.staff.users().get(conversation.agent or "")
    shown = for_visitor(
        conversation,
        agent,
        token=None if started.number is None else letters.token(edge.ports, conversation),
        position=started.position,
        estimated_wait_seconds=started.estimated_wait_seconds,
    )
    if started.number is None:
        return shown
    acknowledgement = Acknowledged(
        client_id=client_id,
        number=started.number,
        conversation=conversation.id,
        duplicate=started.duplicate or None,
    )
    for notice in (shown, acknowledgement):
        edge.ports.sockets.push(caller.connection, notice, answers=caller.frame)
    follow_up.after_start(edge.ports, started)
    return None
