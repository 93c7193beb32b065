"""Which condition of a transaction failed, in a word that the services understand?"""

from chalicelib.errors import Conflict
from chalicelib.store.operations import Operation, Table, WriteConflict

Labelled = tuple[Operation, str]


def write(table: Table, labelled: list[Labelled]) -> None:
    """All of it or nothing; Conflict with the label of the first condition that failed."""
    try:
        table.write(*(operation for operation, _label in labelled))
    except WriteConflict as conflict:
        raise Conflict("someone else was first", labelled[conflict.index][1]) from conflict
