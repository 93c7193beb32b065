"""Lines are cut, torn and doubled, laptops sleep, pages are reloaded: is every word there, once?"""

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from uuid import uuid4

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Route,
    WebError,
    expect,
)
from websockets.exceptions import ConnectionClosed

from tests.browser.people import Visitor
from tests.browser.wire import Wire
from tests.stack.lines import Line
from tests.stack.live import Live, until
from tests.stack.sites import KEPT_IN_MIND_SECONDS, NEVER, Place

pytestmark = pytest.mark.browser

WORDS = 500
OWN_WORDS = 60
PATIENCE = 90_000
# An agent of whom nothing is heard for 75 s has left.
RENEWED_EVERY = 50
SHOWN = """author => [...document.querySelector('vestibule-widget').shadowRoot
    .querySelectorAll(`[data-part="message"][data-author="${author}"][data-number]`)]
    .map(message => message.querySelector('p').textContent)"""
KEPT_TOKEN = "() => JSON.parse(localStorage.getItem('vestibule.bank.conversation')).token"


class Desk:
    """Ada at work, by a script."""

    def __init__(self, live: Live) -> None:
        self._live = live
        account = next(a for a in live.document["accounts"] if a["email"].startswith("ada@"))
        self._token = live.token(account["email"], account["password"])
        self.line = self._line()
        self.line.ask("presence", status="available")

    def assigned(self) -> str:
        return str(self.line.hear("assigned")["conversation"]["id"])

    def say(self, conversation: str, *texts: str) -> None:
        """One after the other; what a broken line leaves in doubt is said again on the next."""
        unsaid = list(enumerate(texts))
        mark = uuid4().hex[:8]
        while unsaid:
            with suppress(ConnectionClosed, OSError):
                line = self._line()
                while unsaid:
                    number, text = unsaid[0]
                    if number % RENEWED_EVERY == 0:
                        line.ask("presence")
                    said = {"client_id": f"{mark}-{number}", "text": text}
                    answer = line.ask("message", conversation=conversation, **said)
                    if answer.get("code") == "rate_limited":
                        time.sleep(answer["retry_after"])
                        continue
                    assert answer["type"] == "ack", answer
                    del unsaid[0]

    def _line(self) -> Line:
        ticket = self._live.call("POST", "/sockets/tickets", {"site": "bank"}, token=self._token)
        return self._live.line(ticket["url"])


@pytest.fixture
def desk(bank: Live) -> Desk:
    return Desk(bank)


@pytest.fixture
def office() -> Iterator[ThreadPoolExecutor]:
    """Where Ada writes while the visitor's line suffers."""
    with ThreadPoolExecutor(1) as room:
        yield room


@pytest.fixture
def wire(live: Live) -> Iterator[Wire]:
    with Wire(f"{live.document['socket']}").running() as running:
        yield running


@pytest.fixture
def browser_of(live: Live, chromium: Browser, wire: Wire) -> Iterator[Callable[[], BrowserContext]]:
    """Browsers whose widgets speak through the wire; broken lines are all they may complain of."""
    complaints: list[str] = []
    configuration = live.call("GET", "/public/sites/bank/widget")
    query = configuration["socket"].partition("?")[2]
    configured = {**configuration, "socket": f"{wire.address}?{query}"}

    def answer(route: Route) -> None:
        route.fulfill(json=configured, headers={"Access-Control-Allow-Origin": "*"})

    def complain(said: WebError) -> None:
        complaints.append(str(said.error))

    def noted(said: ConsoleMessage) -> None:
        if said.type == "error" and "WebSocket connection" not in said.text:
            complaints.append(said.text)

    with ExitStack() as contexts:

        def made() -> BrowserContext:
            context = chromium.new_context(locale="en-GB", reduced_motion="reduce")
            contexts.callback(context.close)
            context.route("**/public/sites/bank/widget", answer)
            context.on("weberror", complain)
            context.on("console", noted)
            return context

        yield made
    assert complaints == []


def talking(page: Page, live: Live, desk: Desk) -> tuple[Visitor, str]:
    """A visitor on this page who has been given to Ada."""
    visitor = Visitor(page, live.document["shop"])
    visitor.accept()
    visitor.write("Good morning")
    return visitor, desk.assigned()


def shown(page: Page, author: str) -> list[str]:
    found: list[str] = page.evaluate(SHOWN, author)
    return found


def back(page: Page, wire: Wire) -> bool:
    page.wait_for_timeout(200)
    return wire.lines > 0


def told(visitor: Visitor, author: str, count: int) -> None:
    """Wait until so many messages are there."""
    messages = visitor.page.locator(f'[data-part="message"][data-author="{author}"][data-number]')
    expect(messages).to_have_count(count, timeout=PATIENCE)


def test_every_word_of_an_agent_arrives_once_and_in_order_whatever_happens_to_the_line(
    bank: Live,
    desk: Desk,
    office: ThreadPoolExecutor,
    wire: Wire,
    browser_of: Callable[[], BrowserContext],
) -> None:
    page = browser_of().new_page()
    page.clock.install()
    visitor, conversation = talking(page, bank, desk)
    words = [f"word {number}" for number in range(1, WORDS + 1)]
    speaking = office.submit(desk.say, conversation, *words)
    wire.doubles = True
    page.wait_for_timeout(1_000)
    wire.tears_next = True
    page.wait_for_timeout(2_000)
    for absence in ("00:30", "05:00", "03:00:00"):
        wire.is_down = True
        wire.cut()
        page.wait_for_timeout(500)
        # As when the lid is closed: after the longest the gateway has long forgotten the line.
        page.clock.fast_forward(absence)
        page.wait_for_timeout(500)
        wire.is_down = False
        until("the widget is back", lambda: back(page, wire), 40)
    while not speaking.done():
        page.wait_for_timeout(500)
    speaking.result()
    told(visitor, "agent", WORDS)
    assert shown(page, "agent") == words
    assert Place(bank, "bank").texts(conversation) == ["Good morning", *words]


def test_every_word_of_a_visitor_is_stored_once_and_in_order_though_the_page_is_reloaded(
    bank: Live, desk: Desk, wire: Wire, browser_of: Callable[[], BrowserContext]
) -> None:
    page = browser_of().new_page()
    visitor, conversation = talking(page, bank, desk)
    chance = random.Random(20_26)
    words = [f"word {number}" for number in range(1, OWN_WORDS + 1)]
    wire.doubles = True
    for word in words:
        visitor.part("input").fill(word)
        visitor.part("input").press("Enter")
        if chance.random() < 0.1:
            wire.cut()
        if chance.random() < 0.1:
            page.reload()
            expect(visitor.part("chatbox")).to_be_visible()
    # Ten at once, then one a second.
    told(visitor, "visitor", OWN_WORDS + 1)
    own = ["Good morning", *words]
    assert shown(page, "visitor") == own
    # It takes so long that the bank asks for an address meanwhile.
    assert [text for text in Place(bank, "bank").texts(conversation) if text in own] == own


@pytest.fixture
def invites_once(live: Live) -> Iterator[None]:
    """The home page invites a visitor once in a visit."""
    path = "/sites/bank/targeting-rules/welcome"
    before = live.call("GET", path)["frequency"]
    live.call("PATCH", path, {"frequency": {"per_session": 1}})
    time.sleep(KEPT_IN_MIND_SECONDS)
    yield
    live.call("PATCH", path, {"frequency": before})


def test_two_tabs_and_a_second_device_are_one_visitor(
    bank: Live,
    desk: Desk,
    wire: Wire,
    invites_once: None,
    browser_of: Callable[[], BrowserContext],
) -> None:
    browser = browser_of()
    pages = [browser.new_page(), browser.new_page()]
    tabs = [Visitor(page, bank.document["shop"]) for page in pages]
    until("an invitation", lambda: any(tab.part("notification").is_visible() for tab in tabs))
    pages[0].wait_for_timeout(5_000)
    invited = [tab for tab in tabs if tab.part("notification").is_visible()]
    assert len(invited) == 1
    assert wire.lines == 1

    [first] = invited
    [other] = [tab for tab in tabs if tab is not first]
    first.accept()
    first.write("Good morning")
    conversation = desk.assigned()
    device = Visitor(
        browser_of().new_page(),
        f"{bank.document['shop']}#vestibule={first.page.evaluate(KEPT_TOKEN)}",
    )
    expect(device.said("visitor", "Good morning")).to_be_visible()
    assert wire.lines == 2

    everywhere = [first, other, device]
    for each in everywhere:
        if each.part("close").is_visible():
            each.part("close").click()
    desk.say(conversation, "one", "two", "three")
    for each in everywhere:
        expect(each.part("bubble")).to_have_attribute("data-unread", "3")
    other.part("bubble").click()
    for each in everywhere:
        expect(each.part("bubble")).to_have_attribute("data-unread", "0")
    other.write("I read you")
    for each in (first, device):
        each.part("bubble").click()
        expect(each.said("visitor", "I read you")).to_be_visible()
        assert shown(each.page, "visitor") == ["Good morning", "I read you"]

    # The tab with the socket goes; the other takes its place and hears what comes.
    tabs[0].page.close()
    left = [each for each in everywhere if each is not tabs[0]]
    desk.say(conversation, "four")
    for each in left:
        expect(each.said("agent", "four")).to_be_visible()
    assert wire.lines == 2


def test_a_visitor_with_two_tabs_and_a_device_is_asked_once_for_an_address(
    bank: Live, wire: Wire, browser_of: Callable[[], BrowserContext]
) -> None:
    bank.call("PATCH", "/sites/bank", {"hours": NEVER})
    browser = browser_of()
    first = Visitor(browser.new_page(), bank.document["shop"])
    first.accept()
    first.write("My card is gone")
    token = first.page.evaluate(KEPT_TOKEN)
    other = Visitor(browser.new_page(), bank.document["shop"])
    device = Visitor(browser_of().new_page(), f"{bank.document['shop']}#vestibule={token}")
    for each in (first, other, device):
        expect(each.part("email-form")).to_be_visible()
        expect(each.said("flow", "small team at this hour")).to_have_count(1)
    other.part("email-input").fill("fourth@visitor.example")
    other.part("email-send").click()
    for each in (first, other, device):
        expect(each.part("email-known")).to_contain_text("fourth@visitor.example")
        assert len(shown(each.page, "flow")) == 2
    assert len(until("the mail", lambda: bank.mails("fourth@visitor.example"), 30)) == 1
