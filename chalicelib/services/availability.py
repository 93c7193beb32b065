"""Which agents and queues are there for a conversation, at this moment?"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.model.agent import User
from chalicelib.model.visitor import Ledger
from chalicelib.playbook.playbook import Playbook
from chalicelib.routing.elect import candidate
from chalicelib.routing.group import Group, members, open_groups
from chalicelib.routing.modes import GroupState
from chalicelib.routing.route import available
from chalicelib.routing.rule import Branch, branch_for
from chalicelib.rules.facts import Facts
from chalicelib.services.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """The groups of one branch as they stand; `members` are everybody in them, by id."""

    branch: Branch
    prefers_previous_agent: bool
    groups: Mapping[str, GroupState]
    members: Mapping[str, User]
    open_groups: frozenset[str]
    ledger: Ledger | None = None

    @property
    def previous_agent(self) -> str | None:
        """Whom the rule prefers for this visitor, if anybody."""
        return self.ledger.last_agent if self.ledger and self.prefers_previous_agent else None


def look(
    ports: Ports,
    playbook: Playbook,
    routing_rule: str,
    facts: Facts,
    now: datetime,
    visitor: str | None = None,
) -> Situation:
    """Choose the branch and read its groups, and the visitor's ledger if asked, in one request."""
    rule = playbook.routing_rules[routing_rule]
    site = playbook.site
    opened = open_groups(
        [playbook.groups[each] for each in rule.groups], site.hours, now, site.zone
    )
    branch = branch_for(rule, facts, opened)
    groups, users, ledger = states(
        ports, playbook, [target.group for target in branch.targets], visitor
    )
    return Situation(
        branch=branch,
        prefers_previous_agent=rule.prefer_previous_agent,
        groups=groups,
        members=users,
        open_groups=opened,
        ledger=ledger,
    )


def states(
    ports: Ports, playbook: Playbook, names: Iterable[str], visitor: str | None = None
) -> tuple[Mapping[str, GroupState], Mapping[str, User], Ledger | None]:
    """Groups as they stand, with everybody in them, in one request."""
    users = ports.staff.users().values()
    people = {name: members(playbook.groups[name], users, playbook.site.id) for name in names}
    ids = {name: [user.id for user in group] for name, group in people.items()}
    lanes, ledger = ports.conversations.lanes(playbook.site.id, ids, visitor)
    groups = {
        name: GroupState(
            group=playbook.groups[name],
            candidates=tuple(
                candidate(user, lanes[name].states[user.id])
                for user in people[name]
                if user.id in lanes[name].states
            ),
            waiting=lanes[name].waiting,
        )
        for name in people
    }
    return groups, {user.id: user for group in people.values() for user in group}, ledger


def can_take(
    ports: Ports,
    playbook: Playbook,
    routing_rule: str,
    facts: Facts,
    language: str | None,
    now: datetime,
) -> bool:
    """Whether somebody or some queue could take one more conversation: may a visitor be invited?"""
    situation = look(ports, playbook, routing_rule, facts, now)
    return available(
        situation.branch,
        situation.groups,
        language=language,
        now=now,
        open_groups=situation.open_groups,
    )


def groups_of(playbook: Playbook, user: User) -> Collection[str]:
    """The groups of a site that a user belongs to."""
    return [
        group.id for group in playbook.groups.values() if members(group, [user], playbook.site.id)
    ]


def takes(playbook: Playbook, group: Group, now: datetime) -> bool:
    """Whether a group is given conversations now: always, or within hours of its own."""
    return group.hours is None or group.hours.is_open(now, playbook.site.zone)
