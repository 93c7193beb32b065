"""What can the script of a page do with the widget, and what does it hear?"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from local import aws
from local import browser as installed
from tests.browser.people import FLAGS, Agent, Visitor
from tests.stack.live import Live, until

pytestmark = pytest.mark.browser

Views = Callable[[int], list[dict[str, Any]]]
Shop = Callable[..., tuple[Page, Views]]

# The script is pasted twice, as happens when a template and a tag manager both know of it.
HTML = """<!doctype html><html lang="en"><title>A shop</title>
<link rel="icon" href="data:,"><body><h1>A shop</h1><script>
window.vestibule ??= (...call) => (vestibule.q ??= []).push(call);
window.heard = [];
for (const name of ["displayed", "opened", "conversation_started", "message", "closed"]) {
  vestibule("on", name, detail => heard.push([name, detail]));
  document.addEventListener(`vestibule:${name}`, ({detail}) => heard.push(["event", name, detail]));
}
vestibule("boot", BOOT);
vestibule("track", "seen");
</script>
<script async src="../../widget/vestibule.js"></script>
<script async src="../../widget/vestibule.js"></script></body></html>"""
KEPT = (
    "() => [...Object.keys(localStorage), ...Object.keys(sessionStorage), document.cookie].join()"
)
LOCKS = """async () => {
    const {held, pending} = await navigator.locks.query();
    return [...held, ...pending].map(lock => lock.name);
}"""


@pytest.fixture
def shop(bank: Live, open_page: Callable[..., Page]) -> Shop:
    """A page of somebody's own, which starts the widget by a call."""

    def opened(**boot: Any) -> tuple[Page, Views]:
        said = {"site": "bank", "api": bank.document["rest"], **boot}
        html = HTML.replace("BOOT", json.dumps(said))
        deployed = bank.stack.deployed
        aws.client("s3", deployed.port).put_object(
            Bucket=deployed.bucket, Key="page/bank/index.html", Body=html, ContentType="text/html"
        )
        page = open_page()
        views = listen(page)
        page.goto(bank.document["shop"].replace("/bank/", "/page/bank/"))
        return page, views

    return opened


def listen(page: Page) -> Views:
    """Keep what the page says on its sockets; the views it tells, as soon as there are so many."""
    said: list[dict[str, Any]] = []

    def noted(text: str | bytes) -> None:
        said.append(json.loads(text))

    def found() -> list[dict[str, Any]]:
        page.wait_for_timeout(50)
        return [each for each in said if each["action"] == "page"]

    def views(count: int) -> list[dict[str, Any]]:
        until(f"{count} page views", lambda: len(found()) >= count)
        page.wait_for_timeout(1_500)
        return found()

    page.on("websocket", lambda socket: socket.on("framesent", noted))
    return views


def test_a_page_hears_what_happens_however_often_the_script_is_pasted(
    shop: Shop, work: Callable[..., Agent], bank: Live
) -> None:
    ada = work("ada")
    ada.choose("available")
    page, _views = shop()
    visitor = Visitor.__new__(Visitor)
    visitor.page = page
    visitor.accept()
    visitor.write("Good morning")
    ada.open()
    ada.write("What can I do?")
    expect(visitor.said("agent", "What can I do?")).to_be_visible()
    ada.part("close").click()
    expect(visitor.part("again")).to_be_visible()
    assert page.locator("vestibule-widget").count() == 1
    heard = page.evaluate("() => heard")
    told = [each for each in heard if each[0] != "event"]
    assert [each[1:] for each in heard if each[0] == "event"] == told
    names = [name for name, _ in told]
    assert names == [
        "displayed",
        "opened",
        "conversation_started",
        "message",
        "message",
        "closed",
    ]
    assert [detail["text"] for name, detail in told if name == "message"] == [
        "Good morning",
        "What can I do?",
    ]


def test_a_page_that_turns_into_another_is_viewed_once_each_time(shop: Shop) -> None:
    page, views = shop()
    first = page.url
    views(1)
    page.evaluate("() => history.pushState({}, '', '?page=2')")
    [*_, second] = views(2)
    assert (second["url"], second["previous_url"]) == (page.url, first)
    assert second["memory"]
    page.go_back()
    assert [each["url"] for each in views(3)] == [first, second["url"], first]
    page.evaluate("() => { location.hash = 'below' }")
    page.evaluate("() => vestibule('update', {cart: {amount: 20, currency: 'EUR'}})")
    [*_, last] = views(4)
    assert (last["again"], last["facts"]["cart"]) == (True, {"amount": 20, "currency": "EUR"})
    page.evaluate("() => vestibule('navigate')")
    assert len(views(5)) == 5


def test_without_consent_a_page_is_alone_and_with_it_shares_a_line(
    shop: Shop,
) -> None:
    page, views = shop(consent="light")
    views(1)
    assert (page.evaluate(LOCKS), page.evaluate(KEPT)) == ([], "")
    page.evaluate("() => vestibule('consent', 'full')")
    views(2)
    assert page.evaluate(LOCKS) == ["vestibule.1.bank"]
    page.evaluate("() => vestibule('shutdown')")
    expect(page.locator("vestibule-widget")).to_have_count(0)
    assert (page.evaluate(LOCKS), page.evaluate(KEPT)) == ([], "")


def test_a_page_that_comes_back_from_the_cache_is_a_view_and_speaks_again(
    bank: Live, chromium: Browser
) -> None:
    flags = ["--disable-back-forward-cache"]
    browser = chromium.browser_type.launch(
        executable_path=str(installed.find()), args=FLAGS, ignore_default_args=flags
    )
    page = browser.new_page()
    views = listen(page)
    page.goto(bank.document["shop"])
    [first] = views(1)
    page.evaluate("() => addEventListener('pageshow', event => { window.kept = event.persisted })")
    page.goto(bank.document["shop"].replace("index", "loans"))
    views(2)
    page.evaluate("() => history.back()")
    [*_, back] = views(3)
    assert page.evaluate("() => window.kept")
    assert (back["url"], "again" in back) == (first["url"], False)
    browser.close()
