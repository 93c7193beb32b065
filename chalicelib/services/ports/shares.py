"""Where does a branch count what it has given to each of its groups?

Only a branch that shares out (fair, ratio) counts, day by day in the site's zone, so that no
group makes up for a time that nobody remembers.
"""

from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.playbook.playbook import Playbook
from chalicelib.routing.modes import Mode
from chalicelib.routing.rule import Branch

SHARING = frozenset({Mode.FAIR, Mode.RATIO})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """The count of one branch on one day."""

    site: str
    routing_rule: str
    branch: str
    day: date


def counted(playbook: Playbook, routing_rule: str, branch: Branch, now: datetime) -> Shares | None:
    """Where this branch counts today; None where there is nothing to share out."""
    if branch.mode not in SHARING or len(branch.targets) < 2:
        return None
    return Shares(
        site=playbook.site.id,
        routing_rule=routing_rule,
        branch=branch.name,
        day=now.astimezone(playbook.site.zone).date(),
    )
