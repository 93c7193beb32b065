"""What must hold for a letter to be sent, and who keeps that?

Values and ports only. Whatever is named here is a condition of the very write that claims a letter.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.model.breaker import Figures
from chalicelib.model.correspondent import Correspondent, Suppressed, Suppression


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """`correspondent` before and after, and `daily_cap`, are None where no cap holds.

    `is_asked_for`: the reader wants this very mail, whatever they said of mail in general.
    `unless_seen` is the message whose reading makes the mail needless; 0 for none.
    """

    digest: str
    is_asked_for: bool
    correspondent: tuple[Correspondent, Correspondent] | None
    daily_cap: int | None
    unless_seen: int
    now: datetime


class Standing(Protocol):
    """How a site stands with each address, and with all of them together."""

    def correspondent(self, site: str, digest: str) -> Correspondent: ...

    def save(self, before: Correspondent, after: Correspondent, now: datetime) -> None:
        """Conflict when something else happened to the address meanwhile."""

    def suppression(self, site: str, digest: str) -> Suppression: ...

    def lift(self, site: str, digest: str) -> None:
        """Let mail go there again; soft bounces count from the beginning."""

    def suppress(self, site: str, digest: str, reason: Suppressed, at: datetime) -> None:
        """Nothing goes there any more; the first reason stays."""

    def unsubscribe(self, site: str, digest: str, at: datetime) -> None:
        """Nothing goes there that was not asked for; the first time stays."""

    def count_once(
        self, site: str, letter: str, news: str, at: datetime, *, bounced: int, complained: int
    ) -> None:
        """Add to the figures of a day, however often the same news of a letter comes."""

    def figures(self, site: str, now: datetime) -> Figures:
        """Those of today and yesterday (UTC)."""

    def stop(self, site: str, until: datetime) -> None:
        """Until then nothing goes that was not asked for."""
