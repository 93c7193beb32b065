"""An alarm rings for a wait: is an address to be asked for, now?

The alarm is never the truth. Everything is read and decided again, and one transaction claims: the
request's message, the mark that this conversation was asked, and the end of the run. A person's
answer changes the same conversation item, so one of the two comes first, and the other sees it.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from chalicelib.errors import Conflict, NotFound
from chalicelib.flows import advance
from chalicelib.flows.advance import Ask, Finish, Kind, Reason, Sleep, Waiting
from chalicelib.flows.email_request import EmailRequest, FlowStatus
from chalicelib.flows.templates import fill, in_language
from chalicelib.model.conversation import Author, AuthorKind, Conversation, Message
from chalicelib.model.flow_run import FlowRun, RunEvent, RunState
from chalicelib.model.notices import EmailInformed, EmailRequested, Notice
from chalicelib.playbook.playbook import Playbook
from chalicelib.services import audience, letters
from chalicelib.services.placement import Listener
from chalicelib.services.ports import Ports

ATTEMPTS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAlarm:
    """When to ring again, and the tick that alarm must carry."""

    tick: int
    wake_at: datetime


def wake(ports: Ports, site: str, run_id: str, tick: int) -> NextAlarm | None:
    """Take a run to its next pause; None when it is over.

    An alarm that rings twice, or for a tick the run has left, changes nothing and is told the run's
    own next.
    """
    for _attempt in range(ATTEMPTS):
        run = ports.runs.get(site, run_id)
        if run.is_done:
            _tell_again(ports, run)
            return None
        if run.tick != tick:
            return NextAlarm(tick=run.tick, wake_at=run.wake_at)
        try:
            return _advance(ports, run)
        except Conflict:
            # Somebody wrote, or another alarm was faster: read and decide again.
            continue
    raise Conflict("the conversation keeps changing; try again", "busy")


def _advance(ports: Ports, run: FlowRun) -> NextAlarm | None:
    now = ports.now()
    try:
        playbook = ports.playbooks.fresh(run.site)
        conversation, listeners = ports.conversations.with_audience(run.site, run.conversation)
    except NotFound:
        ports.runs.save(run, run.ended(RunEvent.FINISHED, "conversation_gone"))
        return None
    begun_with = ports.playbooks.at(run.site, run.playbook_version)
    flows = advance.candidates(
        begun_with.flows.values(),
        targeting_rule=conversation.targeting_rule,
        routing_rule=conversation.routing_rule,
    )
    paused = {
        flow.id
        for flow in flows
        if flow.id not in playbook.flows or playbook.flows[flow.id].status is not FlowStatus.ACTIVE
    }
    waiting = _waiting(playbook, run, conversation)
    match advance.advance(flows, waiting, now, ports.pace, paused):
        case Ask() as ask:
            _ask(ports, playbook, run, ask, conversation, listeners, now)
            return None
        case Sleep(until=until):
            asleep = run.asleep_until(until)
            ports.runs.save(run, asleep)
            return NextAlarm(tick=asleep.tick, wake_at=until)
        case Finish(reason=reason):
            ended = RunEvent.CANCELLED if reason is Reason.ANSWERED else RunEvent.FINISHED
            ports.runs.save(run, run.ended(ended, reason.value))
            return None
        case step:
            assert_never(step)


def _waiting(playbook: Playbook, run: FlowRun, conversation: Conversation) -> Waiting:
    site = playbook.site
    group = playbook.groups.get(conversation.group or "")
    hours = group.hours if group is not None and group.hours is not None else site.hours
    return Waiting(
        since=run.since,
        answered=conversation.unanswered_since != run.since,
        closed=not conversation.is_open,
        already_asked=conversation.asked_by is not None,
        address_known=conversation.email is not None,
        is_open=lambda at: hours.is_open(at, site.zone),
    )


def _ask(
    ports: Ports,
    playbook: Playbook,
    run: FlowRun,
    ask: Ask,
    before: Conversation,
    listeners: tuple[Listener, ...],
    now: datetime,
) -> None:
    """Claim and ask: one transaction, then the push, which is only a hint."""
    variables = letters.variables(ports, playbook, before)
    messages = ask.flow.messages
    texts = messages.information if ask.kind is Kind.KNOWN else messages.request
    fallback = playbook.site.languages[0]
    text = fill(in_language(texts, before.language, fallback), variables)
    after = replace(before.with_message(AuthorKind.FLOW, now), asked_by=ask.flow.id)
    author = Author(kind=AuthorKind.FLOW, id=ask.flow.id, avatar=playbook.chatbox.avatar or "")
    message = Message(
        conversation=before.id, number=after.last_number, author=author, text=text, sent_at=now
    )
    asked = replace(run.having_asked(ask.flow.id), reason=ask.kind.value)
    ports.conversations.post(before, after, message, run=(run, asked))
    _tell(ports, playbook, asked, ask.flow, after, listeners, message)


def _tell_again(ports: Ports, run: FlowRun) -> None:
    """Whoever died between the claim and the mail is woken once more by the alarm clock."""
    if run.state is not RunState.ASKED or run.reason != Kind.KNOWN.value:
        return
    playbook = ports.playbooks.at(run.site, run.playbook_version)
    conversation, listeners = ports.conversations.with_audience(run.site, run.conversation)
    seen = conversation.visitor_seen
    unseen = ports.conversations.messages(run.site, conversation.id, seen, letters.MOST_QUOTED)
    message = next((each for each in unseen if each.author.kind is AuthorKind.FLOW), None)
    if message is not None:
        flow = playbook.flows[message.author.id]
        _tell(ports, playbook, run, flow, conversation, listeners, message)


def _tell(
    ports: Ports,
    playbook: Playbook,
    run: FlowRun,
    flow: EmailRequest,
    conversation: Conversation,
    listeners: tuple[Listener, ...],
    message: Message,
) -> None:
    """In the box; by mail when the address is known and the visitor has left."""
    notice = _notice(run, conversation, message)
    heard = audience.tell_visitor(ports, conversation, listeners, notice)
    if run.reason == Kind.KNOWN.value and not heard:
        letters.inform(ports, playbook, conversation, flow, run)


def _notice(run: FlowRun, conversation: Conversation, message: Message) -> Notice:
    if run.reason == Kind.KNOWN.value and conversation.email is not None:
        return EmailInformed(
            conversation=conversation.id,
            number=message.number,
            text=message.text,
            address=conversation.email,
        )
    return EmailRequested(conversation=conversation.id, number=message.number, text=message.text)
