"""Which agents and queues are there for a conversation, at this moment?"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.model.agent import User
from chalicelib.model.visit import Visit
from chalicelib.model.visitor import Ledger
from chalicelib.playbook.playbook import Playbook
from chalicelib.routing.elect import candidate
from chalicelib.routing.group import Group, members, open_groups
from chalicelib.routing.modes import GroupState
from chalicelib.routing.route import available
from chalicelib.routing.rule import Branch, RoutingRule, branch_for
from chalicelib.rules.facts import Facts
from chalicelib.rules.visit_facts import facts_of
from chalicelib.services.placement import Lane
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
    groups_open, chosen = branch(playbook, routing_rule, facts, now)
    names = [target.group for target in chosen.targets]
    groups, users, ledger = states(ports, playbook, names, visitor)
    return Situation(
        branch=chosen,
        prefers_previous_agent=playbook.routing_rules[routing_rule].prefer_previous_agent,
        groups=groups,
        members=users,
        open_groups=groups_open,
        ledger=ledger,
    )


def states(
    ports: Ports, playbook: Playbook, names: Iterable[str], visitor: str | None = None
) -> tuple[Mapping[str, GroupState], Mapping[str, User], Ledger | None]:
    """Groups as they stand, with everybody in them, in one request."""
    people = _people(ports, playbook, names)
    lanes, ledger = ports.lanes.now(playbook.site.id, _ids(people), visitor)
    if _is_outdated(people, lanes):
        # A profile has changed in the last seconds; a claim on the old one would fail.
        ports.staff.look_again()
        people = _people(ports, playbook, names)
        lanes, ledger = ports.lanes.now(playbook.site.id, _ids(people), visitor)
    everybody = {user.id: user for group in people.values() for user in group}
    return _group_states(playbook, people, lanes), everybody, ledger


def can_take(
    ports: Ports,
    playbook: Playbook,
    routing_rule: str,
    facts: Facts,
    language: str | None,
    now: datetime,
) -> bool:
    """Whether some agent or queue could take one more conversation, as of a second ago at most."""
    groups_open, chosen = branch(playbook, routing_rule, facts, now)
    groups = lately(ports, playbook, [target.group for target in chosen.targets])
    return available(chosen, groups, language=language, now=now, open_groups=groups_open)


def lately(ports: Ports, playbook: Playbook, names: Iterable[str]) -> Mapping[str, GroupState]:
    """Groups as they stood a second ago at most: enough to invite, never to assign."""
    people = _people(ports, playbook, names)
    lanes = ports.lanes.lately(playbook.site.id, _ids(people))
    return _group_states(playbook, people, lanes)


def groups_now(ports: Ports, playbook: Playbook, names: Iterable[str]) -> Mapping[str, GroupState]:
    """Groups as they stand at this moment."""
    return states(ports, playbook, names)[0]


def routing_facts(
    playbook: Playbook, visit: Visit, rule: str, campaign: str, now: datetime
) -> Facts:
    """What a routing rule may ask of a conversation that this visit begins, or could begin."""
    return {
        **facts_of(visit, playbook.site.hours, playbook.site.zone, now),
        "conversation.language": visit.page.language,
        "conversation.targeting_rule": rule,
        "conversation.campaign": campaign,
        "conversation.tags": (),
    }


def branch(
    playbook: Playbook, routing_rule: str, facts: Facts, now: datetime
) -> tuple[frozenset[str], Branch]:
    """The groups of a routing rule that are open, and the branch that is meant."""
    rule = playbook.routing_rules[routing_rule]
    groups_open = opened(playbook, rule, now)
    return groups_open, branch_for(rule, facts, groups_open)


def opened(playbook: Playbook, rule: RoutingRule, now: datetime) -> frozenset[str]:
    """The groups of a routing rule that are open."""
    site = playbook.site
    groups = [playbook.groups[each] for each in rule.groups]
    return open_groups(groups, site.hours, now, site.zone)


def groups_of(playbook: Playbook, user: User) -> Collection[str]:
    """The groups of a site that a user belongs to."""
    return [
        group.id for group in playbook.groups.values() if members(group, [user], playbook.site.id)
    ]


def takes(playbook: Playbook, group: Group, now: datetime) -> bool:
    """Whether a group is given conversations now: always, or within hours of its own."""
    return group.hours is None or group.hours.is_open(now, playbook.site.zone)


def _people(
    ports: Ports, playbook: Playbook, names: Iterable[str]
) -> Mapping[str, tuple[User, ...]]:
    users = ports.staff.users().values()
    return {name: members(playbook.groups[name], users, playbook.site.id) for name in names}


def _is_outdated(people: Mapping[str, tuple[User, ...]], lanes: Mapping[str, Lane]) -> bool:
    """Whether somebody's state follows another version of their profile than the one in mind."""
    return any(
        user.id in lanes[name].states
        and lanes[name].states[user.id].profile_version != user.version
        for name, group in people.items()
        for user in group
    )


def _ids(people: Mapping[str, tuple[User, ...]]) -> dict[str, list[str]]:
    return {name: [user.id for user in group] for name, group in people.items()}


def _group_states(
    playbook: Playbook, people: Mapping[str, tuple[User, ...]], lanes: Mapping[str, Lane]
) -> dict[str, GroupState]:
    return {
        name: GroupState(
            group=playbook.groups[name],
            candidates=tuple(
                candidate(user, lanes[name].states[user.id])
                for user in group
                if user.id in lanes[name].states
            ),
            waiting=lanes[name].waiting,
        )
        for name, group in people.items()
    }
