"""Which waits does a conversation have under this playbook, and who rings when one is over?

Whatever changes a conversation's state stores its soonest wait with it and sets one alarm for that,
which carries the version: an alarm of an older version does nothing. `due` is what it wakes.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.flows.waits import Limits, Wait, waits
from chalicelib.model.conversation import MOST_QUEUES, Conversation
from chalicelib.playbook.playbook import Playbook
from chalicelib.routing.rule import Branch
from chalicelib.services.ports import Ports

# How long somebody is waited for in a group whose agents may take as long as they like to answer.
KEEPS_SECONDS = 120


def of(ports: Ports, playbook: Playbook, conversation: Conversation) -> tuple[Wait, ...]:
    """Every wait of a conversation, the soonest first."""
    return waits(conversation, _limits(ports, playbook, conversation))


def with_due(ports: Ports, playbook: Playbook, conversation: Conversation) -> Conversation:
    """The conversation, as it is to be stored: its soonest wait with it."""
    found = of(ports, playbook, conversation)
    return replace(conversation, due_at=found[0].at if found else None)


def due_once_given(ports: Ports, playbook: Playbook, group: str, now: datetime) -> datetime | None:
    """When to look at a conversation that comes to an agent now, whatever has been written in it.

    It may turn out too early, which costs a look.
    """
    found = playbook.groups.get(group)
    seconds = [found.answer_timeout_seconds if found else 0, playbook.site.close_after_seconds or 0]
    soonest = min((each for each in seconds if each), default=None)
    return None if soonest is None else now + timedelta(seconds=soonest * ports.wait_scale)


def arm(ports: Ports, playbook: Playbook, conversation: Conversation) -> None:
    """Set the alarm for the soonest wait of a conversation as it was just stored."""
    found = of(ports, playbook, conversation)
    if found:
        ring(ports, conversation, rings_at(found[0]))


def ring(ports: Ports, conversation: Conversation, at: datetime) -> None:
    """Set one alarm for this version of a conversation."""
    ports.alarms.ring_at(
        "wait", conversation.site, conversation.id, conversation.version, at, now=ports.now()
    )


def rings_at(wait: Wait) -> datetime:
    """The whole second after a wait: the alarm clock knows no parts of it, and never too early."""
    return (wait.at + timedelta(microseconds=999_999)).replace(microsecond=0)


def kept_until(ports: Ports, playbook: Playbook, group: str, now: datetime) -> datetime:
    """Until when a conversation that joins this queue now waits for one agent only."""
    found = playbook.groups.get(group)
    seconds = (found.answer_timeout_seconds if found else 0) or KEEPS_SECONDS
    return now + timedelta(seconds=seconds * ports.wait_scale)


def branch_of(playbook: Playbook, conversation: Conversation) -> Branch | None:
    """The branch that brought a conversation to its group, as the playbook has it now."""
    rule = playbook.routing_rules.get(conversation.routing_rule or "")
    if rule is None or conversation.branch is None:
        return None
    every = (*rule.branches, rule.default)
    return next((each for each in every if each.name == conversation.branch), None)


def groups_left(playbook: Playbook, conversation: Conversation) -> tuple[str, ...]:
    """The groups of its branch in whose queues a conversation does not wait yet, as written."""
    branch = branch_of(playbook, conversation)
    if branch is None or len(conversation.queues) >= MOST_QUEUES:
        return ()
    return tuple(each.group for each in branch.targets if each.group not in conversation.queues)


def _limits(ports: Ports, playbook: Playbook, conversation: Conversation) -> Limits:
    group = playbook.groups.get(conversation.group or "")
    branch = branch_of(playbook, conversation)
    overflow = None if branch is None else branch.overflow_after_seconds
    if not groups_left(playbook, conversation):
        overflow = None
    return Limits(
        answer=_seconds(ports, group.answer_timeout_seconds if group is not None else None),
        overflow=_seconds(ports, overflow),
        silence=_seconds(ports, playbook.site.close_after_seconds),
    )


def _seconds(ports: Ports, seconds: int | None) -> float | None:
    """A wait as this deployment scales it; 0 is as good as none."""
    return seconds * ports.wait_scale if seconds else None
