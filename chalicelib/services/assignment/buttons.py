"""Which state does a page's own button show, and which pages hear that it has changed?

A page that shows one follows it: its row says what it was last told. Whoever changes what there is
to offer compares, corrects the rows that say otherwise, and tells only the pages whose row it was
first to correct. The sweeper compares too: for leases that ran out, hours that began, published
changes, and slots taken on another site.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache

from chalicelib.errors import NotFound
from chalicelib.model.agent import User
from chalicelib.model.engagement import Engagement
from chalicelib.model.notices import ButtonChanged
from chalicelib.model.visit import Visit
from chalicelib.playbook.playbook import Playbook
from chalicelib.playbook.templates import Format
from chalicelib.routing.button import ButtonState, button_state
from chalicelib.routing.modes import GroupState
from chalicelib.routing.rule import RoutingRule
from chalicelib.services.assignment import availability
from chalicelib.services.ports import Ports
from chalicelib.services.ports.following import Follower

# Whoever waits for an answer of ours does not wait for more pages than these to be told.
TOLD_AT_ONCE = 25
TOLD_BY_AN_ALARM = 500
ATTEMPTS = 4


def follow(
    ports: Ports, playbook: Playbook, visit: Visit, engagement: Engagement, connection: str
) -> ButtonState:
    """Let a page follow the button it was just offered; the state it begins with."""
    state, branch = _state(ports, playbook, visit, engagement, availability.lately)
    for _attempt in range(ATTEMPTS):
        follower = Follower(
            site=visit.site,
            routing_rule=engagement.routing_rule,
            connection=connection,
            engagement=engagement.id,
            notification=engagement.notification or "",
            branch=branch,
            language=visit.page.language or None,
            state=state,
        )
        ports.followers.add(follower, ports.now())
        # What changed before the row stood there was told to others only.
        state, branch = _state(ports, playbook, visit, engagement, availability.groups_now)
        if (state, branch) == (follower.state, follower.branch):
            break
    return state


def state_now(ports: Ports, visit: Visit, engagement: Engagement) -> ButtonState | None:
    """The state of the button that an engagement shows; None if it shows something else."""
    if engagement.format != Format.CUSTOM_BUTTON:
        return None
    playbook = ports.playbooks.current(visit.site)
    if engagement.routing_rule not in playbook.routing_rules:
        return ButtonState.OFFLINE
    return _state(ports, playbook, visit, engagement, availability.groups_now)[0]


def agent_changed(ports: Ports, agent: User, site: str) -> None:
    """An agent has come, or does not take conversations any more, on this site and their others."""
    for each in sorted({site, *agent.sites}):
        try:
            playbook = ports.playbooks.current(each)
        except NotFound:
            # A site that was deleted has no pages.
            continue
        if playbook.button_rules:
            refresh(ports, playbook, availability.groups_of(playbook, agent))


def refresh(ports: Ports, playbook: Playbook, groups: Collection[str]) -> None:
    """Tell the pages whose buttons depend on these groups what has changed for them, if it has."""
    for name in sorted(playbook.button_rules):
        rule = playbook.routing_rules[name]
        if not rule.groups.isdisjoint(groups):
            _tell(ports, playbook, rule, TOLD_AT_ONCE)


def go_on(ports: Ports, site: str, routing_rule: str) -> None:
    """Tell those pages that were too many to be told at once."""
    playbook = ports.playbooks.current(site)
    if routing_rule in playbook.button_rules:
        _tell(ports, playbook, playbook.routing_rules[routing_rule], TOLD_BY_AN_ALARM)


def _state(
    ports: Ports,
    playbook: Playbook,
    visit: Visit,
    engagement: Engagement,
    look: Callable[
        [Ports, Playbook, Collection[str], Collection[str | None]], Mapping[str, GroupState]
    ],
) -> tuple[ButtonState, str]:
    """The state for one visitor, and the branch of the routing rule that it was found in."""
    now = ports.now()
    facts = availability.routing_facts(playbook, visit, engagement.rule, engagement.campaign, now)
    opened, branch = availability.branch(playbook, engagement.routing_rule, facts, now)
    language = visit.page.language or None
    state = button_state(
        branch,
        look(ports, playbook, [target.group for target in branch.targets], [language]),
        language=language,
        now=now,
        open_groups=opened,
    )
    return state, branch.name


def _tell(ports: Ports, playbook: Playbook, rule: RoutingRule, most: int) -> None:
    """Compare and tell, until nothing differs: another's look may have been older than ours."""
    for _attempt in range(ATTEMPTS):
        followers = ports.followers.of(playbook.site.id, rule.id)
        changed = _changed(ports, playbook, rule, followers) if followers else []
        for before, after in changed[:most]:
            _tell_one(ports, before, after)
        if len(changed) > most:
            ports.alarms.ring("buttons", playbook.site.id, rule.id, seconds=0)
        if not 0 < len(changed) <= most:
            return


def _changed(
    ports: Ports, playbook: Playbook, rule: RoutingRule, followers: Sequence[Follower]
) -> list[tuple[Follower, Follower]]:
    """Those who were told something else, as they were and as they will be."""
    now = ports.now()
    opened = availability.opened(playbook, rule, now)
    branches = {branch.name: branch for branch in rule.branches}
    languages = sorted({each.language or "" for each in followers})
    groups = availability.groups_now(
        ports, playbook, rule.groups, [each or None for each in languages]
    )

    @cache
    def state(branch: str, language: str | None) -> ButtonState:
        # A branch that is not there any more leaves its pages to the default.
        meant = branches.get(branch, rule.default)
        return button_state(meant, groups, language=language, now=now, open_groups=opened)

    told = ((each, state(each.branch, each.language)) for each in followers)
    return [
        (before, replace(before, state=now_so, number=before.number + 1))
        for before, now_so in told
        if now_so is not before.state
    ]


def _tell_one(ports: Ports, before: Follower, after: Follower) -> None:
    if not ports.followers.told(before, after):
        return
    notice = ButtonChanged(
        engagement=after.engagement,
        notification=after.notification,
        state=after.state.value,
        number=after.number,
    )
    if not ports.sockets.push(after.connection, notice):
        ports.followers.forget(after)
