"""How often may something happen in a window of time, and who counts?"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """At most so many of something in each window of so many seconds."""

    name: str
    most: int
    seconds: int

    def window(self, now: float) -> int:
        """The number of the window that a moment (epoch seconds) lies in."""
        return int(now // self.seconds)

    def left(self, now: float) -> int:
        """How many seconds its window still lasts, at least one."""
        return max(1, int(self.seconds - now % self.seconds))


class Limits(Protocol):
    def spend(self, quota: Quota) -> None:
        """One more; RateLimited when there were as many as there may be."""

    def is_new(self, name: str, seconds: float) -> bool:
        """Whether this process has not been asked the same within so many seconds.

        Nothing is stored: another process has another answer.
        """
