"""What fell through a crack in the last minute?

Every repair is also done by somebody else, sooner; here it is done once more, for the message that
was never delivered and the Lambda that died between two steps. Sweeping twice changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from chalicelib.errors import VestibuleError
from chalicelib.model.flow_run import FlowRun
from chalicelib.services.assignment import assignments, buttons, positions
from chalicelib.services.flows import flow_runs
from chalicelib.services.mail import postbox
from chalicelib.services.ports import Ports
from chalicelib.services.staff import presence
from chalicelib.services.waiting import due

# Alarms may be late by themselves; only what is later than this was lost.
LATE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What one sweep found to repair, as counts."""

    absent_agents: int
    late_runs: int
    late_letters: int
    late_waits: int
    served: int


def sweep(ports: Ports) -> Swept:
    """Repair what is overdue: leases, alarms, letters, and queues beside a free agent."""
    absent = presence.expire(ports)
    before = ports.now() - LATE
    runs = ports.runs.due(before)
    for run in runs:
        _apart(partial(_alarm_again, ports, run))
    waiting = ports.letters.due(before)
    for letter in waiting:
        _apart(partial(postbox.repair, ports, letter))
    overdue = ports.conversations.due(before)
    for found in overdue:
        _apart(partial(due.ring, ports, found.site, found.id, found.version))
    return Swept(
        absent_agents=absent,
        late_runs=len(runs),
        late_letters=len(waiting),
        late_waits=len(overdue),
        served=sum(_serve(ports, site) for site in ports.playbooks.sites()),
    )


def _alarm_again(ports: Ports, run: FlowRun) -> None:
    """Take a late run as far as it goes now; what is still to come gets an alarm of its own."""
    if flow_runs.wake(ports, run.site, run.id, run.tick) is not None:
        ports.alarms.ring_run(ports.runs.get(run.site, run.id))


def _apart(repair: Callable[[], object]) -> None:
    """One thing that cannot be repaired, or that somebody else just did, does not stop the rest."""
    try:
        repair()
    except VestibuleError:
        return


def _serve(ports: Ports, site: str) -> int:
    try:
        playbook = ports.playbooks.current(site)
        served = sum(assignments.serve_group(ports, playbook, group) for group in playbook.groups)
        buttons.refresh(ports, playbook, playbook.groups)
        for group, news in ports.queues.untold(site, playbook.groups, ports.now() - LATE):
            positions.tell_again(ports, site, group, news)
        return served
    except VestibuleError:
        # One site's trouble is not another's.
        return 0
