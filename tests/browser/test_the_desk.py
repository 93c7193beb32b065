"""Can an agent pass a conversation on, put it aside and learn why it came, by keyboard alone?"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.people import Agent, Visitor

pytestmark = [pytest.mark.stack, pytest.mark.browser]


@pytest.fixture
def ben(work: Callable[..., Agent]) -> Agent:
    agent = work("ben")
    agent.choose("available")
    return agent


def talking(visit: Callable[..., Visitor], agent: Agent, text: str) -> Visitor:
    """A visitor whose conversation this agent has on the screen."""
    visitor = visit()
    visitor.accept()
    visitor.write(text)
    agent.open()
    return visitor


def test_a_conversation_is_transferred_by_keyboard_with_a_note_for_whoever_takes_it(
    ben: Agent, work: Callable[..., Agent], visit: Callable[..., Visitor]
) -> None:
    visitor = talking(visit, ben, "How do I block a card?")
    chloe = work("chloe")
    chloe.choose("available")
    keyboard = ben.page.keyboard
    ben.part("transfer").press("Enter")
    expect(ben.part("transfer-search")).to_be_focused()
    expect(ben.part("transfer-option").first).to_be_visible()
    keyboard.press("Escape")
    expect(ben.part("transfer")).to_be_focused()

    ben.part("transfer").press("Enter")
    ben.part("transfer-search").fill("chloe")
    expect(ben.part("transfer-option")).to_have_count(1)
    keyboard.press("Enter")
    expect(ben.part("transfer-comment")).to_be_focused()
    keyboard.type("The card was stolen.")
    ben.part("transfer-go").press("Enter")

    expect(ben.part("notices")).to_contain_text("was transferred to Chloé")
    # What had the focus is gone: it stands where the conversation was, not at the page's beginning.
    expect(ben.page.locator("#main")).to_be_focused()
    expect(ben.part("conversation-item")).to_have_count(0)
    chloe.open()
    chloe.part("notes-tab").click()
    expect(chloe.part("note")).to_contain_text("The card was stolen.")
    chloe.write("It is blocked.")
    expect(visitor.said("agent", "It is blocked.")).to_be_visible()
    # The note is the team's: nothing of it is anywhere in the visitor's page.
    expect(visitor.part("chatbox")).not_to_contain_text("stolen")


def test_a_snoozed_conversation_frees_its_slot_and_comes_back_to_whoever_keeps_it(
    ben: Agent, visit: Callable[..., Visitor]
) -> None:
    talking(visit, ben, "I will be back")
    ben.part("snooze").click()
    ben.part("snooze-10800").click()
    expect(ben.part("snoozed-item")).to_contain_text("to you")
    expect(ben.part("conversation-item")).to_have_count(0)
    ben.part("next-tab").click()
    back = ben.part("timer").filter(has_text="It comes back.")
    # Three hours at this stack's pace.
    expect(back).to_contain_text(re.compile(r"in 3[56] min"))
    ben.part("wake-open").click()
    expect(ben.part("composer")).to_be_visible()
    expect(ben.part("conversation-item")).to_have_count(1)


def test_the_desk_says_why_a_conversation_came_and_to_whom_else_it_could_not_go(
    ben: Agent, visit: Callable[..., Visitor]
) -> None:
    talking(visit, ben, "Why you?")
    ben.part("why-tab").click()
    expect(ben.part("decision")).to_contain_text("Ben")
    expect(ben.page.get_by_role("row", name="You Chosen")).to_be_visible()
    expect(ben.page.get_by_role("row", name="Ada Offline")).to_be_visible()
    ben.part("more").click()
    ben.part("close-with-reason").click()
    ben.part("close-reason").fill("Answered")
    ben.part("close-go").click()
    expect(ben.page.get_by_text("This conversation is closed: Answered")).to_be_visible()
    expect(ben.page.locator("#main")).to_be_focused()
