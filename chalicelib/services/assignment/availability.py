"""Which agents and queues are there for a conversation, at this moment?"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
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
from chalicelib.services.assignment import looks
from chalicelib.services.ports import Ports, shares
from chalicelib.services.ports.shares import Shares


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """The groups of one branch as they stand.

    `members` are those who were looked at, by id; `shares` is where the branch counts what it gives
    out, `served` what it has counted.
    """

    branch: Branch
    prefers_previous_agent: bool
    groups: Mapping[str, GroupState]
    members: Mapping[str, User]
    open_groups: frozenset[str]
    ledger: Ledger | None = None
    shares: Shares | None = None
    served: Mapping[str, int] = field(default_factory=dict)

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
    *,
    language: str | None = None,
    attempt: int = 0,
) -> Situation:
    """Choose the branch and read its groups, and the visitor's ledger if asked, in one request.

    Of a large group a sample of those who are free, another at each `attempt`.
    """
    groups_open, chosen = branch(playbook, routing_rule, facts, now)
    counted = shares.counted(playbook, routing_rule, chosen, now)
    groups, users, looked = looks.look(
        ports,
        playbook,
        [target.group for target in chosen.targets],
        looks.Question(visitor, counted, (language,), f"{visitor} {attempt}", now=now),
    )
    situation = Situation(
        branch=chosen,
        prefers_previous_agent=playbook.routing_rules[routing_rule].prefer_previous_agent,
        groups=groups,
        members=users,
        open_groups=groups_open,
        ledger=looked.ledger,
        shares=counted,
        served=looked.served,
    )
    return _with_previous_agent(ports, playbook, situation)


def states(
    ports: Ports,
    playbook: Playbook,
    names: Collection[str],
    *,
    languages: Iterable[str | None] = (None,),
    seed: str = "",
    heads: bool = True,
    deep: bool = False,
) -> tuple[Mapping[str, GroupState], Mapping[str, User]]:
    """Groups as they stand, with everybody in them who matters, in one request.

    Of a large group those matter who were found for these languages, by chance of the seed; `deep`
    when the first to be found may have left the conversation already.
    """
    question = looks.Question(languages=tuple(languages), seed=seed, heads=heads, deep=deep)
    groups, people, _looked = looks.look(ports, playbook, names, question)
    return groups, people


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
    names = [target.group for target in chosen.targets]
    groups = lately(ports, playbook, names, (language,))
    return available(chosen, groups, language=language, now=now, open_groups=groups_open)


def lately(
    ports: Ports,
    playbook: Playbook,
    names: Collection[str],
    languages: Iterable[str | None] = (None,),
) -> Mapping[str, GroupState]:
    """Groups as they stood a second ago at most: enough to invite, never to assign."""
    teams = looks.teams_of(ports, playbook, names)
    pools = looks.pools_of(teams, languages, ports.now().isoformat())
    lanes = ports.lanes.lately(playbook.site.id, pools)
    return looks.group_states(playbook, teams, lanes, ports.now())


def groups_now(
    ports: Ports,
    playbook: Playbook,
    names: Collection[str],
    languages: Iterable[str | None] = (None,),
) -> Mapping[str, GroupState]:
    """Groups as they stand at this moment."""
    seed = ports.now().isoformat()
    return states(ports, playbook, names, languages=languages, seed=seed)[0]


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


def _with_previous_agent(ports: Ports, playbook: Playbook, situation: Situation) -> Situation:
    """The agent whom a rule prefers is considered, whether the sample holds them or not."""
    preferred = situation.previous_agent
    if preferred is None or preferred in situation.members:
        return situation
    teams = looks.teams_of(ports, playbook, situation.groups.keys())
    theirs = [name for name, team in teams.items() if team.is_large and preferred in team.members]
    state = ports.staff.states([preferred]).get(preferred) if theirs else None
    if state is None:
        return situation
    user = teams[theirs[0]].members[preferred]
    known = candidate(user, state)
    groups = {
        name: replace(group, candidates=(*group.candidates, known)) if name in theirs else group
        for name, group in situation.groups.items()
    }
    return replace(situation, groups=groups, members={**situation.members, preferred: user})
