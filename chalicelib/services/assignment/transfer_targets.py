"""To whom may a conversation be passed on, and what would happen there?"""

from dataclasses import dataclass

from chalicelib.model.agent import AgentState, User
from chalicelib.services.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody of the site's staff as they are at this moment.

    `status` is the one people see; only who is available takes a conversation at once.
    """

    id: str
    name: str
    status: str
    slots: int
    free_slots: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRule:
    """A routing rule that the site lists for transfers."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferTargets:
    agents: tuple[Colleague, ...]
    routing_rules: tuple[ListedRule, ...]


def of(ports: Ports, site: str) -> TransferTargets:
    """Everybody who could ever get one, and the listed routing rules, each by name, then id.

    Nobody else is taken by `transfers`. NotFound when there is no such site.
    """
    playbook = ports.playbooks.current(site)
    people = {
        user.id: user
        for team in ports.staff.teams(playbook).values()
        for user in team.members.values()
        if user.slots
    }
    states = ports.staff.states(sorted(people))
    agents = [_colleague(ports, people[each], state) for each, state in states.items()]
    rules = [
        ListedRule(id=rule.id, name=rule.name)
        for rule in playbook.routing_rules.values()
        if rule.listed_for_transfer
    ]
    return TransferTargets(
        agents=tuple(sorted(agents, key=_by_name)), routing_rules=tuple(sorted(rules, key=_by_name))
    )


def _colleague(ports: Ports, user: User, state: AgentState) -> Colleague:
    return Colleague(
        id=user.id,
        name=user.shown_name,
        status=state.shown_status(ports.now()),
        slots=state.slots,
        free_slots=state.free_slots,
    )


def _by_name(target: Colleague | ListedRule) -> tuple[str, str]:
    return target.name.casefold(), target.id
