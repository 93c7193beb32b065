"""What do the services ask of the world beyond the table: sockets, alarms, mail, accounts?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chalicelib.model.agent import User
from chalicelib.model.flow_run import FlowRun
from chalicelib.model.letter import Letter
from chalicelib.model.notices import Notice

# A delayed queue message waits at most 15 minutes.
LONGEST_SHORT_WAIT = 900


class Sockets(Protocol):
    def push(self, connection: str, notice: Notice, *, answers: str | None = None) -> bool:
        """Whether the socket was there to hear it; `answers` is the id of the frame it answers.

        A push is a hint: no failure is raised.
        """

    def close(self, connection: str) -> None: ...


class Alarms(Protocol):
    def ring_run(self, run: FlowRun) -> None:
        """A visible, cancellable wait; asking twice is one alarm."""

    def stop_run(self, run: FlowRun) -> None:
        """Nobody need wait any more; a hint like the alarm itself, no failure is raised."""

    def ring(self, what: str, site: str, id: str, *, seconds: float) -> None:
        """A short wait of the platform's own, at most `LONGEST_SHORT_WAIT`."""

    def ring_at(
        self, what: str, site: str, id: str, tick: int, at: datetime, *, now: datetime
    ) -> None:
        """A wait of any length; whoever is woken is told the tick. Asking twice does no harm."""


class NotTaken(Exception):
    """SES certainly did not take a letter; `may_pass` when a later try could."""

    def __init__(self, code: str, *, may_pass: bool) -> None:
        super().__init__(code)
        self.code = code
        self.may_pass = may_pass


class Mailer(Protocol):
    def send(self, letter: Letter, *, unsubscribe: str | None) -> str:
        """The message id SES gave. Raises NotTaken when SES certainly did not take it.

        `unsubscribe` is where one click ends such mail (RFC 8058).
        """


class Mailbox(Protocol):
    """Where mail that came in is kept for some days, as it came."""

    def get(self, key: str) -> bytes:
        """One mail; NotFound when it is not there any more."""


class Accounts(Protocol):
    """The user pool where the staff's passwords live."""

    def invite(self, user: User, password: str | None) -> None: ...

    def change_role(self, user: User, before: User) -> None: ...

    def close(self, user: User) -> None: ...

    def address(self, user: str) -> str: ...


class IdentitySecrets(Protocol):
    """What each site's own server signs its customers' ids with; never part of a playbook."""

    def secret_of(self, site: str) -> str | None:
        """At most a minute old."""

    def keep(self, site: str, secret: str) -> None: ...

    def drop(self, site: str) -> None: ...


class Sign(Protocol):
    def __call__(self, kind: str, claims: Mapping[str, Any]) -> str: ...


class Seal(Protocol):
    def __call__(self, kind: str, data: bytes) -> bytes:
        """32 bytes that nobody else can make of the same data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDomains:
    """`sender` is what mail comes from; `replies` takes answers, empty where mail takes none."""

    sender: str
    replies: str = ""

    @property
    def own(self) -> tuple[str, ...]:
        """The domains that no stranger's mail comes from."""
        return tuple(filter(None, (self.sender, self.replies)))
