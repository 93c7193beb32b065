"""What have a site and one address had to do with each other, by mail?

Of the address only a digest is known here. Anybody may type any address, so mail to it is counted,
until its owner has written to us from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

MOST_MAILS: Final = 3
MAILS_WITHIN: Final = timedelta(hours=24)
MOST_SOFT_BOUNCES: Final = 3
SOFT_BOUNCES_WITHIN: Final = timedelta(days=7)
ANSWER_COUNTS_FOR: Final = timedelta(days=30)


class Suppressed(StrEnum):
    """Why nothing at all goes to an address any more."""

    BOUNCE = "bounce"
    SOFT_BOUNCES = "soft_bounces"
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """What stands in the way of mail to an address, and since when."""

    suppressed: Suppressed | None = None
    suppressed_at: datetime | None = None
    unsubscribed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondent:
    """`mails` and `soft_bounces` are moments by the name of what happened: each counts once.

    `answered_at` is when the owner of the address last wrote to us from it.
    """

    site: str
    digest: str
    version: int = 0
    mails: Mapping[str, datetime] = field(default_factory=dict)
    soft_bounces: Mapping[str, datetime] = field(default_factory=dict)
    answered_at: datetime | None = None

    @property
    def bounces_often(self) -> bool:
        return len(self.soft_bounces) >= MOST_SOFT_BOUNCES

    def is_owned(self, now: datetime) -> bool:
        """Whether the owner of the address lately showed that they want to hear from us."""
        return self.answered_at is not None and now - self.answered_at < ANSWER_COUNTS_FOR

    def free_at(self, letter: str, now: datetime) -> datetime:
        """From when on this letter may go, as far as the others of the last day are concerned."""
        others = [at for name, at in self.mails.items() if name != letter]
        latest = sorted((at for at in others if now - at < MAILS_WITHIN), reverse=True)
        return now if len(latest) < MOST_MAILS else latest[MOST_MAILS - 1] + MAILS_WITHIN

    def with_mail(self, letter: str, now: datetime) -> "Correspondent":
        recent = {name: at for name, at in self.mails.items() if now - at < MAILS_WITHIN}
        return replace(self, mails={**recent, letter: now}, version=self.version + 1)

    def with_soft_bounce(self, name: str, at: datetime) -> "Correspondent":
        """With one more, and without those too old to say anything beside the latest."""
        known = {**self.soft_bounces, name: at}
        latest = max(known.values())
        recent = {name: at for name, at in known.items() if latest - at < SOFT_BOUNCES_WITHIN}
        if recent == self.soft_bounces:
            return self
        return replace(self, soft_bounces=recent, version=self.version + 1)

    def with_answer(self, now: datetime) -> "Correspondent":
        return replace(self, answered_at=now, version=self.version + 1)
