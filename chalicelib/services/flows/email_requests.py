"""A visitor has waited: is an address to be asked for, now?

One transaction claims: the request's message, the mark that this conversation was asked, and the
end of the run. A person's answer changes the same conversation item, so one of the two comes first,
and the other sees it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from chalicelib.flows import advance
from chalicelib.flows.advance import Ask, Finish, Kind, Reason, Sleep, Waiting
from chalicelib.flows.email_request import EmailRequest
from chalicelib.model.conversation import AuthorKind, Conversation, Message
from chalicelib.model.flow_run import FlowRun
from chalicelib.model.notices import EmailInformed, EmailRequested, Notice
from chalicelib.playbook.playbook import Playbook
from chalicelib.services import audience
from chalicelib.services.flows.wakes import Wake, end, meant_for, sleep
from chalicelib.services.mail import letters
from chalicelib.services.ports import Ports
from chalicelib.services.ports.placement import Listener


def new_run(
    ports: Ports, playbook: Playbook, conversation: Conversation, now: datetime
) -> FlowRun | None:
    """The run of a wait that begins now, if a flow is meant for this conversation.

    Only an asynchronous conversation is asked: where nobody queues, somebody is there.
    """
    group = playbook.groups.get(conversation.group or "")
    if group is None or group.is_synchronous or conversation.asked_by is not None:
        return None
    flows = meant_for(playbook.email_requests, conversation)
    if not flows:
        return None
    return FlowRun(
        id=ports.new_id(),
        site=conversation.site,
        conversation=conversation.id,
        playbook_version=playbook.version,
        since=now,
        wake_at=advance.due(flows[0], now, ports.wait_scale),
    )


def step(ports: Ports, wake: Wake) -> FlowRun:
    """Ask, sleep on or end; the run as it is stored now, or Conflict."""
    flows = meant_for(wake.begun_with.email_requests, wake.conversation)
    decided = advance.advance(flows, _waiting(wake), wake.now, ports.wait_scale, wake.paused(flows))
    match decided:
        case Ask() as ask:
            return _ask(ports, wake, ask)
        case Sleep(until=until):
            return sleep(ports, wake, until)
        case Finish(reason=reason):
            return end(ports, wake, reason, called_off=reason is Reason.ANSWERED)
        case _:
            assert_never(decided)


def tell_again(ports: Ports, run: FlowRun) -> None:
    """Whoever died between the claim and the mail is followed by the alarm clock or the sweeper."""
    if not run.is_untold:
        return
    playbook = ports.playbooks.at(run.site, run.playbook_version)
    conversation, listeners = ports.conversations.with_audience(run.site, run.conversation)
    seen = conversation.visitor_seen
    unseen = ports.conversations.messages(run.site, conversation.id, seen, letters.MOST_QUOTED)
    message = next((each for each in unseen if each.author.id == run.flow), None)
    if message is not None:
        flow = playbook.email_requests[message.author.id]
        _tell(ports, playbook, run, flow, conversation, listeners, message)
    _told(ports, run)


def _waiting(wake: Wake) -> Waiting:
    return Waiting(
        since=wake.run.since,
        answered=wake.answered,
        closed=not wake.conversation.is_open,
        already_asked=wake.conversation.asked_by is not None,
        address_known=wake.conversation.email is not None,
        is_open=wake.is_open,
    )


def _ask(ports: Ports, wake: Wake, ask: Ask) -> FlowRun:
    """Claim and ask: one transaction, then the push, which is only a hint."""
    before, flow = wake.conversation, ask.flow
    texts = flow.messages.information if ask.kind is Kind.KNOWN else flow.messages.request
    after = replace(before.with_message(AuthorKind.FLOW, wake.now), asked_by=flow.id)
    variables = letters.variables(ports, wake.playbook, before)
    message = wake.message(flow.id, texts, variables, after)
    asked = replace(
        wake.run.having_asked(flow.id),
        reason=ask.kind.value,
        is_untold=ask.kind is Kind.KNOWN,
    )
    ports.conversations.post(before, after, message, run=(wake.run, asked))
    _tell(ports, wake.playbook, asked, flow, after, wake.listeners, message)
    return _told(ports, asked) if asked.is_untold else asked


def _tell(
    ports: Ports,
    playbook: Playbook,
    run: FlowRun,
    flow: EmailRequest,
    conversation: Conversation,
    listeners: Sequence[Listener],
    message: Message,
) -> None:
    """In the box; by mail when the address is known and the visitor has left."""
    notice = _notice(run, conversation, message)
    heard = audience.tell_visitor(ports, conversation, listeners, notice)
    if run.reason == Kind.KNOWN.value and not heard:
        letters.inform(ports, playbook, conversation, flow, run)


def _told(ports: Ports, run: FlowRun) -> FlowRun:
    """From now on nobody need follow."""
    told = replace(run, is_untold=False)
    ports.runs.save(run, told)
    return told


def _notice(run: FlowRun, conversation: Conversation, message: Message) -> Notice:
    if run.reason == Kind.KNOWN.value and conversation.email is not None:
        return EmailInformed(
            conversation=conversation.id,
            number=message.number,
            text=message.text,
            address=conversation.email,
        )
    return EmailRequested(conversation=conversation.id, number=message.number, text=message.text)
