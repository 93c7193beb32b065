"""How did a visitor judge a conversation that is over?"""

from dataclasses import dataclass, replace
from datetime import datetime

LOWEST_CSAT, HIGHEST_CSAT = 1, 5
HIGHEST_NPS = 10
LONGEST_COMMENT = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Satisfaction from 1 to 5, recommendation from 0 to 10, and words; each may be left out."""

    csat: int | None = None
    nps: int | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """The answers so far; `version` rises by one whenever one comes."""

    conversation: str
    version: int = 0
    csat: int | None = None
    nps: int | None = None
    comment: str | None = None
    answered_at: datetime | None = None

    def answered(self, given: Judgement, now: datetime) -> "Survey":
        """With what is new: the first answer to a question is the one that counts."""
        after = replace(
            self,
            csat=given.csat if self.csat is None else self.csat,
            nps=given.nps if self.nps is None else self.nps,
            comment=given.comment if self.comment is None else self.comment,
        )
        return self if after == self else replace(after, version=self.version + 1, answered_at=now)
