"""How is a conversation read, begun, lengthened, handed over and ended, each in one transaction?"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.errors import Conflict, NotFound
from chalicelib.model.conversation import Conversation, ConversationState, Message
from chalicelib.model.flow_run import FlowRun
from chalicelib.model.letter import Letter
from chalicelib.model.note import Note
from chalicelib.routing.queue import Entry
from chalicelib.services.ports.estimates import FirstReply
from chalicelib.services.ports.limits import Quota
from chalicelib.services.ports.placement import Claim, Listener, Why
from chalicelib.services.ports.shares import Shares
from chalicelib.store import keys
from chalicelib.store.conversation_writes import (
    beginning,
    changes,
    client_key,
    erasure_write,
    handed_over,
    item_of,
    message_writes,
    moved,
    note_write,
    why_write,
)
from chalicelib.store.estimates import one_reply
from chalicelib.store.flow_runs import due_items, run_write
from chalicelib.store.items import attribute, from_item
from chalicelib.store.labels import Labelled, write
from chalicelib.store.letter_writes import letter_write
from chalicelib.store.limits import spend
from chalicelib.store.listings import page_of
from chalicelib.store.operations import (
    Absent,
    Delete,
    Equals,
    Has,
    Less,
    Path,
    Put,
    Table,
    Update,
    WriteConflict,
)
from chalicelib.store.placements import (
    dequeued,
    enqueued,
    listener_write,
    requeued,
    slot_left,
    slot_taken,
)
from chalicelib.store.shares import one_given


class StoredConversations:
    def __init__(self, table: Table) -> None:
        self._table = table

    def started(self, site: str, visitor: str, client_id: str) -> str | None:
        item = self._table.get(keys.started(site, visitor, client_id))
        return item["conversation"] if item else None

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
        now = conversation.opened_at
        labelled = beginning(conversation, message)
        if claim is not None:
            labelled += slot_taken(conversation.site, conversation.id, claim, now)
        elif conversation.group is not None:
            labelled += enqueued(conversation, conversation.group, queue_limit)
        if listener is not None:
            labelled.append((listener_write(conversation, listener, now), "listener"))
        labelled += [(run_write(None, run), "run") for run in runs]
        if shares is not None and conversation.group is not None:
            given = one_given(shares, conversation.id, conversation.group)
            labelled.append((given, "share"))
        if why is not None:
            labelled.append(
                why_write(conversation.site, conversation.id, conversation.version, why)
            )
        spend(self._table, labelled, quotas, now)

    def get(self, site: str, conversation: str) -> Conversation:
        item = self._table.get(keys.conversation(site, conversation))
        if item is None:
            raise NotFound(f"no conversation {conversation!r}")
        return from_item(Conversation, item)

    def with_audience(
        self, site: str, conversation: str
    ) -> tuple[Conversation, tuple[Listener, ...]]:
        key = keys.conversation(site, conversation)
        # Strictly before the sort key that follows the conversation's own.
        rows = self._table.query(key.pk, after=keys.AUDIENCE_FIRST, before=f"{key.sk}#")
        if not rows or rows[-1]["sk"] != key.sk:
            raise NotFound(f"no conversation {conversation!r}")
        listeners = tuple(from_item(Listener, row) for row in rows[:-1])
        return from_item(Conversation, rows[-1]), listeners

    def listen(self, conversation: Conversation, listener: Listener, now: datetime) -> None:
        self._table.write(listener_write(conversation, listener, now))

    def forget(self, conversation: Conversation, connection: str) -> None:
        from_audience = keys.audience(conversation.site, conversation.id, connection)
        self._table.write(Delete(from_audience))

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
        differing, missing = changes(before, after)
        longer = Update(
            keys.conversation(before.site, before.id),
            set=differing,
            remove=missing,
            # Whoever may write was judged on this very state: whose it is, and that it is open.
            when=(Equals("last_number", before.last_number), Equals("version", before.version)),
        )
        labelled = [*message_writes(before, message), (longer, "conversation_moved")]
        if run is not None:
            labelled.append((run_write(*run), "run_moved"))
        if letter is not None:
            labelled.append((letter_write(letter), "letter"))
        if address_of is not None:
            ledger = keys.visitor(before.site, before.visitor)
            labelled.append((Update(ledger, set={"email": address_of}), "ledger"))
        if reply is not None:
            labelled.append((one_reply(reply, before.id), "reply"))
        try:
            write(self._table, labelled)
        except Conflict as conflict:
            if conflict.code != "client_id":
                raise
            return self.sent_before(before, message) or message
        return message

    def sent_before(self, conversation: Conversation, message: Message) -> Message | None:
        key = client_key(conversation, message)
        known = self._table.get(key) if key else None
        if known is None:
            return None
        first = self.message(conversation.site, conversation.id, known["number"])
        if first is None or not _same_words(first, message):
            raise Conflict("this client_id came with another text", "conflict")
        return first

    def message(self, site: str, conversation: str, number: int) -> Message | None:
        item = self._table.get(keys.message(site, conversation, number))
        return from_item(Message, item) if item else None

    def messages(self, site: str, conversation: str, after: int, limit: int) -> tuple[Message, ...]:
        last = keys.message(site, conversation, after)
        items = self._table.query(last.pk, prefix="MESSAGE#", after=last.sk, limit=limit)
        return tuple(from_item(Message, item) for item in items)

    def mark_read(self, conversation: Conversation, *, visitor: int = 0, agent: int = 0) -> bool:
        name, number = ("visitor_seen", visitor) if visitor else ("agent_seen", agent)
        rising = Less(name, number)
        try:
            self._table.write(
                Update(
                    keys.conversation(conversation.site, conversation.id),
                    set={name: number},
                    when=(Has("last_number"), rising),
                )
            )
        except WriteConflict:
            return False
        return True

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
        labelled = [
            handed_over(site, entry, claim, now, due_at),
            *slot_taken(site, entry.conversation, claim, now),
            *dequeued(site, entry),
        ]
        if why is not None:
            labelled.append(why_write(site, entry.conversation, entry.version + 1, why))
        write(self._table, labelled)

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
        labelled = [moved(before, after, unless_written=unless_written)]
        held = before.state is ConversationState.ASSIGNED
        if held and before.agent is not None:
            labelled += slot_left(before.id, before.agent, acted_at)
        if claim is not None:
            labelled += slot_taken(after.site, after.id, claim, after.updated_at)
        labelled += requeued(before, after)
        if not after.is_open:
            labelled.append(_pointer_gone(before, after))
        if after.erased_at is not None:
            labelled.append(erasure_write(after, after.erased_at))
        if why is not None:
            labelled.append(why_write(after.site, after.id, after.version, why))
        if note is not None:
            labelled.append(note_write(after.site, note))
        write(self._table, labelled)

    def amend(
        self, before: Conversation, after: Conversation, *, unless_written: bool = False
    ) -> None:
        write(self._table, [moved(before, after, unless_written=unless_written)])

    def miss(self, conversation: Conversation, why: Why, quotas: Sequence[Quota] = ()) -> None:
        key = keys.conversation(conversation.site, conversation.id)
        missed: Labelled = (Put(key, item_of(conversation), when=Absent()), "conversation")
        # Nothing else lies beside it: both go by themselves.
        reasons = why_write(
            conversation.site,
            conversation.id,
            conversation.version,
            why,
            conversation.erased_at,
        )
        spend(self._table, [missed, reasons], quotas, conversation.opened_at)

    def due(self, before: datetime) -> tuple[Conversation, ...]:
        items = due_items(self._table, "WAIT#", before)
        return tuple(from_item(Conversation, item) for item in items)

    def queue(
        self, site: str, group: str, limit: int | None = None, *, after: str | None = None
    ) -> tuple[Entry, ...]:
        items = self._table.query(keys.queue(site, group), after=after, limit=limit)
        return tuple(from_item(Entry, item) for item in items)

    def list_page(
        self,
        site: str,
        filters: Mapping[str, str],
        readable: Callable[[Conversation], bool],
        *,
        limit: int,
        cursor: Mapping[str, Any] | None,
    ) -> tuple[tuple[Conversation, ...], Mapping[str, Any] | None]:
        return page_of(self._table, site, filters, readable, limit=limit, cursor=cursor)


def _pointer_gone(before: Conversation, after: Conversation) -> Labelled:
    """The visitor has nothing open any more, and is remembered with their last agent."""
    known: dict[Path, Any] = {"talked_at": attribute(after.updated_at)}
    if before.agent:
        known["last_agent"] = before.agent
    pointer = keys.visitor(before.site, before.visitor)
    gone = Update(pointer, set=known, remove=("open",), when=Equals("open", before.id))
    return gone, "conversation_moved"


def _same_words(first: Message, second: Message) -> bool:
    return first.text == second.text and first.attachments == second.attachments
