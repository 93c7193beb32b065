"""What do the services need from the world, and nothing about how it is done?

A method that changes something either does all of it or raises `Conflict` and does nothing. Reads
that decide are consistent. Every key carries its site, so nothing of another site can be reached.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chalicelib.model.agent import AgentState, Beat, User
from chalicelib.model.conversation import Conversation
from chalicelib.model.engagement import Engagement
from chalicelib.model.flow_run import FlowRun
from chalicelib.model.letter import Letter
from chalicelib.model.survey import Survey
from chalicelib.model.transaction import Transaction
from chalicelib.model.visitor import Ledger
from chalicelib.playbook.playbook import Playbook
from chalicelib.routing.roster import Team
from chalicelib.services.ports.estimates import Estimates
from chalicelib.services.ports.files import Files
from chalicelib.services.ports.following import Followers
from chalicelib.services.ports.free_agents import FreeAgents
from chalicelib.services.ports.keeping import Conversations, Papers
from chalicelib.services.ports.lanes import Lanes
from chalicelib.services.ports.limits import Limits
from chalicelib.services.ports.outward import (
    Accounts,
    Alarms,
    IdentitySecrets,
    Mailbox,
    MailDomains,
    Mailer,
    Seal,
    Sign,
    Sockets,
)
from chalicelib.services.ports.queues import Queues
from chalicelib.services.ports.remains import Remains
from chalicelib.services.ports.standing import Clearance, Standing


class Playbooks(Protocol):
    def current(self, site: str) -> Playbook:
        """The published configuration, at most five seconds old; raises NotFound."""

    def fresh(self, site: str) -> Playbook:
        """The published configuration as it stands now; raises NotFound."""

    def at(self, site: str, version: int) -> Playbook:
        """One version, however old."""

    def create(self, site: str, document: Mapping[str, Any]) -> None:
        """The first version; Conflict when the site exists."""

    def publish(self, site: str, document: Mapping[str, Any], *, after: int) -> None:
        """Version `after` + 1, if `after` is still the current one, else Conflict."""

    def sites(self) -> Sequence[str]: ...

    def delete(self, site: str) -> None: ...


class Staff(Protocol):
    def users(self) -> Mapping[str, User]:
        """Everybody who ever worked here, at most five seconds old, or since `look_again`."""

    def look_again(self) -> None: ...

    def teams(self, playbook: Playbook) -> Mapping[str, Team]:
        """Everybody in each group of a site, worked out once for each version of either."""

    def user(self, user: str) -> User | None: ...

    def add(self, user: User, *, address_key: str) -> None:
        """Conflict when the id or the address is taken."""

    def save(self, user: User, *, before: User) -> None:
        """The next version of a profile and its state; Conflict `user_moved` or `last_admin`."""

    def discard(self, user: User, *, address_key: str) -> None:
        """Take back an `add` whose account could not be made."""

    def state(self, agent: str) -> AgentState: ...

    def states(self, agents: Sequence[str]) -> Mapping[str, AgentState]: ...

    def renew(self, user: User, beat: Beat, now: datetime) -> tuple[AgentState, AgentState]:
        """Keep the lease, and the status if one is given; the states before and after.

        Conflict `user_moved` when the profile is not this one any more.
        """

    def absent(self, now: datetime) -> Mapping[str, AgentState]:
        """Those whose lease has run out, and who have not been laid to rest since."""

    def rest(self, state: AgentState) -> bool:
        """Whoever is absent and holds nothing has no lease any more, and is not looked at."""

    def shorten(self, agent: str, *, connection: str, until: datetime) -> None:
        """A socket is gone: forget it, and let the lease end early unless another renews it."""

    def connections(self, agents: Sequence[str]) -> Mapping[str, tuple[str, ...]]: ...


class Visitors(Protocol):
    def ledger(self, site: str, visitor: str) -> Ledger: ...

    def offer(
        self, engagement: Engagement, before: Ledger, after: Ledger, reasons: Mapping[str, Any]
    ) -> None:
        """Record a showing, its history and reasons at once; Conflict if another tab was first."""

    def decision(self, site: str, id: str) -> Mapping[str, Any] | None:
        """The reasons of one showing, whose id is the engagement's, or of a preview."""

    def keep_decision(self, site: str, id: str, reasons: Mapping[str, Any]) -> None:
        """Store the reasons of a preview."""

    def engagement(self, site: str, visitor: str, engagement: str) -> Engagement | None: ...

    def settle(self, before: Engagement, after: Engagement, ledger: Ledger | None = None) -> None:
        """Move an engagement on; Conflict when it has moved meanwhile."""

    def keep_transaction(self, transaction: Transaction) -> None:
        """The first of this id counts."""


class Runs(Protocol):
    def get(self, site: str, run: str) -> FlowRun: ...

    def save(self, before: FlowRun, after: FlowRun) -> None:
        """Conflict when the run has moved on from `before`."""

    def due(self, before: datetime) -> Sequence[FlowRun]: ...


class Letters(Protocol):
    def get(self, site: str, letter: str) -> Letter: ...

    def add(
        self, letter: Letter, *, conversation: tuple[Conversation, Conversation] | None
    ) -> None:
        """Make a letter due, with the change of its conversation that allows it only once."""

    def claim(self, before: Letter, after: Letter, clearance: Clearance) -> None:
        """Take it for sending; Conflict `letter_moved`, or what it is not cleared of: `suppressed`,
        `correspondent_moved`, `site_cap`, `breaker`, `seen`.
        """

    def save(self, before: Letter, after: Letter) -> None: ...

    def due(self, before: datetime) -> Sequence[Letter]: ...


class Surveys(Protocol):
    def get(self, site: str, conversation: str) -> Survey:
        """The answers so far, perhaps none."""

    def save(self, site: str, before: Survey, after: Survey) -> None:
        """Conflict when another answer came in between."""


class Tickets(Protocol):
    def issue(self, token: str, *, user: str, site: str, until: datetime) -> None: ...

    def redeem(self, token: str) -> tuple[str, str] | None:
        """The user and site of a ticket, once; None for any other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a request was answered, to be said again word for word."""

    status: int
    headers: Mapping[str, str]
    body: str


class Requests(Protocol):
    """Requests that came with a key of the client's own, so that a repetition is recognised."""

    def begin(self, principal: str, key: str, *, digest: str, now: datetime) -> Kept | None:
        """Take a request on, or give the answer it had: Conflict `request_in_progress`, Invalid
        `idempotency_key_reused` when `digest` says that the body was another.
        """

    def finish(
        self, principal: str, key: str, *, digest: str, answer: Kept, until: datetime
    ) -> None: ...

    def drop(self, principal: str, key: str) -> None:
        """Forget a request that failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    playbooks: Playbooks
    staff: Staff
    visitors: Visitors
    lanes: Lanes
    free_agents: FreeAgents
    queues: Queues
    estimates: Estimates
    followers: Followers
    conversations: Conversations
    papers: Papers
    remains: Remains
    runs: Runs
    letters: Letters
    surveys: Surveys
    standing: Standing
    tickets: Tickets
    requests: Requests
    limits: Limits
    sockets: Sockets
    alarms: Alarms
    mailer: Mailer
    mailbox: Mailbox
    files: Files
    mail_domains: MailDomains
    accounts: Accounts
    identity_secrets: IdentitySecrets
    sign: Sign
    seal: Seal
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    new_secret: Callable[[], str]
    rest_url: str = ""
    wait_scale: float = 1.0
    starts_per_network: int = 10
