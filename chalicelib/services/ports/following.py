"""Which pages show a button of their own, and what was each of them last told?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.routing.button import ButtonState


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """One page that shows a button; `number` counts what it was told since it came."""

    site: str
    routing_rule: str
    connection: str
    engagement: str
    notification: str
    branch: str
    language: str | None
    state: ButtonState
    number: int = 0


class Followers(Protocol):
    def add(self, follower: Follower, now: datetime) -> None:
        """Let a page follow, for as long as its socket can live; it follows one button a rule."""

    def of(self, site: str, routing_rule: str) -> Sequence[Follower]: ...

    def told(self, before: Follower, after: Follower) -> bool:
        """Note what a page is told; False when somebody else has told it meanwhile."""

    def forget(self, follower: Follower) -> None: ...
