"""What is everything of a site called? Pages are told ids, and people look for names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from chalicelib.services.ports import Ports


class Named(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The site's own name; the others by id. Whoever is missing does not work here any more."""

    site: str
    agents: Mapping[str, str]
    groups: Mapping[str, str]
    routing_rules: Mapping[str, str]
    targeting_rules: Mapping[str, str]
    campaigns: Mapping[str, str]
    flows: Mapping[str, str]


def of(ports: Ports, site: str) -> Names:
    """The names of a site as they are now; NotFound when there is no such site."""
    playbook = ports.playbooks.current(site)
    return Names(
        site=playbook.site.name,
        agents={
            user.id: user.shown_name
            for user in ports.staff.users().values()
            if user.active and user.works_on(site)
        },
        groups=_by_id(playbook.groups.values()),
        routing_rules=_by_id(playbook.routing_rules.values()),
        targeting_rules=_by_id(playbook.targeting_rules),
        campaigns=_by_id(playbook.campaigns.values()),
        flows=_by_id(playbook.flows.values()),
    )


def _by_id(things: Iterable[Named]) -> Mapping[str, str]:
    return {each.id: each.name for each in things}
