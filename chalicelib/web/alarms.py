"""An alarm rings: what is it about?

Alarms carry ids only. Each entry of the table reads the truth and decides again, so an alarm that
rings twice, late, or for nothing does no harm.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, Final

from chalicelib.errors import NotFound
from chalicelib.model.views import moment
from chalicelib.services.assignment import assignments, buttons, positions, removals
from chalicelib.services.flows import flow_runs
from chalicelib.services.flows.flow_runs import NextAlarm
from chalicelib.services.mail import letters, postbox
from chalicelib.services.ports import Ports
from chalicelib.services.waiting import due, erasures
from chalicelib.services.waiting import sweep as sweeping

SHORT: Final[Mapping[str, Callable[[Ports, str, str], None]]] = {
    "letter": postbox.send,
    "unseen": letters.notify_unseen,
    "recheck": assignments.recheck,
    "buttons": buttons.go_on,
    "positions": positions.tell_places,
    "queue_length": positions.tell_length,
    "removed_group": removals.empty,
    "erase": erasures.erase,
}
# Those whose alarm carries the state it was set for, and that say when to ring again.
TICKING: Final[Mapping[str, Callable[[Ports, str, str, int], NextAlarm | None]]] = {
    "flow_run": flow_runs.wake,
    "wait": due.wake,
}


def ring(ports: Ports, alarm: Mapping[str, Any]) -> dict[str, Any]:
    """An execution's alarm; the answer is the next, its `wake_at` null when the wait is over."""
    wake = TICKING[alarm["what"]]
    try:
        following = wake(ports, alarm["site"], alarm["id"], alarm["tick"])
    except NotFound:
        following = None
    if following is None:
        return {**alarm, "wake_at": None}
    return {**alarm, "tick": following.tick, "wake_at": moment(following.wake_at)}


def ring_short(ports: Ports, body: str) -> None:
    """A delayed message's alarm: a short wait of the platform's own is over."""
    alarm = json.loads(body)
    try:
        if alarm["what"] == "wait":
            due.ring(ports, alarm["site"], alarm["id"], alarm["tick"])
        else:
            SHORT[alarm["what"]](ports, alarm["site"], alarm["id"])
    except NotFound:
        # What it was about is gone, and with it the reason to wake.
        return


def sweep(ports: Ports, count: Callable[[str, int], None]) -> None:
    """Repair what is overdue, and count it: a figure that stays up is a fault elsewhere.

    Then have erased what its site keeps no longer: that is no fault, and is not counted.
    """
    for name, times in asdict(sweeping.sweep(ports)).items():
        count(name, times)
    erasures.ring(ports)
