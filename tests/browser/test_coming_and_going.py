"""Is a page that is prepared, kept, left or printed treated as what it is, by a real browser?

The server is real, too: browsers keep and prepare no page whose requests somebody else answers.
"""

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.widget.shop import Shop, opened
from local import browser as installed
from local import environments
from tests.browser.people import FLAGS
from tests.browser.scenes import FORMATS, news, talking
from tests.browser.stage import Stage
from tests.stack.live import until

pytestmark = pytest.mark.browser

INVITED = {"id": "e1", "kind": "notification", "notification": "hello"}
LOADER = "/widget/vestibule.js"
# The next page is prepared, and gone to when the server says so.
PREPARES = """<script type="speculationrules">
{"prerender": [{"urls": ["/?next"], "eagerness": "immediate"}]}</script><a href="/?next">Next</a>
<script>fetch("/go").then(() => document.querySelector("a").click())</script>"""
# Longer than the loader ever waits on a page that is shown.
LONG_ENOUGH = 5.5


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    environments.prepare([environments.PAGES])


@pytest.fixture
def shop() -> Iterator[Shop]:
    with opened() as shop:
        shop.engagement = INVITED
        yield shop


@pytest.fixture
def alone(chromium: Browser, tmp_path: Path) -> Iterator[Callable[[str], object]]:
    """Opens an address in a browser that nobody drives: driven ones prepare no pages."""
    running = []

    def opened_alone(address: str) -> None:
        profile = [f"--user-data-dir={tmp_path}", "--remote-debugging-port=0"]
        command = [str(installed.find()), "--headless", *FLAGS, *profile, address]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        running.append(subprocess.Popen(command, **quiet))

    yield opened_alone
    for process in running:
        process.kill()
        process.wait()


def views(shop: Shop) -> list[dict[str, Any]]:
    return [frame for frame in shop.heard if frame["action"] == "page"]


def test_a_page_that_is_only_prepared_is_no_visit_until_it_is_shown(
    shop: Shop, alone: Callable[[str], object]
) -> None:
    shop.extra = PREPARES
    alone(f"{shop.address}?plain")
    until("the next page is prepared", lambda: LOADER in shop.asked, seconds=30)
    time.sleep(LONG_ENOUGH)
    assert [address for address in shop.asked if "widget" in address] == [LOADER]
    shop.go.set()
    until("the page is viewed", lambda: views(shop), seconds=30)
    assert [view["url"] for view in views(shop)] == [f"{shop.address}?next"]
    # It was the prepared page that was shown.
    assert shop.asked.count("/?next") == 1


@pytest.mark.parametrize("scene", [FORMATS["banner"], FORMATS["pop-in"], talking, news])
def test_what_is_printed_is_the_page_alone(
    scene: Callable[[Page, str], Stage], open_page: Callable[..., Page]
) -> None:
    page = open_page()
    scene(page, "en")
    seen = page.screenshot()
    page.emulate_media(media="print")
    printed = page.screenshot()
    page.evaluate("() => vestibule('shutdown')")
    expect(page.locator("vestibule-widget")).to_have_count(0)
    assert page.screenshot() == printed
    assert printed != seen
