"""Somebody has waited long in one queue: who else may have them?

The conversation enters the queue of the next group of its branch, at the place its waiting time
gives it, whatever that queue's limit: limits keep newcomers out, not those who wait already.
"""

from collections.abc import Mapping

from chalicelib.errors import Conflict
from chalicelib.model import moves
from chalicelib.model.conversation import Conversation
from chalicelib.playbook.playbook import Playbook
from chalicelib.routing.record import record
from chalicelib.routing.route import route
from chalicelib.services.assignment import assignments, availability, places, positions, waits
from chalicelib.services.ports import Ports
from chalicelib.services.ports.placement import Why


def overflow(ports: Ports, playbook: Playbook, before: Conversation) -> None:
    """Offer it to one more group; Conflict when somebody acted on it since it was read."""
    branch, left = waits.branch_of(playbook, before), waits.groups_left(playbook, before)
    if branch is None or not left:
        raise Conflict("the playbook has changed", "playbook_moved")
    rule = playbook.routing_rules[before.routing_rule or ""]
    now = ports.now()
    groups, _people = availability.states(
        ports,
        playbook,
        [target.group for target in branch.targets],
        languages=[before.language],
        seed=before.id,
        deep=bool(before.offered),
    )
    outcome = route(
        branch,
        groups,
        language=before.language,
        now=now,
        open_groups=availability.opened(playbook, rule, now),
        excluded=before.offered,
    )
    chosen = next(each.group for each in outcome.considered if each.group in left)
    after = waits.with_due(ports, playbook, moves.overflowing_to(before, chosen, now))
    reasons: Mapping[str, object] = {
        **record(branch, outcome),
        "outcome": "overflow",
        "group": chosen,
        "waited_seconds": int((now - before.waiting_since).total_seconds()),
    }
    ports.conversations.move(before, after, why=Why(event="overflow", at=now, record=reasons))
    waits.arm(ports, playbook, after)
    if assignments.serve_group(ports, playbook, chosen) == 0:
        positions.tell(ports, playbook, chosen)
        places.changed(ports, after)
