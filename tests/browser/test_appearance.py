"""Is everything in its place on a phone, and readable in the dark?"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Agent, Visitor

pytestmark = pytest.mark.browser

PHONE = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the screen."""
    width: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width


def lightness(page: Page, selector: str) -> float:
    """How light an element's background is: 0 black, 255 white."""
    colour = page.locator(selector).first.evaluate("e => getComputedStyle(e).backgroundColor")
    parts = [float(part) for part in colour.split("(")[1].rstrip(")").split(",")[:3]]
    return sum(parts) / 3


def test_on_a_phone_the_box_fills_the_screen(visit: Callable[..., Visitor]) -> None:
    visitor = visit(**PHONE)
    visitor.accept()
    box = visitor.part("chatbox").bounding_box()
    assert box is not None
    assert (box["x"], box["y"]) == (0, 0)
    assert box["width"] == 390
    assert box["height"] >= 840
    visitor.write("From the tram")
    send = visitor.part("send").bounding_box()
    assert send is not None
    assert min(send["width"], send["height"]) >= 40
    assert overflow(visitor.page) == 0
    visitor.part("close").click()
    expect(visitor.part("chatbox")).to_be_hidden()
    expect(visitor.part("bubble")).to_be_visible()


def test_an_agent_can_work_on_a_phone(
    visit: Callable[..., Visitor], work: Callable[..., Agent]
) -> None:
    ada = work("ada", **PHONE)
    ada.choose("available")
    visitor = visit()
    visitor.accept()
    visitor.write("Are you on the road?")
    ada.open()
    ada.write("Always.")
    expect(visitor.said("agent", "Always.")).to_be_visible()
    assert overflow(ada.page) == 0


def test_the_dark_is_dark(visit: Callable[..., Visitor], work: Callable[..., Agent]) -> None:
    ada = work("ada", color_scheme="dark")
    ada.choose("available")
    visitor = visit(color_scheme="dark")
    visitor.accept()
    visitor.write("Can you see me?")
    ada.open()
    assert lightness(visitor.page, '[data-part="chatbox"]') < 60
    assert lightness(ada.page, "body") < 60


def test_the_call_to_action_stands_out_from_its_card(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    expect(visitor.part("notification")).to_be_visible()
    card = lightness(visitor.page, '[data-part="notification"]')
    button = lightness(visitor.page, '[data-part="accept"]')
    assert abs(card - button) > 100
