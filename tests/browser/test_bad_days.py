"""What does the visitor meet on a bad day: no network, no storage, a clock that jumps, an end?"""

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from chalicelib.web.protocol import LARGEST_FRAME
from local import environments
from tests.browser.scenes import box, talking
from tests.browser.stage import Stage
from tests.browser.words import BOX, HELLO

pytestmark = pytest.mark.browser

WIDGET, API = "https://widget.example/engine", "https://api.example/"

# As a browser does that blocks cookies for this page, or a frame without an origin of its own.
FORBIDDEN = """() => {
  const refuse = () => { throw new DOMException("Access is denied", "SecurityError") };
  for (const name of ["localStorage", "sessionStorage", "BroadcastChannel"])
    Object.defineProperty(window, name, { get: refuse });
  navigator.locks.request = () => Promise.reject(new DOMException("no", "SecurityError"));
}"""


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    environments.prepare([environments.PAGES])


@pytest.fixture
def rough_page(chromium: Browser) -> Iterator[Page]:
    """A page that may complain: of what the network loses the browser tells its console."""
    context = chromium.new_context(locale="en-GB")
    page = context.new_page()
    unheard: list[str] = []
    page.on("pageerror", lambda error: unheard.append(str(error)))
    yield page
    context.close()
    assert unheard == []


@pytest.mark.parametrize("lost", [WIDGET, API, "https://widget.example/box"])
def test_whoever_opens_a_page_without_a_network_is_served_when_it_is_back(
    lost: str, rough_page: Page
) -> None:
    stage = Stage(rough_page, notification={"texts": HELLO}, chatbox={"texts": BOX})
    stage.lost = {lost}
    rough_page.context.set_offline(True)
    opens = stage.part("accept")
    with rough_page.expect_event("requestfailed", lambda each: each.url.startswith(lost)):
        stage.open()
        if "box" in lost:
            opens.click()
            opens = stage.part("bubble")
    stage.lost = set()
    rough_page.context.set_offline(False)
    opens.click()
    expect(stage.part("chatbox")).to_be_visible()


def test_whoever_leaves_in_the_middle_of_a_message_is_forgotten_and_may_begin_anew(
    open_page: Callable[..., Page],
) -> None:
    stage = talking(open_page(), "en")
    stage.answers["message"] = {"type": "pong"}
    stage.part("input").fill("My secret")
    stage.part("send").click()
    expect(stage.said("My secret")).to_have_attribute("data-state", "sending")
    stage.part("input").fill("and a draft")
    stage.slow = {"form.pdf"}
    form: FilePayload = {"name": "form.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}
    with stage.page.expect_request("https://files.example/form.pdf"):
        stage.page.locator('input[type="file"]').set_input_files([form])
    with stage.page.expect_event("requestfailed", lambda each: "form.pdf" in each.url):
        stage.page.evaluate("() => vestibule('shutdown')")
    # Whatever was still under way has time to come back.
    stage.say("Too late")
    stage.page.wait_for_timeout(500)
    assert stage.page.evaluate("() => ({...localStorage})") == {}
    expect(stage.page.locator("vestibule-widget")).to_have_count(0)
    stage.heard.clear()
    stage.answers.clear()
    stage.conversation = None
    again = {"site": "bank", "api": "https://api.example/v1"}
    stage.page.evaluate("again => { vestibule('boot', again); vestibule('boot', again) }", again)
    stage.accept()
    expect(stage.page.locator("vestibule-widget")).to_have_count(1)
    assert [each["action"] for each in stage.heard] == ["page", "accept"]
    assert "memory" not in stage.heard[0]
    expect(stage.part("input")).to_have_value("")


def test_a_browser_that_forbids_to_keep_anything_lets_its_visitor_talk(
    open_page: Callable[..., Page],
) -> None:
    stage = Stage(open_page(), notification={"texts": HELLO}, chatbox={"texts": BOX})
    stage.page.add_init_script(f"({FORBIDDEN})()")
    stage.open()
    stage.accept()
    stage.write("Good morning")
    stage.talk(state="assigned", agent={"kind": "agent", "name": "Chloé"})
    stage.say("Good morning to you")
    expect(stage.said("Good morning to you")).to_be_visible()
    stage.page.evaluate("() => vestibule('consent', 'light')")
    stage.write("Is anything kept?")


def test_what_is_pasted_from_anywhere_can_be_sent(open_page: Callable[..., Page]) -> None:
    stage = box(open_page(), "en")
    stage.part("input").fill("a\u0000b\u000bc\u009d\td\r\ne")
    stage.part("send").click()
    expect(stage.said("abc")).to_have_attribute("data-number", "1")
    assert stage.messages[0]["text"] == "abc\td\ne"


@pytest.mark.parametrize("letter", ["x", "語", "🙂", '"'])
def test_as_much_can_be_written_as_one_frame_carries(
    letter: str, open_page: Callable[..., Page]
) -> None:
    stage = box(open_page(), "en")
    stage.part("input").fill(letter * 4_001)
    expect(stage.part("send")).to_be_disabled()
    stage.part("input").fill(letter * (3_000 if letter == "🙂" else 4_000))
    stage.part("send").click()
    expect(stage.part("message")).to_have_attribute("data-number", "1")
    frame = json.dumps(stage.heard[-1], ensure_ascii=False)
    assert len(frame.encode()) < LARGEST_FRAME - 4_000
    stage.part("input").fill(letter * 3_001)
    if letter == "🙂":
        expect(stage.part("send")).to_be_disabled()
    else:
        expect(stage.part("send")).to_be_enabled()
