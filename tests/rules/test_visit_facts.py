"""Do the facts of a visit say what was seen, and nothing that was not?"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.model.hours import ALWAYS
from chalicelib.model.visit import Consent, PageView, Visit, begin
from chalicelib.model.visitor import Ledger
from chalicelib.rules.facts import ABSENT, CATALOGUE, OPEN_NAMES, SOURCES, Facts
from chalicelib.rules.visit_facts import facts_of

PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2026, 11, 23, 11, 7, 30, tzinfo=UTC)


def visit(url: str = "https://bank.example/loans", **page: Any) -> Visit:
    return begin("bank", "ada", "visit-1", PageView(consent=Consent.FULL, url=url, **page), NOON)


def facts(seen: Visit, after: int = 0) -> Facts:
    return facts_of(seen, ALWAYS, PARIS, NOON + timedelta(seconds=after))


def test_every_fact_told_is_one_that_rules_may_ask_for() -> None:
    seen = visit(
        "https://bank.example/?utm_source=news&id=7",
        title="Loans",
        previous_url="https://bank.example/",
        language="fr-CA",
        device="mobile",
        browser="Firefox",
        os="Android",
        cart={"amount": 80, "items": 2, "currency": "EUR"},
        data={"plan": "gold"},
    ).observing({"event.help": 2, "page.scroll_percent": 40, "page.exit_intent": True}, NOON)
    told = facts(seen)
    unknown = [
        name for name in told if name not in CATALOGUE and not name.startswith(tuple(OPEN_NAMES))
    ]
    assert unknown == []
    assert told["visit.utm.source"] == "news"
    assert told["event.help"] == 2


def test_what_the_page_has_not_shown_stays_pending() -> None:
    told = facts(visit())
    assert not {"page.scroll_percent", "page.exit_intent", "page.idle_seconds"} & set(told)


def test_what_grows_is_the_most_that_was_seen_of_it_and_nought_is_nought() -> None:
    names = ("event.help", "page.scroll_percent")
    seen, told = visit(), []
    for count in (0, 2, 1, 3):
        seen = seen.observing(dict.fromkeys(names, count), NOON)
        told.append([facts(seen)[name] for name in names])
    assert told == [[0, 0], [2, 2], [2, 2], [3, 3]]


def of_the_visitor(seen: Visit) -> dict[str, object]:
    told = facts(seen)
    names = ("visits", "returning", "conversations", "email_known", "identified")
    return {name: told[f"visitor.{name}"] for name in names} | {"pages": told["visit.pages"]}


NEW = {
    "visits": 1,
    "returning": False,
    "conversations": 0,
    "email_known": False,
    "identified": False,
    "pages": 1,
}


def test_of_a_new_visitor_it_is_known_that_there_is_nothing_to_know() -> None:
    assert of_the_visitor(visit()) == NEW
    assert "visitor.hours_since_last_visit" not in facts(visit())


def test_of_a_visitor_who_is_vouched_for_the_ledger_tells() -> None:
    customer = Ledger(site="bank", visitor="c", conversations=2, email="ada@linden.example")
    known = {**NEW, "conversations": 2, "email_known": True, "identified": True}
    assert of_the_visitor(visit().of(customer)) == known
    silent = visit().of(replace(customer, email=None, conversations=0))
    assert of_the_visitor(silent) == {**NEW, "identified": True}


def test_what_has_no_value_is_left_out() -> None:
    told = facts(visit())
    for name in ("page.title", "page.previous_url", "visitor.language", "visit.referrer"):
        assert name not in told


def test_seconds_are_ours_or_the_pages_whichever_are_more() -> None:
    seen = visit()
    assert facts(seen, after=12)["page.seconds"] == 12
    ahead = replace(seen, observed={"page.seconds": 30})
    assert facts(ahead, after=12)["page.seconds"] == 30
    assert facts(seen, after=-5)["visit.seconds"] == 0


def test_the_clock_is_the_sites_in_quarters_of_an_hour() -> None:
    told = facts(visit())
    assert told["clock.time"] == "12:00"
    assert told["clock.day"] == "mon"
    assert told["clock.date"] == "2026-11-23"
    assert told["hours"] == "open"


@pytest.mark.parametrize(
    ("landing", "referrer", "source"),
    [
        ("", "", "direct"),
        ("", "https://bank.example/home", "direct"),
        ("", "https://www.google.co.uk/", "search"),
        ("?gclid=1", "https://www.google.com/", "ads"),
        ("?utm_medium=CPC", "", "ads"),
        ("?utm_medium=newsletter", "https://mail.example/", "email"),
        ("", "https://m.facebook.com/", "social"),
        ("", "https://t.co/abc", "social"),
        ("?utm_medium=social", "https://forum.example/", "social"),
        ("", "https://www.netflix.com/", "referral"),
        ("", "https://www.walmart.com/", "referral"),
        ("", "https://notgoogle.example/", "referral"),
        ("", "https://google.phishing.example/", "referral"),
        ("", "https://accounts.google.com/signin", "referral"),
        ("", "https://docs.google.com/document/1", "referral"),
        ("", "https://fr.search.yahoo.com/search", "search"),
        ("", "https://mail.google.com/mail/u/0/", "email"),
        ("", "https://mail.yahoo.com/", "email"),
        ("", "https://outlook.live.com/", "email"),
        ("", "android-app://com.google.android.gm/", "email"),
        ("", "android-app://com.google.android.googlequicksearchbox/", "search"),
        ("", "android-app://org.example.reader/", "referral"),
        ("", "https://www.bank.example/", "direct"),
        ("?utm_medium=e-mail", "https://www.google.com/", "email"),
        ("?utm_medium=social", "https://www.google.com/", "social"),
        ("?utm_medium=organic", "", "search"),
        ("?utm_medium=referral", "https://www.facebook.com/", "referral"),
        ("?utm_medium=paid_social", "https://www.facebook.com/", "ads"),
        ("?utm_medium=display", "https://news.example/", "ads"),
        ("?utm_medium=newsletter&gclid=1", "", "ads"),
        ("?gbraid=1", "", "ads"),
        ("?fbclid=1", "https://l.facebook.com/", "social"),
        ("?utm_medium=flyer", "", "direct"),
    ],
)
def test_the_source_is_where_the_visit_came_from(landing: str, referrer: str, source: str) -> None:
    seen = visit(f"https://bank.example/{landing}", previous_url=referrer)
    assert facts(seen)["visit.source"] == source
    assert source in SOURCES


def test_of_every_fact_it_is_said_whether_it_needs_storage() -> None:
    """Whoever adds a fact about visits or visitors decides it here too."""
    page = PageView(
        url="https://bank.example/?utm_source=news",
        previous_url="https://news.example/",
        language="fr",
        device="mobile",
        browser="firefox",
        os="android",
        country="FR",
        consent=Consent.LIGHT,
    )
    seen = begin("bank", "v1", "visit1", page, NOON)
    told = facts(replace(seen, visits=3, hours_since_last_visit=5.0, conversations=1))
    by_families = {name for name in told if name.startswith(("visit.", "visitor."))}
    named = {name for name in CATALOGUE if name.startswith(("visit.", "visitor."))}
    assert {name.replace("utm.source", "utm.NAME") for name in by_families} == named
    assert {name for name in by_families if told[name] is not ABSENT} == {
        "visitor.language",
        "visitor.device",
        "visitor.browser",
        "visitor.os",
        "visitor.country",
    }


def test_before_consent_only_the_page_itself_tells():
    page = PageView(url="https://bank.example/loans?utm_source=x", consent=Consent.LIGHT)
    told = facts(begin("bank", "v1", "visit1", page, NOON))
    stored = {name for name in told if name.startswith(("visit.", "visitor.visits"))}
    assert stored and all(told[name] is ABSENT for name in stored)
    assert told["page.path"] == "/loans" and told["hours"] == "open"
