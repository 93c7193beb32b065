"""What does the product look like? The documentation's pictures, taken from a running stack."""

import base64
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from local import browser as installed
from local import stack
from tests.browser import sheets
from tests.browser.people import FLAGS, Agent, Visitor
from tests.stack.live import WAIT_SCALE, Live
from tests.stack.sites import ALWAYS, NEVER

IMAGES = Path(__file__).parents[2] / "docs" / "images"
WIDE = {"viewport": {"width": 1120, "height": 760}}
SIDE = {"viewport": {"width": 900, "height": 760}}
PHONE = {"viewport": {"width": 390, "height": 760}, "is_mobile": True, "has_touch": True}


def page(browser: Browser, **context: Any) -> Page:
    settings = {
        "locale": "en-GB",
        "timezone_id": "Europe/Paris",
        "device_scale_factor": 2,
        "reduced_motion": "reduce",
    }
    return browser.new_context(**{**settings, **context}).new_page()


def conversation(browser: Browser, live: Live, scheme: str) -> tuple[Page, Page]:
    """A visitor's page and the staff page in the middle of a conversation."""
    account = next(a for a in live.document["accounts"] if a["email"].startswith("ada@"))
    desk = page(browser, color_scheme=scheme, **WIDE)
    agent = Agent(desk, live.document["staff"], account["email"], account["password"])
    agent.choose("available")
    visitor = Visitor(page(browser, color_scheme=scheme, **SIDE), live.document["shop"])
    visitor.accept()
    visitor.write("Hello! Can I open an account for my daughter? She is four.")
    agent.open()
    agent.write("Good morning. Yes, from the day she is born, with one parent's signature.")
    expect(visitor.said("agent", "one parent's signature")).to_be_visible()
    visitor.write("Wonderful. Does it cost anything?")
    expect(agent.said("visitor", "Does it cost")).to_be_visible()
    agent.write("Nothing until she is eighteen. Shall I send you the form?")
    expect(visitor.said("agent", "Nothing until")).to_be_visible()
    visitor.write("Yes, please!")
    expect(agent.said("visitor", "Yes, please!")).to_be_visible()
    another = Visitor(page(browser, **SIDE), live.document["shop"])
    another.accept()
    another.write("How do I block a card?")
    expect(agent.part("queue-item")).to_have_count(1)
    for notice in agent.part("notices").get_by_role("button").all():
        notice.click()
    return visitor.page, desk


def beside(browser: Browser, left: bytes, right: bytes, target: Path) -> None:
    """One picture of two."""
    shown = [
        f'<img src="data:image/png;base64,{base64.b64encode(each).decode()}">'
        for each in (left, right)
    ]
    canvas = browser.new_context(viewport={"width": 1600, "height": 400}).new_page()
    canvas.set_content(
        "<!doctype html><style>body{margin:0;padding:24px;display:flex;gap:24px;width:max-content;"
        "background:#dfe4ea}img{height:540px;border-radius:10px;"
        "box-shadow:0 6px 24px rgb(0 0 0/22%)}</style>" + "".join(shown)
    )
    canvas.wait_for_function("[...document.images].every(image => image.complete)")
    canvas.locator("body").screenshot(path=target)


def close_all(live: Live) -> None:
    for state in ("waiting", "assigned"):
        for each in live.call("GET", f"/sites/bank/conversations?state={state}")["items"]:
            live.call("POST", f"/sites/bank/conversations/{each['id']}/close", {})


def take(browser: Browser, live: Live) -> None:
    hours = {**ALWAYS, "exceptions": []}
    live.call("PATCH", "/sites/bank", {"hours": hours})
    for scheme, name in (("light", "demo"), ("dark", "demo-dark")):
        visitor, desk = conversation(browser, live, scheme)
        beside(browser, visitor.screenshot(), desk.screenshot(), IMAGES / f"{name}.png")
        for context in browser.contexts:
            context.close()
        close_all(live)
    invited = Visitor(page(browser, **SIDE), live.document["shop"])
    expect(invited.part("notification")).to_be_visible()
    invited.page.screenshot(path=IMAGES / "invitation.png")
    live.call("PATCH", "/sites/bank", {"hours": NEVER})
    # Whoever was here may still be counted as present: in the evening nobody is.
    live.call("PATCH", "/users/ada", {"active": False})
    evening = Visitor(page(browser, **PHONE), live.document["shop"])
    evening.accept()
    evening.write("My card is gone. What do I do?")
    expect(evening.part("email-form")).to_be_visible()
    evening.page.screenshot(path=IMAGES / "phone.png")


def main() -> None:
    found = installed.find()
    if found is None:
        raise SystemExit(installed.HOW)
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as state, sync_playwright() as playwright:
        running = stack.start(stack.free_port(), Path(state), str(WAIT_SCALE))
        browser = playwright.chromium.launch(executable_path=str(found), args=FLAGS)
        try:
            sheets.take(browser)
            take(browser, Live(running))
        finally:
            browser.close()
            stack.stop(running)


if __name__ == "__main__":
    main()
