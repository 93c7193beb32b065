"""On which free lists should an agent stand?

On those of their large groups, while they could take one more conversation. Whoever takes or frees
a slot sets it right, and so does every beat of the agent's page: a change of a profile, a published
playbook or a Lambda that died half way is made good within half a minute. Agents of small groups
stand on no list, and cost no request.
"""

from collections.abc import Collection

from chalicelib.errors import NotFound
from chalicelib.model.agent import AgentState, User
from chalicelib.routing.roster import lists_of
from chalicelib.services.ports import Ports
from chalicelib.services.ports.free_agents import FreeList

# What is taken away and what is added must go in one transaction.
MOST_LISTS = 45


def keep(ports: Ports, user: User, state: AgentState, site: str) -> bool:
    """Set an agent's lists right, as their state demands; whether they stand on more of them."""
    can_take = user.active and state.is_available(ports.now()) and state.free_slots > 0
    known = {each.partition("#")[0] for each in state.listed}
    wanted = _lists(ports, user, {site, *user.sites, *known}) if can_take else []
    names = {str(each) for each in wanted}
    if names == set(state.listed):
        return False
    return ports.free_agents.relist(state, wanted) and not names <= set(state.listed)


def keep_after_change(ports: Ports, user: User, site: str) -> None:
    """The same, for an agent whose slots have just changed; no request if in no large group."""
    if _lists(ports, user, {site, *user.sites}):
        keep(ports, user, ports.staff.state(user.id), site)


def _lists(ports: Ports, user: User, sites: Collection[str]) -> list[FreeList]:
    found = [each for site in sorted(sites) for each in _lists_on(ports, user, site)]
    return found[:MOST_LISTS]


def _lists_on(ports: Ports, user: User, site: str) -> list[FreeList]:
    try:
        playbook = ports.playbooks.current(site)
    except NotFound:
        # A site that was deleted has no groups.
        return []
    return [
        FreeList(site=site, group=group, language=language)
        for group, team in ports.staff.teams(playbook).items()
        if team.is_large and user.id in team.members
        for language in lists_of(user)
    ]
