"""What does a letter write?"""

from chalicelib.model.letter import Letter, LetterState
from chalicelib.store import keys
from chalicelib.store.conversation_writes import expiring
from chalicelib.store.items import to_item
from chalicelib.store.operations import Absent, Equals, Item, Operation, Put


def letter_write(letter: Letter) -> Operation:
    """A letter that becomes due, once."""
    return Put(keys.letter(letter.site, letter.id), _item(letter), when=Absent())


def letter_moved(before: Letter, after: Letter) -> Operation:
    """The next state of a letter that nobody else has taken since it was read."""
    return Put(
        keys.letter(after.site, after.id),
        _item(after),
        when=(Equals("state", before.state.value), Equals("attempts", before.attempts)),
    )


def _item(letter: Letter) -> Item:
    item = {**to_item(letter), **expiring(letter.erased_at)}
    if letter.state in (LetterState.PENDING, LetterState.CLAIMED):
        at = letter.lease_expires_at or letter.due_at
        item |= {"due_pk": keys.due(letter.id), "due_sk": f"LETTER#{keys.moment(at)}"}
    return item
