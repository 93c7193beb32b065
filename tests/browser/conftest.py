"""What is around every story in a browser: Chromium, the bank at rest, and no error in any page."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from local import browser as installed
from tests.browser.people import FLAGS, Agent, Visitor
from tests.stack.live import Live
from tests.stack.sites import ALWAYS

# A page of its own cannot tell us what it refused to load; its console does.
WATCH = (
    "addEventListener('securitypolicyviolation', e => console.error('CSP', e.violatedDirective))"
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = installed.find()
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(installed.HOW)
        pytest.skip(installed.HOW)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(found), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """A page in a browser context of its own; after the story no page may have complained."""
    contexts, complaints = [], []

    def opened(**context: Any) -> Page:
        made = chromium.new_context(
            **{
                "locale": "en-GB",
                "timezone_id": "Europe/Paris",
                "viewport": {"width": 1280, "height": 800},
                "reduced_motion": "reduce",
                **context,
            }
        )
        contexts.append(made)
        made.add_init_script(WATCH)
        page = made.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda said: said.type in ("error", "warning") and complaints.append(said.text),
        )
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def bank(live: Live) -> Iterator[Live]:
    """The demonstration site: open, with nobody in conversation and nobody at work."""
    _clear(live)
    yield live
    _clear(live)


@pytest.fixture
def visit(bank: Live, open_page: Callable[..., Page]) -> Callable[..., Visitor]:
    """Somebody new on the bank's home page."""

    def visited(**context: Any) -> Visitor:
        return Visitor(open_page(**context), bank.document["shop"])

    return visited


@pytest.fixture
def work(bank: Live, open_page: Callable[..., Page]) -> Callable[..., Agent]:
    """Somebody of the staff at their page."""

    def signed_in(name: str, **context: Any) -> Agent:
        account = next(
            each for each in bank.document["accounts"] if each["email"].startswith(f"{name}@")
        )
        page = open_page(**context)
        return Agent(page, bank.document["staff"], account["email"], account["password"])

    return signed_in


def _clear(live: Live) -> None:
    live.call("PATCH", "/sites/bank", {"hours": {**ALWAYS, "exceptions": []}})
    for account in live.document["accounts"][2:]:
        token = live.token(account["email"], account["password"])
        ticket = live.call("POST", "/sockets/tickets", {"site": "bank"}, token=token)
        line = live.line(ticket["url"])
        line.ask("presence", status="offline")
        line.close()
    for state in ("assigned", "waiting", "snoozed"):
        found = live.call("GET", f"/sites/bank/conversations?state={state}&limit=100")["items"]
        for each in found:
            live.call("POST", f"/sites/bank/conversations/{each['id']}/close", {})
