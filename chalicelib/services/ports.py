"""What do the services need from the world, and nothing about how it is done?

A method that changes something either does all of it or raises `Conflict` and does nothing. Reads
that decide are consistent. Every key carries its site, so nothing of another site can be reached.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chalicelib.model.agent import AgentState, Status, User
from chalicelib.model.conversation import Conversation, Message
from chalicelib.model.engagement import Engagement
from chalicelib.model.flow_run import FlowRun
from chalicelib.model.letter import Letter
from chalicelib.model.visitor import Ledger
from chalicelib.playbook.playbook import Playbook
from chalicelib.routing.queue import Entry
from chalicelib.services.following import Followers
from chalicelib.services.outward import (
    Accounts,
    Alarms,
    Mailbox,
    MailDomains,
    Mailer,
    Seal,
    Sign,
    Sockets,
)
from chalicelib.services.placement import Claim, Lane, Listener
from chalicelib.services.standing import Clearance, Standing


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

    def user(self, user: str) -> User | None: ...

    def add(self, user: User, *, address_key: str) -> None:
        """Conflict when the id or the address is taken."""

    def save(self, user: User, *, before: User) -> None:
        """The next version of a profile and its state; Conflict `user_moved` or `last_admin`."""

    def discard(self, user: User, *, address_key: str) -> None:
        """Take back an `add` whose account could not be made."""

    def state(self, agent: str) -> AgentState: ...

    def states(self, agents: Sequence[str]) -> Mapping[str, AgentState]: ...

    def renew(
        self, agent: str, *, status: Status | None, connection: str, until: datetime, now: datetime
    ) -> tuple[AgentState, AgentState]:
        """Keep the lease, and the status if one is given; the states before and after."""

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
        """The reasons of one showing; its id is the engagement's."""

    def engagement(self, site: str, visitor: str, engagement: str) -> Engagement | None: ...

    def settle(self, before: Engagement, after: Engagement, ledger: Ledger | None = None) -> None:
        """Move an engagement on; Conflict when it has moved meanwhile."""


class Lanes(Protocol):
    def now(
        self, site: str, groups: Mapping[str, Sequence[str]], visitor: str | None = None
    ) -> tuple[Mapping[str, Lane], Ledger | None]:
        """Agents' states, queue lengths, and a visitor's ledger, in one read."""

    def lately(self, site: str, groups: Mapping[str, Sequence[str]]) -> Mapping[str, Lane]:
        """The same, as it was at most a second ago: enough to invite, never to assign."""


class Conversations(Protocol):
    def started(self, site: str, visitor: str, client_id: str) -> str | None: ...

    def start(
        self,
        conversation: Conversation,
        message: Message,
        *,
        listener: Listener | None,
        claim: Claim | None,
        queue_limit: int | None,
        run: FlowRun | None,
    ) -> None:
        """A new conversation, its first message, its place and the visitor's pointer, at once."""

    def get(self, site: str, conversation: str) -> Conversation: ...

    def with_audience(
        self, site: str, conversation: str
    ) -> tuple[Conversation, tuple[Listener, ...]]: ...

    def listen(self, conversation: Conversation, listener: Listener, now: datetime) -> None:
        """Let a socket follow a conversation for as long as it can live."""

    def forget(self, conversation: Conversation, connection: str) -> None: ...

    def post(
        self,
        before: Conversation,
        after: Conversation,
        message: Message,
        *,
        run: tuple[FlowRun | None, FlowRun] | None = None,
        letter: Letter | None = None,
        address_of: str | None = None,
    ) -> Message:
        """One message: its number, itself, its client id and what must hold with it, in one
        transaction.

        Returns the message as stored, which is the first one when its sender had sent it before.
        Raises Conflict: `conflict` when the same id came with another text, `closed` when it is
        over.
        """

    def sent_before(self, conversation: Conversation, message: Message) -> Message | None:
        """The message that the same sender stored under the same client id, if there is one."""

    def message(self, site: str, conversation: str, number: int) -> Message | None: ...

    def messages(
        self, site: str, conversation: str, after: int, limit: int
    ) -> tuple[Message, ...]: ...

    def mark_read(self, conversation: Conversation, *, visitor: int = 0, agent: int = 0) -> bool:
        """Raise a side's mark; whether it rose."""

    def hand_over(self, site: str, entry: Entry, claim: Claim, now: datetime) -> None:
        """From the queue to an agent: Conflict `slot_taken` or `already_assigned`."""

    def miss(self, conversation: Conversation) -> None:
        """Record that nobody could take it."""

    def requeue(self, before: Conversation, after: Conversation) -> None: ...

    def close(self, before: Conversation, after: Conversation) -> None: ...

    def queue(self, site: str, group: str, limit: int | None = None) -> tuple[Entry, ...]: ...

    def list_page(
        self,
        site: str,
        filters: Mapping[str, str],
        readable: Callable[[Conversation], bool],
        *,
        limit: int,
        cursor: Mapping[str, Any] | None,
    ) -> tuple[tuple[Conversation, ...], Mapping[str, Any] | None]: ...


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


class Limits(Protocol):
    def count(self, name: str, seconds: int) -> int:
        """One more of something in this window of time; how many there were, this one included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    playbooks: Playbooks
    staff: Staff
    visitors: Visitors
    lanes: Lanes
    followers: Followers
    conversations: Conversations
    runs: Runs
    letters: Letters
    standing: Standing
    tickets: Tickets
    requests: Requests
    limits: Limits
    sockets: Sockets
    alarms: Alarms
    mailer: Mailer
    mailbox: Mailbox
    mail_domains: MailDomains
    accounts: Accounts
    sign: Sign
    seal: Seal
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    new_secret: Callable[[], str]
    rest_url: str = ""
    pace: float = 1.0
