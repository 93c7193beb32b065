"""Who must be asked at every commit, and at everything that leaves a process?"""

from collections.abc import Callable

from chalicelib.errors import Conflict, VestibuleError
from chalicelib.model.conversation import Conversation
from chalicelib.model.letter import Letter
from chalicelib.model.mail_news import MailNews
from chalicelib.model.notices import EmailInformed, Notice
from chalicelib.services.staff.tickets import Ticket
from tests.sim import (
    engagement_oracles,
    flow_oracles,
    flow_schedules,
    handling_oracles,
    mail_oracles,
    message_oracles,
    routing_oracles,
)
from tests.sim.history import History, require
from tests.sim.process import SKEW_SECONDS
from tests.sim.scheduler import Invocation, Scheduler
from tests.sim.table import Commit, WatchedTable


class Oracles:
    """All of them, over one history."""

    def __init__(
        self, scheduler: Scheduler, readers: Callable[[str], tuple[set[str], str | None]]
    ) -> None:
        self.table = WatchedTable(scheduler, self.committed)
        self.history = History(self.table)
        self._readers = readers
        self._mail = mail_oracles.Mail()
        self._shown = engagement_oracles.Shown()
        self.flows = flow_oracles.Flows()
        self._redeemed: set[str] = set()

    def committed(self, commit: Commit) -> None:
        message_oracles.judge(self.history, commit)
        self.history.follow(commit)
        routing_oracles.judge(self.history, commit)
        handling_oracles.judge(self.history, commit)
        engagement_oracles.judge(self.history, self._shown, commit)
        flow_oracles.judge(self.history, self.flows, commit)
        flow_schedules.judge(self.history, commit)
        mail_oracles.judge(self.history, self._mail, commit)

    def pushed(
        self, connection: str, notice: Notice, by: Invocation | None, *, reached: bool
    ) -> None:
        visitors, agent = self._readers(connection)
        message_oracles.pushed(self.history, visitors, agent, notice, by)
        if reached and isinstance(notice, EmailInformed):
            self.flows.informed.add(notice.conversation)

    def mailed(self, letter: Letter, *, taken: bool) -> None:
        self._mail.mailed(self.history, letter, taken=taken)

    def unwelcome(self, address: str) -> None:
        self._mail.unwelcome(address)

    def heard(self, news: MailNews) -> None:
        self._mail.heard(self.history, news)

    def failed(self, invocation: Invocation, error: Exception) -> None:
        """I38: what was not raised on purpose happens under faults only."""
        declared = isinstance(error, VestibuleError) or invocation.disturbed
        require(declared, "I38", invocation.label, repr(error))
        if invocation.label == "take" and isinstance(error, Conflict):
            mine = any(by is invocation for by in self.history.assigned_by.values())
            require(not mine, "I12", "told it was not theirs", repr(error))

    def answered(self, invocation: Invocation, frame: str) -> None:
        """I38: the same of a frame's answer."""
        fault = '"code":"internal"' in frame and not invocation.disturbed
        require(not fault, "I38", invocation.label, frame)

    def took(self, invocation: Invocation, conversation: Conversation) -> None:
        """I12: *take* succeeds for whoever the commit names, and for nobody else."""
        mine = any(
            by is invocation and id == conversation.id
            for (id, _version), by in self.history.assigned_by.items()
        )
        require(mine, "I12", "told it was theirs", invocation.label, conversation)

    def redeemed(self, ticket: Ticket, began: float) -> None:
        """I33: a ticket opens one socket, and none after its half minute."""
        require(ticket.ticket not in self._redeemed, "I33", "opened twice", ticket)
        self._redeemed.add(ticket.ticket)
        alive = began <= ticket.expires_at.timestamp() + SKEW_SECONDS
        require(alive, "I33", "it had expired", ticket)
