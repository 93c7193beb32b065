"""What does a queue remember of itself: how many wait, and what is still to be told?"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class News(StrEnum):
    """What has changed: somebody's place, or only how many there are."""

    PLACES = "places"
    LENGTH = "length"


class Queues(Protocol):
    def waiting(self, site: str, groups: Collection[str]) -> Mapping[str, int]:
        """How many wait in each group, in one request."""

    def mark(self, site: str, group: str, news: News, *, until: datetime, now: datetime) -> bool:
        """Note that something is to be told by a moment; False if that is noted already."""

    def unmark(self, site: str, group: str, news: News) -> None:
        """It is being told: what changes from now on must be noted again."""

    def begin_telling(
        self, site: str, group: str, telling: str, *, until: datetime, now: datetime
    ) -> bool:
        """Everybody's place is being told, and what changes from now on must be noted again; False
        while another telling of this group, of any other name, has its time.
        """

    def go_on_telling(self, site: str, group: str, telling: str, *, until: datetime) -> bool:
        """More time for it; False when it is not the one that tells any more."""

    def end_telling(self, site: str, group: str, telling: str) -> bool:
        """The last has been told; whether something was noted meanwhile."""

    def untold(
        self, site: str, groups: Collection[str], before: datetime
    ) -> Sequence[tuple[str, News]]:
        """What should have been told by a moment, be it that a telling has broken off."""
