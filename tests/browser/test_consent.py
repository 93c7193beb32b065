"""What does a page keep of a visitor, before consent and after?"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Agent, Visitor
from tests.stack.live import Live, until

pytestmark = pytest.mark.browser

KEPT = """() => [
    ...Object.keys(localStorage).map(name => `local ${name}`),
    ...Object.keys(sessionStorage).map(name => `session ${name}`),
    ...document.cookie.split(';').filter(Boolean),
]"""


@pytest.fixture
def asks_first(live: Live) -> Iterator[None]:
    """The bank waits for consent."""
    live.call("PATCH", "/sites/bank", {"consent_required": True})
    yield
    live.call("PATCH", "/sites/bank", {"consent_required": False})


def rows_of_visitors(live: Live) -> int:
    """How many items of the table belong to a visitor who was engaged."""
    return sum(item["pk"]["S"].startswith("VISITOR#bank#") for item in live.items())


def test_before_consent_a_page_keeps_nothing_and_the_table_no_row(
    asks_first: None, live: Live, open_page: Callable[..., Page]
) -> None:
    before = rows_of_visitors(live)
    page = open_page()
    until("consent is asked for", lambda: _consent_required(live))
    page.goto(f"{live.document['shop']}?quiet=1")
    page.wait_for_function("() => window.vestibule !== undefined")
    page.wait_for_timeout(1500)
    assert page.evaluate(KEPT) == []
    assert rows_of_visitors(live) == before


def test_with_consent_in_the_middle_of_a_visit_the_page_remembers(
    asks_first: None,
    live: Live,
    visit: Callable[..., Visitor],
    work: Callable[..., Agent],
) -> None:
    until("consent is asked for", lambda: _consent_required(live))
    work("ada").choose("available")
    visitor = visit()
    visitor.accept()
    visitor.write("May I?")
    assert visitor.page.evaluate(KEPT) == []
    visitor.page.evaluate("() => window.vestibule('consent', 'full')")
    visitor.page.wait_for_function(f"() => ({KEPT})().length > 0")
    visitor.page.reload()
    expect(visitor.said("visitor", "May I?")).to_be_visible()


def _consent_required(live: Live) -> bool:
    return bool(live.call("GET", "/public/sites/bank/widget")["consent_required"])
