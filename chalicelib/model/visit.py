"""What has one visitor done on one site, in one sitting?

A visit lives in the signed pass that the browser carries, not in the table: nobody who is not
engaged leaves a row. A page view after half an hour of silence begins a new visit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from chalicelib.model.visitor import Ledger

SILENCE_ENDS_A_VISIT = timedelta(minutes=30)


class Consent(StrEnum):
    LIGHT = "light"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """What a browser says of the page it shows and of itself.

    `again`: the page was told before, and only its socket is new.
    """

    url: str
    title: str = ""
    previous_url: str = ""
    language: str = ""
    device: str = ""
    browser: str = ""
    os: str = ""
    country: str = ""
    consent: Consent = Consent.LIGHT
    cart: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """`observed` is what this page showed so far; `events` counts over the whole visit.

    `identified`: the site's server has vouched for the visitor in this visit, and calls them
    `name`, if it says so.
    `conversations` and `email_known` are as last heard: nothing is read for them.
    `engaged_by` is the rule that offered `engagement`; `fired_here` are all that have fired on this
    page, those held out too.
    """

    site: str
    visitor: str
    id: str
    started_at: datetime
    page_started_at: datetime
    seen_at: datetime
    page: PageView
    pages: int = 1
    visits: int = 1
    hours_since_last_visit: float | None = None
    conversations: int = 0
    email_known: bool = False
    landing_url: str = ""
    referrer: str = ""
    observed: Mapping[str, float | bool] = field(default_factory=dict)
    events: Mapping[str, int] = field(default_factory=dict)
    history: Mapping[str, Any] = field(default_factory=dict)
    ledger_version: int = 0
    engagement: str | None = None
    engaged_by: str | None = None
    fired_here: tuple[str, ...] = ()
    identified: bool = False
    name: str = ""

    def viewing(self, page: PageView, now: datetime) -> "Visit":
        """The visit after one more page, or the next visit when this one had ended."""
        silence = now - self.seen_at
        if page.again and silence <= SILENCE_ENDS_A_VISIT:
            return replace(self, page=page, seen_at=now)
        if silence <= SILENCE_ENDS_A_VISIT:
            return replace(
                self,
                page=page,
                pages=self.pages + 1,
                page_started_at=now,
                seen_at=now,
                observed={},
                fired_here=(),
            )
        return replace(
            begin(self.site, self.visitor, self._next_id(), page, now),
            visits=self.visits + 1,
            hours_since_last_visit=round(silence.total_seconds() / 3600, 2),
            conversations=self.conversations,
            email_known=self.email_known,
            history=self.history,
            ledger_version=self.ledger_version,
        )

    def _next_id(self) -> str:
        """Made of this one's, so that a visit that begins in several tabs at once is one."""
        return sha256(f"after {self.id}".encode()).hexdigest()[:32]

    def observing(self, facts: Mapping[str, float | bool | int], now: datetime) -> "Visit":
        """The visit after the page showed something; what only grows never shrinks."""
        events = dict(self.events)
        observed = dict(self.observed)
        for name, value in facts.items():
            if name.startswith("event."):
                event = name.removeprefix("event.")
                events[event] = max(events.get(event, 0), int(value))
            else:
                observed[name] = max(observed.get(name, value), value)
        return replace(self, observed=observed, events=events, seen_at=now)

    def having_talked(self, conversations: int, *, email_known: bool) -> "Visit":
        """The visit after something was read of the visitor's conversations."""
        return replace(
            self,
            conversations=max(self.conversations, conversations),
            email_known=self.email_known or email_known,
        )

    def offered(self, engagement: str, rule: str) -> "Visit":
        return replace(self.fired(rule), engagement=engagement, engaged_by=rule)

    def fired(self, rule: str) -> "Visit":
        """The visit after a rule has fired on this page, whether it showed anything or not."""
        return replace(self, fired_here=(*self.fired_here, rule))

    def of(self, ledger: Ledger, name: str = "") -> "Visit":
        """The visit once its visitor is proven: what is known of them is in their ledger.

        A visit that nobody was proven in goes on; one of another customer is over.
        """
        if ledger.visitor == self.visitor:
            kept = self
        elif self.identified:
            kept = begin(self.site, ledger.visitor, self.id, self.page, self.page_started_at)
        else:
            kept = replace(self, visits=1, hours_since_last_visit=None)
            kept = replace(kept, engagement=None, engaged_by=None, fired_here=())
        return replace(
            kept,
            visitor=ledger.visitor,
            identified=True,
            name=name,
            seen_at=self.seen_at,
            conversations=ledger.conversations,
            email_known=ledger.email is not None,
            history=ledger.history,
            ledger_version=ledger.version,
        )


def begin(site: str, visitor: str, visit: str, page: PageView, now: datetime) -> Visit:
    """A visit's first page; where the visitor came from is fixed here."""
    return Visit(
        site=site,
        visitor=visitor,
        id=visit,
        started_at=now,
        page_started_at=now,
        seen_at=now,
        page=page,
        landing_url=page.url,
        referrer=page.previous_url,
    )
