"""A wait of a conversation may be over: what is to be done?

The alarm is never the truth. Everything is read and decided again, each thing is one conditional
write, and what is still to come gets the next alarm. Waking twice changes nothing.
"""

from dataclasses import replace
from typing import assert_never

from chalicelib.errors import Conflict, NotFound
from chalicelib.flows.waits import Kind, Wait
from chalicelib.model.conversation import Conversation
from chalicelib.playbook.playbook import Playbook
from chalicelib.services import rights
from chalicelib.services.assignment import assignments, handing_back, overflows, snoozes, waits
from chalicelib.services.conversation import closing
from chalicelib.services.flows.flow_runs import NextAlarm
from chalicelib.services.ports import Ports

ATTEMPTS = 12


def wake(ports: Ports, site: str, conversation: str, tick: int) -> NextAlarm | None:
    """Do what is due; when to wake this version again, None when there is no more to do for it."""
    for _attempt in range(ATTEMPTS):
        found = ports.conversations.get(site, conversation)
        try:
            playbook = ports.playbooks.current(site)
        except NotFound:
            # The site was deleted: nothing will ever be due here again.
            return _again(ports, found, ()) if found.version == tick else None
        if found.version != tick:
            # Whoever was woken before us may have died before serving whom they left waiting.
            assignments.serve_queues(ports, playbook, found)
            return None
        to_come = waits.of(ports, playbook, found)
        try:
            if not to_come or to_come[0].at > ports.now():
                return _again(ports, found, to_come)
            _do(ports, playbook, found, to_come[0].kind)
            if to_come[0].kind is not Kind.KEPT:
                return None
        except Conflict:
            # Somebody was faster: read and decide again.
            continue
    raise Conflict("the conversation keeps changing; try again", "busy")


def ring(ports: Ports, site: str, conversation: str, tick: int) -> None:
    """Wake it, and set the next alarm."""
    following = wake(ports, site, conversation, tick)
    if following is not None:
        at, now = following.wake_at, ports.now()
        ports.alarms.ring_at("wait", site, conversation, following.tick, at, now=now)


def _again(ports: Ports, found: Conversation, to_come: tuple[Wait, ...]) -> NextAlarm | None:
    """Nothing is due: remember for the sweeper when something will be."""
    due_at = to_come[0].at if to_come else None
    if found.due_at != due_at:
        # A message that begins a wait meanwhile has set its moment.
        after = replace(found, due_at=due_at)
        ports.conversations.amend(found, after, unless_written=True)
    if not to_come:
        return None
    return NextAlarm(tick=found.version, wake_at=waits.rings_at(to_come[0]))


def _let_go(ports: Ports, playbook: Playbook, found: Conversation) -> None:
    """The agent it was kept for did not come: anybody may have it."""
    ports.conversations.amend(found, replace(found, kept_for=None, kept_until=None))
    assignments.serve_queues(ports, playbook, found)


def _do(ports: Ports, playbook: Playbook, found: Conversation, kind: Kind) -> None:
    match kind:
        case Kind.ANSWER:
            handing_back.time_out(ports, playbook, found)
        case Kind.OVERFLOW:
            overflows.overflow(ports, playbook, found)
        case Kind.KEPT:
            _let_go(ports, playbook, found)
        case Kind.SNOOZE:
            snoozes.wake(ports, found.site, found.id, rights.anybody)
        case Kind.SILENCE:
            closing.close_silent(ports, found)
        case _:
            assert_never(kind)
