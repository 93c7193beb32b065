"""How long is the wait in a group likely to be, at this hour?

Going by the first answers of people in the last 28 days, hour by hour in the site's zone. Each is
counted in the transaction of the message that answers, under the hour in which the visitor came.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from chalicelib.model.conversation import Conversation
from chalicelib.playbook.playbook import Playbook
from chalicelib.routing.estimate import estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstReply:
    """One visitor's wait for a person: where and when they came, and how long it took."""

    site: str
    group: str
    day: date
    hour: int
    seconds: float


class Estimates(Protocol):
    def first_replies(self, site: str, group: str, hour: int, today: date) -> Mapping[int, int]:
        """How many first replies fell into each bucket in 28 days, at most a minute old."""


def first_reply(playbook: Playbook, before: Conversation, now: datetime) -> FirstReply | None:
    """What a person's answer adds to what is known; None if it is not the first."""
    if before.agent_wrote > 0 or before.group is None:
        return None
    came = before.opened_at.astimezone(playbook.site.zone)
    return FirstReply(
        site=before.site,
        group=before.group,
        day=came.date(),
        hour=came.hour,
        seconds=(now - before.opened_at).total_seconds(),
    )


def of_group(estimates: Estimates, playbook: Playbook, group: str, now: datetime) -> int | None:
    """The likely wait in seconds of somebody who comes now; None if too little is known."""
    here = now.astimezone(playbook.site.zone)
    return estimate(estimates.first_replies(playbook.site.id, group, here.hour, here.date()))
