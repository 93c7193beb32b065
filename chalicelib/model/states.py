"""How does anything change state? Through a table; a miss is a conflict.

Every machine of the system is a table of this one shape, so the tests walk all of them and the
documentation draws them.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from chalicelib.errors import Conflict

State = TypeVar("State", bound=StrEnum)
Event = TypeVar("Event", bound=StrEnum)


def after(
    table: Mapping[State, Mapping[Event, State]], state: State, event: Event, noun: str
) -> State:
    """The state that follows, or `Conflict` when the table has no such transition."""
    try:
        return table[state][event]
    except KeyError:
        raise Conflict(f"a {state} {noun} cannot be {event}", f"{noun}_{state}") from None
