"""What do the services ask of the table about conversations, their reasons and their notes?

As with every port: a method that changes something either does all of it or raises `Conflict` and
does nothing, and what decides is read consistently.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from chalicelib.model.conversation import Conversation, Message
from chalicelib.model.flow_run import FlowRun
from chalicelib.model.letter import Letter
from chalicelib.model.note import Note
from chalicelib.routing.queue import Entry
from chalicelib.services.ports.estimates import FirstReply
from chalicelib.services.ports.limits import Quota
from chalicelib.services.ports.placement import Claim, Listener, Why
from chalicelib.services.ports.shares import Shares


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
        runs: Sequence[FlowRun],
        shares: Shares | None = None,
        why: Why | None = None,
        quotas: Sequence[Quota] = (),
    ) -> None:
        """A new conversation, its first message, its place and the visitor's pointer, at once.

        RateLimited when one of the quotas is spent.
        """

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
        reply: FirstReply | None = None,
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

    def hand_over(
        self,
        site: str,
        entry: Entry,
        claim: Claim,
        now: datetime,
        *,
        due_at: datetime | None = None,
        why: Why | None = None,
    ) -> None:
        """From the queues to an agent: Conflict `slot_taken` or `already_assigned`."""

    def move(
        self,
        before: Conversation,
        after: Conversation,
        *,
        claim: Claim | None = None,
        acted_at: datetime | None = None,
        unless_written: bool = False,
        why: Why | None = None,
        note: Note | None = None,
    ) -> None:
        """The next state, the slots and queues it leaves and takes, its reasons, and a note.

        `acted_at` when the agent who held it did it by hand; `unless_written` when a message since
        the read forbids it. Conflict `conversation_moved`, `slot_left` or `slot_taken`.
        """

    def amend(
        self, before: Conversation, after: Conversation, *, unless_written: bool = False
    ) -> None:
        """Change what is no change of state; Conflict `conversation_moved`."""

    def miss(self, conversation: Conversation, why: Why, quotas: Sequence[Quota] = ()) -> None:
        """Record that nobody could take it, and why; RateLimited when a quota is spent."""

    def due(self, before: datetime) -> Sequence[Conversation]:
        """Those with a wait that ended before a moment; some moments old."""

    def queue(
        self, site: str, group: str, limit: int | None = None, *, after: str | None = None
    ) -> tuple[Entry, ...]:
        """Those who wait, in order, from behind a place in the queue on."""

    def list_page(
        self,
        site: str,
        filters: Mapping[str, str],
        readable: Callable[[Conversation], bool],
        *,
        limit: int,
        cursor: Mapping[str, Any] | None,
    ) -> tuple[tuple[Conversation, ...], Mapping[str, Any] | None]: ...


class Papers(Protocol):
    """What is kept beside a conversation, and no visitor sees."""

    def reasons(self, site: str, conversation: str) -> Sequence[Why]:
        """Why it went where it went, the oldest first."""

    def add_note(self, site: str, note: Note) -> None: ...

    def notes(self, site: str, conversation: str) -> Sequence[Note]:
        """What the staff wrote down, the oldest first."""
