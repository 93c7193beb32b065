"""Is a site ready to meet visitors, and if not, what is to be done next?"""

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.errors import Conflict
from chalicelib.playbook.playbook import Playbook
from chalicelib.playbook.templates import TemplateStatus
from chalicelib.routing.group import members
from chalicelib.rules.rule import RuleStatus
from chalicelib.services.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class Prerequisite:
    """One of four; `found` counts what is there, `next` says what to do."""

    name: str
    ready: bool
    found: int
    next: str


def check(ports: Ports, playbook: Playbook) -> tuple[Prerequisite, ...]:
    """The four prerequisites of a site, in the order in which one meets them."""
    site = playbook.site.id
    users = ports.staff.users().values()
    active = [user for user in users if user.active and user.works_on(site)]
    staffed = [group for group in playbook.groups.values() if members(group, active, site)]
    shown = [
        each for each in playbook.notifications.values() if each.status is TemplateStatus.ACTIVE
    ]
    boxed = playbook.chatbox.status is TemplateStatus.ACTIVE
    rules = [rule for rule in playbook.targeting_rules if rule.status is RuleStatus.ACTIVE]
    return (
        _prerequisite(
            "users", bool(active), active, f"Invite an agent who may work on site {site}."
        ),
        _prerequisite(
            "groups", bool(staffed), staffed, "Make a routing group with at least one member."
        ),
        _prerequisite(
            "notifications_and_chatbox",
            bool(shown) and boxed,
            shown,
            "Activate a notification." if boxed else "Activate the chatbox.",
        ),
        _prerequisite(
            "targeting_rules",
            bool(rules),
            rules,
            "Activate a targeting rule that is linked to a routing rule.",
        ),
    )


def require(ports: Ports, playbook: Playbook) -> None:
    """Refuse with what is missing: Conflict `not_ready`."""
    missing = [each for each in check(ports, playbook) if not each.ready]
    if missing:
        todo = " ".join(each.next for each in missing)
        raise Conflict(f"the site is not ready: {todo}", "not_ready")


def _prerequisite(name: str, ready: bool, found: Iterable[object], todo: str) -> Prerequisite:
    return Prerequisite(name=name, ready=ready, found=len(list(found)), next="" if ready else todo)
