"""Does the whole story work on the packaged stack without a mouse, to the judgement at its end?"""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.people import Agent, Visitor
from tests.stack.live import Live

pytestmark = pytest.mark.browser


def test_a_visitor_talks_and_judges_without_a_mouse(
    bank: Live, visit: Callable[..., Visitor], work: Callable[..., Agent]
) -> None:
    ada = work("ada")
    ada.choose("available")
    visitor = visit()
    keyboard = visitor.page.keyboard
    expect(visitor.part("notification")).to_be_visible()
    visitor.part("accept").focus()
    keyboard.press("Enter")
    expect(visitor.part("input")).to_be_focused()
    keyboard.type("Where is the https://bank.example/form?")
    keyboard.press("Enter")
    ada.open()
    ada.write("Here: https://bank.example/forms/12")
    answer = visitor.said("agent", "forms/12")
    expect(answer.get_by_role("link")).to_have_attribute("href", "https://bank.example/forms/12")
    keyboard.press("Escape")
    expect(visitor.part("bubble")).to_be_focused()
    ada.write("Anything else?")
    expect(visitor.part("bubble")).to_have_attribute("data-unread", "1")
    keyboard.press("Enter")
    expect(visitor.part("news")).to_be_visible()
    expect(visitor.part("input")).to_be_focused()
    [conversation] = bank.call("GET", "/sites/bank/conversations?state=assigned")["items"]
    ada.part("close").click()
    expect(visitor.part("survey")).to_have_attribute("data-question", "csat")
    visitor.part("messages").focus()
    for key in ("Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "Tab"):
        if visitor.page.locator('[data-mark="5"]').evaluate("e => e.matches(':focus')"):
            break
        keyboard.press(key)
    keyboard.press("Enter")
    expect(visitor.part("survey")).to_have_attribute("data-question", "nps")
    keyboard.press("Enter")
    expect(visitor.part("survey-comment")).to_be_focused()
    keyboard.type("Ada knew the number by heart.")
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(visitor.part("survey-thanks")).to_be_focused()
    visitor.page.reload()
    expect(visitor.part("bubble")).to_be_visible()
    survey = bank.call("GET", f"/sites/bank/conversations/{conversation['id']}/survey")
    assert (survey["csat"], survey["nps"]) == (5, 0)
    assert survey["comment"] == "Ada knew the number by heart."


def test_what_was_said_in_a_former_conversation_is_there_on_a_later_page(
    bank: Live, visit: Callable[..., Visitor], work: Callable[..., Agent]
) -> None:
    ada = work("ada")
    ada.choose("available")
    visitor = visit()
    visitor.accept()
    visitor.write("What does a card cost?")
    ada.open()
    ada.write("The first one nothing.")
    expect(visitor.said("agent", "The first one nothing.")).to_be_visible()
    ada.part("close").click()
    visitor.part("again").click()
    visitor.write("And the second?")
    visitor.page.reload()
    expect(visitor.said("visitor", "And the second?")).to_be_visible()
    expect(visitor.said("agent", "The first one nothing.")).to_be_visible()
    words = visitor.part("messages").inner_text()
    assert words.index("What does a card cost?") < words.index("And the second?")
