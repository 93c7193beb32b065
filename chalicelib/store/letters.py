"""Which mails are to be sent, being sent, or sent?"""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.errors import Conflict, NotFound
from chalicelib.model.conversation import Conversation
from chalicelib.model.letter import Letter
from chalicelib.store import keys
from chalicelib.store.conversation_writes import changes
from chalicelib.store.flow_runs import due_items
from chalicelib.store.items import from_item
from chalicelib.store.letter_writes import letter_moved, letter_write
from chalicelib.store.operations import (
    Absent,
    Check,
    Equals,
    Operation,
    Table,
    Update,
    WriteConflict,
)


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

    def claim(self, before: Letter, after: Letter, *, address_key: str) -> None:
        try:
            self._table.write(
                letter_moved(before, after),
                Check(keys.suppression(before.site, address_key), when=Absent()),
            )
        except WriteConflict as conflict:
            code = "suppressed" if conflict.index == 1 else "letter_moved"
            raise Conflict("the letter may not be sent now", code) from conflict

    def save(self, before: Letter, after: Letter) -> None:
        self._table.write(letter_moved(before, after))

    def due(self, before: datetime) -> Sequence[Letter]:
        return [from_item(Letter, item) for item in due_items(self._table, "LETTER#", before)]
