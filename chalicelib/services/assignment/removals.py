"""A group was taken out of the playbook: where do those go who still wait in its queue?

For some seconds a Lambda may know only the playbook of before, and send somebody there. So the
queue is looked at when every one of them knows better, and until nobody is left in it.
"""

from collections.abc import Iterable

from chalicelib.errors import Conflict
from chalicelib.model import moves
from chalicelib.playbook.playbook import Playbook
from chalicelib.services.assignment import assignments, homes, waits
from chalicelib.services.ports import Ports

# A playbook is kept for five.
SECONDS = 10
MOVED_AT_ONCE = 100
REROUTED = "rerouted"


def announce(ports: Ports, site: str, groups: Iterable[str]) -> None:
    """Have the queues of these groups emptied once nobody can know them any more."""
    for group in groups:
        ports.alarms.ring("removed_group", site, group, seconds=SECONDS)


def empty(ports: Ports, site: str, group: str) -> None:
    """Move whoever waits in the queue of a removed group to one that is served."""
    playbook = ports.playbooks.fresh(site)
    if group in playbook.groups or not playbook.groups:
        return
    entries = ports.conversations.queue(site, group, MOVED_AT_ONCE)
    for entry in entries:
        _move(ports, playbook, entry.conversation, group)
    if entries:
        announce(ports, site, [group])


def _move(ports: Ports, playbook: Playbook, conversation: str, group: str) -> None:
    before, listeners = ports.conversations.with_audience(playbook.site.id, conversation)
    if group not in before.queues:
        return
    moved = homes.at_home(playbook, moves.rerouted(before, ports.now()))
    after = waits.with_due(ports, playbook, moved)
    try:
        ports.conversations.move(before, after)
    except Conflict:
        # Somebody was faster; if it still waits here, the next look finds it.
        return
    assignments.after_leaving(ports, playbook, before, after, listeners, REROUTED)
