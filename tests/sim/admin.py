"""What does an admin do, in the middle of everything: slots, rights, groups, rules, flows?"""

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Any

from chalicelib.services import configuration
from chalicelib.services.staff import users
from tests.sim import outreach, sites
from tests.sim.process import Process

if TYPE_CHECKING:
    from tests.sim.simulation import Simulation

Change = Callable[[Any], Any]


class Admin:
    """Somebody who cannot leave well alone."""

    def __init__(self, sim: "Simulation", agents: list[str]) -> None:
        self.sim = sim
        self.agents = agents
        # Every flow says which edition of itself it is.
        self.editions = 1

    def act(self) -> None:
        random = self.sim.scheduler.random
        change = random.choice((self._slots, self._access, self._publish, self._publish))
        self.sim.cloud.invoke("admin", change())

    def _slots(self) -> Callable[[Process], Any]:
        agent, slots = self._someone(), self.sim.scheduler.random.choice((0, 1, 2, 2))
        return lambda process: users.change(process.ports, agent, {"slots": slots})

    def _access(self) -> Callable[[Process], Any]:
        agent, active = self._someone(), self.sim.scheduler.chance() < 0.7
        return lambda process: users.change(process.ports, agent, {"active": active})

    def _publish(self) -> Callable[[Process], Any]:
        random = self.sim.scheduler.random
        outward = (self._flows, self._flows, self._invitations, self._mail)
        inward = (self._limit, self._group, self._rule, self._close_sooner)
        change = random.choice((*outward, *(inward if self.sim.is_rich else inward[:1])))()
        return lambda process: configuration.publish(process.ports, self.sim.site, change)

    def _flows(self) -> Change:
        """Flows are edited, paused, taken away and added while runs of them sleep."""
        made = outreach.flows(self.sim.scheduler.random, edition=self._edition())
        return lambda document: {**document, "flows": made}

    def _invitations(self) -> Change:
        made = outreach.invitations(self.sim.scheduler.random)
        return lambda document: {**document, "targeting_rules": made}

    def _mail(self) -> Change:
        seed = self.sim.scheduler.random.random()
        return lambda document: outreach.mailing(Random(seed), document)

    def _edition(self) -> int:
        self.editions += 1
        return self.editions

    def _limit(self) -> Change:
        limit = self.sim.scheduler.random.choice((0, 2, 20, 20))

        def change(document: Any) -> Any:
            first, *others = document["groups"]
            return {**document, "groups": [{**first, "queue_limit": limit}, *others]}

        return change

    def _group(self) -> Change:
        random = self.sim.scheduler.random
        # Chosen now: a publication that lost its race is made again, and must not be another.
        made = sites.group(random, "", {})
        chosen = random.random()

        def change(document: Any) -> Any:
            groups = list(document["groups"])
            position = int(chosen * len(groups))
            kept = {name: groups[position][name] for name in ("id", "name", "criteria")}
            groups[position] = {**made, **kept}
            return {**document, "groups": groups}

        return change

    def _rule(self) -> Change:
        seed = self.sim.scheduler.random.random()

        def change(document: Any) -> Any:
            names = [each["id"] for each in document["groups"]]
            branch = sites.branch(Random(seed), names)
            first, *others = document["routing_rules"]
            return {**document, "routing_rules": [{**first, "default": branch}, *others]}

        return change

    def _close_sooner(self) -> Change:
        seed = self.sim.scheduler.random.random()
        return lambda document: sites.closing(Random(seed), document)

    def _someone(self) -> str:
        return self.sim.scheduler.random.choice(self.agents)
