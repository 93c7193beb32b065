"""A visitor waits in a queue: what is said of how long?

The words, the mark that this conversation was told, and the run's next state are one transaction,
as with a request: a person's answer comes before them or after.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final, assert_never

from chalicelib.flows import telling
from chalicelib.flows.telling import Finish, Reason, Sentence, Sleep, Standing, Tell
from chalicelib.flows.templates import Texts
from chalicelib.model.conversation import AuthorKind, Conversation, ConversationState
from chalicelib.model.flow_run import FlowKind, FlowRun
from chalicelib.model.views import posted as shown
from chalicelib.playbook.playbook import Playbook
from chalicelib.services import audience
from chalicelib.services.flows.wakes import Wake, end, meant_for, sleep
from chalicelib.services.mail import letters
from chalicelib.services.ports import Ports, estimates

WAITING: Final = ConversationState.WAITING


def new_run(
    ports: Ports, playbook: Playbook, conversation: Conversation, now: datetime
) -> FlowRun | None:
    """The run of a conversation that begins in a queue, if a flow is meant for it.

    It wakes at once, after the visitor has their answer: what is known of waits is read then.
    """
    flows = meant_for(playbook.estimated_waits, conversation)
    if conversation.state is not WAITING or not flows:
        return None
    return FlowRun(
        id=ports.new_id(),
        site=conversation.site,
        conversation=conversation.id,
        playbook_version=playbook.version,
        since=now,
        wake_at=now,
        kind=FlowKind.ESTIMATED_WAIT,
    )


def step(ports: Ports, wake: Wake) -> FlowRun:
    """Tell, sleep on or end; the run as it is stored now, or Conflict."""
    flows = meant_for(wake.begun_with.estimated_waits, wake.conversation)
    standing = _standing(ports, wake)
    decided = telling.tell(flows, standing, wake.now, ports.wait_scale, wake.paused(flows))
    match decided:
        case Tell() as tell:
            return _tell(ports, wake, tell)
        case Sleep(until=until):
            return sleep(ports, wake, until)
        case Finish(reason=reason):
            return end(ports, wake, reason, called_off=reason is Reason.ANSWERED)
        case _:
            assert_never(decided)


def _standing(ports: Ports, wake: Wake) -> Standing:
    conversation, run = wake.conversation, wake.run
    estimate = None
    if conversation.told_by is None and conversation.group is not None:
        estimate = estimates.of_group(ports.estimates, wake.playbook, conversation.group, wake.now)
    return Standing(
        since=run.since,
        answered=wake.answered,
        closed=not conversation.is_open,
        queued=conversation.state is WAITING,
        is_open=wake.is_open(wake.now),
        estimate=estimate,
        told_by=conversation.told_by,
        exceeds_at=None if run.flow is None else run.wake_at,
    )


def _tell(ports: Ports, wake: Wake, tell: Tell) -> FlowRun:
    before, flow = wake.conversation, tell.flow
    after = replace(before.with_message(AuthorKind.FLOW, wake.now), told_by=flow.id)
    variables = letters.variables(ports, wake.playbook, before)
    if tell.minutes is not None:
        variables["minutes"] = str(tell.minutes)
    message = wake.message(flow.id, _texts(tell), variables, after)
    told = wake.run.having_told(flow.id, tell.until, tell.sentence.value)
    ports.conversations.post(before, after, message, run=(wake.run, told))
    audience.tell_message(ports, after, wake.listeners, shown(message))
    return told


def _texts(tell: Tell) -> Texts:
    match tell.sentence:
        case Sentence.ESTIMATE:
            return tell.flow.estimate
        case Sentence.UNKNOWN:
            return tell.flow.unknown
        case Sentence.EXCEEDED:
            return tell.flow.exceeded
        case _:
            assert_never(tell.sentence)
