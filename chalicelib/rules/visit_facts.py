"""What does a visit tell, in the words of the catalogue?

A fact that a page has not shown yet is left out, so that it counts as pending; one that is known to
have no value is left out too, and the catalogue says which is meant.
"""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.model.hours import DAYS, Hours
from chalicelib.model.visit import Consent, Visit
from chalicelib.rules import urls
from chalicelib.rules.facts import ABSENT, Facts, FactValue
from chalicelib.rules.source import source_of

# What a browser can tell only if something was kept in it; all of `visit.` belongs here too.
NEEDS_STORAGE: Final = frozenset(
    {
        "visitor.visits",
        "visitor.returning",
        "visitor.hours_since_last_visit",
        "visitor.conversations",
        "visitor.email_known",
        "visitor.identified",
    }
)


def facts_of(visit: Visit, hours: Hours, zone: ZoneInfo, now: datetime) -> Facts:
    """Everything known of this visit at this moment; `hours` are the site's, in its `zone`."""
    page = visit.page
    facts: dict[str, FactValue] = {
        **urls.facts_of(page.url),
        "page.seconds": _elapsed(visit.page_started_at, now, visit.observed.get("page.seconds")),
        "visit.seconds": _elapsed(visit.started_at, now, visit.observed.get("visit.seconds")),
        "visit.pages": visit.pages,
        "visit.source": source_of(visit.landing_url, visit.referrer),
        "visitor.visits": visit.visits,
        "visitor.returning": visit.visits > 1,
        "visitor.conversations": visit.conversations,
        "visitor.email_known": visit.email_known,
        "visitor.identified": visit.identified,
        **_clock(hours, zone, now),
    }
    optional = {
        "page.title": page.title,
        "page.previous_url": page.previous_url,
        "visit.landing_url": visit.landing_url,
        "visit.referrer": visit.referrer,
        "visitor.country": page.country,
        "visitor.language": page.language,
        "visitor.device": page.device,
        "visitor.browser": page.browser,
        "visitor.os": page.os,
        "visitor.hours_since_last_visit": visit.hours_since_last_visit,
    }
    facts |= {name: value for name, value in optional.items() if value not in (None, "")}
    facts |= {f"cart.{name}": value for name, value in page.cart.items()}
    facts |= {f"data.{name}": value for name, value in page.data.items()}
    facts |= {f"event.{name}": times for name, times in visit.events.items()}
    seen = ("page.scroll_percent", "page.exit_intent", "page.idle_seconds")
    facts |= {name: visit.observed[name] for name in seen if name in visit.observed}
    facts |= _campaign_parameters(visit)
    return facts if page.consent is Consent.FULL else _without_storage(facts)


def _without_storage(facts: dict[str, FactValue]) -> Facts:
    """Before consent only what the page itself tells: the rest is known to have no value."""
    return {
        name: ABSENT if name.startswith("visit.") or name in NEEDS_STORAGE else value
        for name, value in facts.items()
    }


def _elapsed(since: datetime, now: datetime, observed: float | bool | None) -> int:
    """Whole seconds by our clock, or the page's own count when that is further."""
    return max(int((now - since).total_seconds()), int(observed or 0), 0)


def _clock(hours: Hours, zone: ZoneInfo, now: datetime) -> dict[str, FactValue]:
    local = now.astimezone(zone)
    # Quarters of an hour: a rule about the time of day changes its mind at most 96 times a day.
    quarter = local.minute - local.minute % 15
    return {
        "clock.time": f"{local.hour:02d}:{quarter:02d}",
        "clock.day": DAYS[local.weekday()],
        "clock.date": local.date().isoformat(),
        "hours": "open" if hours.is_open(now, zone) else "closed",
    }


def _campaign_parameters(visit: Visit) -> dict[str, FactValue]:
    prefix = "page.query.utm_"
    landing = urls.facts_of(visit.landing_url)
    return {
        f"visit.utm.{name.removeprefix(prefix)}": value
        for name, value in landing.items()
        if name.startswith(prefix)
    }
