"""What does an admin do, in the middle of everything: slots, rights, limits, flows?"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chalicelib.services import configuration, users
from tests.sim.process import Process

if TYPE_CHECKING:
    from tests.sim.simulation import Simulation


class Admin:
    """Somebody who cannot leave well alone."""

    def __init__(self, sim: "Simulation", agents: list[str]) -> None:
        self.sim = sim
        self.agents = agents

    def act(self) -> None:
        random = self.sim.scheduler.random
        change = random.choice((self._slots, self._access, self._publish))
        self.sim.cloud.invoke("admin", change())

    def _slots(self) -> Callable[[Process], Any]:
        agent, slots = self._someone(), self.sim.scheduler.random.choice((0, 1, 2, 2))
        return lambda process: users.change(process.ports, agent, {"slots": slots})

    def _access(self) -> Callable[[Process], Any]:
        agent, active = self._someone(), self.sim.scheduler.chance() < 0.7
        return lambda process: users.change(process.ports, agent, {"active": active})

    def _publish(self) -> Callable[[Process], Any]:
        random = self.sim.scheduler.random
        limit, status = random.choice((0, 2, 20, 20)), random.choice(("active", "paused"))

        def change(document: Any) -> Any:
            group = {**document["groups"][0], "queue_limit": limit}
            flow = {**document["flows"][0], "status": status}
            return {**document, "groups": [group], "flows": [flow]}

        return lambda process: configuration.publish(process.ports, self.sim.site, change)

    def _someone(self) -> str:
        return self.sim.scheduler.random.choice(self.agents)
