"""Which facts has a visitor whom somebody only imagines?

Whatever a real first page would tell beside what is imagined: what follows from its address, from
the moment, and from being new.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.model.hours import Hours
from chalicelib.model.visit import Consent, PageView, begin
from chalicelib.rules import visit_facts
from chalicelib.rules.facts import Facts

# A first page is also where the visit landed, and what came before it is where it came from.
_PAGE_URL: Final = ("page.url", "visit.landing_url")
_REFERRER: Final = ("visit.referrer", "page.previous_url")


def facts_of(imagined: Facts, hours: Hours, zone: ZoneInfo, now: datetime) -> Facts:
    """All facts of such a visitor at this moment; what is imagined wins."""
    page = PageView(
        url=_first(imagined, *_PAGE_URL),
        previous_url=_first(imagined, *reversed(_REFERRER)),
        consent=Consent.FULL,
    )
    visit = replace(
        begin("", "", "", page, now),
        landing_url=_first(imagined, *reversed(_PAGE_URL)),
        referrer=_first(imagined, *_REFERRER),
        visits=_visits(imagined.get("visitor.visits")),
    )
    return {**visit_facts.facts_of(visit, hours, zone, now), **imagined}


def _first(imagined: Facts, *names: str) -> str:
    return next((found for name in names if isinstance(found := imagined.get(name), str)), "")


def _visits(imagined: object) -> int:
    return int(imagined) if isinstance(imagined, int | float) else 1
