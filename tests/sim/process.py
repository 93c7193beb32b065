"""What is one process: production's ports over the one table, and what it keeps in mind itself?"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.model.tokens import Kind
from chalicelib.model.visit import Visit
from chalicelib.services.ports import Ports
from chalicelib.services.ports.outward import MailDomains
from chalicelib.store.conversations import StoredConversations
from chalicelib.store.estimates import StoredEstimates
from chalicelib.store.flow_runs import StoredRuns
from chalicelib.store.followers import StoredFollowers
from chalicelib.store.free_agents import StoredFreeAgents
from chalicelib.store.lanes import StoredLanes
from chalicelib.store.letters import StoredLetters
from chalicelib.store.limits import StoredLimits
from chalicelib.store.papers import StoredPapers
from chalicelib.store.playbooks import StoredPlaybooks
from chalicelib.store.queues import StoredQueues
from chalicelib.store.remains import StoredRemains
from chalicelib.store.requests import StoredRequests
from chalicelib.store.staff import StoredStaff
from chalicelib.store.standing import StoredStanding
from chalicelib.store.surveys import StoredSurveys
from chalicelib.store.tickets import StoredTickets
from chalicelib.store.visitors import StoredVisitors
from chalicelib.web.callers import Edge
from chalicelib.web.passes import Passes
from tests.world import SIGNER

if TYPE_CHECKING:
    from tests.sim.cloud import Cloud

# Clocks of two machines differ by this much at most, either way.
SKEW_SECONDS = 1.0


class NamedPasses(Passes):
    """The edge's passes; whose page a visitor is becomes known when their pass is written."""

    def __init__(self, cloud: "Cloud") -> None:
        super().__init__(SIGNER)
        self._cloud = cloud

    def write(self, visit: Visit, ports: Ports) -> str:
        running = self._cloud.scheduler.running()
        if running is not None:
            browser = self._cloud.browsers[running.connection]
            self._cloud.visitors.setdefault(browser, set()).add(visit.visitor)
        return super().write(visit, ports)


class Process:
    """A cold process: it has read nothing yet, and its clock is a little off."""

    def __init__(self, cloud: "Cloud") -> None:
        table, scheduler = cloud.table, cloud.scheduler
        self.skew = (2 * scheduler.chance() - 1) * SKEW_SECONDS
        self.cloud = cloud

        def epoch() -> float:
            return scheduler.now + self.skew

        playbooks = StoredPlaybooks(table, epoch)
        # What a version says never changes: it is enough that one of them has parsed it.
        playbooks._parsed = cloud.parsed
        self.ports = Ports(
            playbooks=playbooks,
            staff=StoredStaff(table, epoch),
            visitors=StoredVisitors(table),
            lanes=StoredLanes(table, epoch),
            free_agents=StoredFreeAgents(table),
            queues=StoredQueues(table),
            estimates=StoredEstimates(table, epoch),
            followers=StoredFollowers(table),
            conversations=StoredConversations(table),
            papers=StoredPapers(table),
            remains=StoredRemains(table),
            runs=StoredRuns(table),
            letters=StoredLetters(table),
            surveys=StoredSurveys(table),
            standing=StoredStanding(table),
            tickets=StoredTickets(table),
            requests=StoredRequests(table),
            limits=StoredLimits(table, epoch),
            sockets=cloud,
            alarms=cloud,
            mailer=cloud.post,
            mailbox=cloud,
            files=cloud.files,
            mail_domains=MailDomains(sender="bank.example", replies="reply.bank.example"),
            accounts=cloud,
            identity_secrets=cloud,
            sign=self._sign,
            seal=lambda kind, data: SIGNER.seal(Kind(kind), data),
            now=lambda: cloud.moment(self.skew),
            new_id=lambda: f"id-{next(cloud.ids):06d}",
            new_secret=lambda: f"secret-{next(cloud.ids)}",
            rest_url="https://api.example/v1",
        )
        self.edge = Edge(ports=self.ports, passes=NamedPasses(cloud))

    def _sign(self, kind: str, claims: Mapping[str, Any]) -> str:
        return SIGNER.sign(Kind(kind), claims, now=self.ports.now())
