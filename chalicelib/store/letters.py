"""Which mails are to be sent, being sent, or sent?"""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.errors import NotFound
from chalicelib.model.conversation import Conversation
from chalicelib.model.letter import Letter
from chalicelib.services.ports.standing import Clearance
from chalicelib.store import keys
from chalicelib.store.conversation_writes import changes
from chalicelib.store.flow_runs import due_items
from chalicelib.store.items import from_item
from chalicelib.store.labels import write
from chalicelib.store.letter_writes import letter_moved, letter_write
from chalicelib.store.operations import (
    Equals,
    Operation,
    Table,
    Update,
)
from chalicelib.store.standing import cleared


class StoredLetters:
    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, site: str, letter: str) -> Letter:
        item = self._table.get(keys.letter(site, letter))
        if item is None:
            raise NotFound(f"no letter {letter!r}")
        return from_item(Letter, item)

    def add(
        self, letter: Letter, *, conversation: tuple[Conversation, Conversation] | None
    ) -> None:
        operations: list[Operation] = [letter_write(letter)]
        if conversation is not None:
            before, after = conversation
            differing, missing = changes(before, after)
            operations.append(
                Update(
                    keys.conversation(before.site, before.id),
                    set=differing,
                    remove=missing,
                    when=(
                        Equals("mailed_number", before.mailed_number),
                        Equals("last_number", before.last_number),
                        Equals("visitor_seen", before.visitor_seen),
                    ),
                )
            )
        self._table.write(*operations)

    def claim(self, before: Letter, after: Letter, clearance: Clearance) -> None:
        # A letter that SES would not take yet was counted when it was first claimed.
        counts = before.attempts == 0
        checked = cleared(before.site, before.conversation, clearance, counts=counts)
        write(self._table, [(letter_moved(before, after), "letter_moved"), *checked])

    def save(self, before: Letter, after: Letter) -> None:
        self._table.write(letter_moved(before, after))

    def due(self, before: datetime) -> Sequence[Letter]:
        return [from_item(Letter, item) for item in due_items(self._table, "LETTER#", before)]
