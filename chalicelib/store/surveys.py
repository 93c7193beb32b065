"""How is the judgement of a conversation kept?"""

from chalicelib.errors import Conflict
from chalicelib.model.survey import Survey
from chalicelib.store import keys
from chalicelib.store.items import from_item, to_item
from chalicelib.store.operations import Absent, Equals, Put, Table, WriteConflict


class StoredSurveys:
    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, site: str, conversation: str) -> Survey:
        item = self._table.get(keys.survey(site, conversation))
        return Survey(conversation=conversation) if item is None else from_item(Survey, item)

    def save(self, site: str, before: Survey, after: Survey) -> None:
        unmoved = Equals("version", before.version) if before.version else Absent()
        key = keys.survey(site, after.conversation)
        try:
            self._table.write(Put(key, to_item(after), when=unmoved))
        except WriteConflict:
            raise Conflict("another answer came first", "survey_moved") from None
