"""What do the services ask of the table about conversations whose time is over?"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol


class Outlived(NamedTuple):
    """A conversation that nobody finds any more, and that has left something behind."""

    site: str
    conversation: str
    visitor: str


class Remains(Protocol):
    def outlived(self, now: datetime) -> Sequence[Outlived]:
        """Some of those whose rows are still there; all of them in turn, minute by minute."""

    def of(self, site: str, conversation: str, now: datetime) -> Outlived | None:
        """What one conversation has left behind, if its time is over."""

    def erase(self, outlived: Outlived) -> None:
        """Take every row away; twice is once."""
