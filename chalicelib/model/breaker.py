"""Do so many of a site's mails come back, or offend, that it must stop writing?

SES looks into an account at 5 % bounces and at 0.1 % complaints; we stop before it does. A few
mails say nothing yet.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

OPEN_FOR: Final = timedelta(hours=24)
MOST_BOUNCED: Final = 0.05
FEWEST_BOUNCED: Final = 5
MOST_COMPLAINED: Final = 0.001
FEWEST_COMPLAINED: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What became of a site's mail on a day or some."""

    sent: int = 0
    bounced: int = 0
    complained: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            sent=self.sent + other.sent,
            bounced=self.bounced + other.bounced,
            complained=self.complained + other.complained,
        )


def trips(figures: Figures) -> bool:
    """Whether mail that nobody asked for must stop."""
    bounces = figures.bounced >= max(FEWEST_BOUNCED, MOST_BOUNCED * figures.sent)
    complaints = figures.complained >= max(FEWEST_COMPLAINED, MOST_COMPLAINED * figures.sent)
    return bounces or complaints
