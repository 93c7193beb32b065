"""How fast may one side write in a conversation?

Whoever was quiet may say several things at once; each takes its time to be forgotten. One moment
tells it all: up to when the side is busy with what it has said.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

# By side: up to when.
Busy: TypeAlias = Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class Pace:
    """`most` messages at once, and as many again in `seconds`."""

    most: int
    seconds: int

    @property
    def each(self) -> timedelta:
        """How long one message keeps its side busy."""
        return timedelta(seconds=self.seconds / self.most)


# Flows and the system are ours: they speak when there is something to say.
PACES: Final[Mapping[str, Pace]] = {"visitor": Pace(10, 10), "agent": Pace(30, 10)}


def after(busy: Busy, side: str, now: datetime) -> Busy:
    """Up to when everybody is busy after one more message of this side."""
    pace = PACES.get(side)
    if pace is None:
        return busy
    until = max(busy.get(side, now), now) + pace.each
    return {**busy, str(side): min(until, now + timedelta(seconds=pace.seconds))}


def wait(busy: Busy, side: str, now: datetime) -> int:
    """Whole seconds until this side may write again; 0 for now."""
    pace = PACES.get(side)
    if pace is None:
        return 0
    room = timedelta(seconds=pace.seconds) - pace.each
    return max(0, math.ceil((busy.get(side, now) - now - room).total_seconds()))
