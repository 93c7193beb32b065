"""Which reasons and notes lie beside a conversation?"""

from collections.abc import Sequence

from chalicelib.model.note import Note
from chalicelib.services.ports.placement import Why
from chalicelib.store import keys
from chalicelib.store.conversation_writes import note_write
from chalicelib.store.items import from_item, parse_moment, unpacked
from chalicelib.store.labels import write
from chalicelib.store.operations import Table

MOST = 200


class StoredPapers:
    def __init__(self, table: Table) -> None:
        self._table = table

    def reasons(self, site: str, conversation: str) -> Sequence[Why]:
        here = keys.conversation(site, conversation).pk
        items = self._table.query(here, prefix="WHY#", limit=MOST)
        return [
            Why(
                event=item["event"],
                at=parse_moment(item["at"]),
                record=unpacked(item["record"]),
            )
            for item in items
        ]

    def add_note(self, site: str, note: Note) -> None:
        write(self._table, [note_write(site, note)])

    def notes(self, site: str, conversation: str) -> Sequence[Note]:
        here = keys.conversation(site, conversation).pk
        items = self._table.query(here, prefix="NOTE#", limit=MOST)
        return [from_item(Note, item) for item in items]
