"""Do people do the main job with nothing but their browsers?"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Agent, Visitor
from tests.stack.live import Live, until
from tests.stack.sites import NEVER

pytestmark = pytest.mark.browser


def test_one_visitor_is_answered_and_the_next_is_served_after_them(
    visit: Callable[..., Visitor], work: Callable[..., Agent]
) -> None:
    ada = work("ada")
    ada.choose("available")
    first = visit()
    first.accept()
    first.write("Can I open an account for my daughter?")
    expect(ada.part("conversation-item")).to_have_count(1)
    ada.open()
    expect(ada.said("visitor", "for my daughter")).to_be_visible()
    ada.write("With pleasure: from the day she is born.")
    expect(first.said("agent", "from the day she is born")).to_be_visible()
    expect(first.part("agent")).to_have_text("Ada")
    first.write("That is good to know")
    expect(ada.said("visitor", "good to know")).to_be_visible()

    second = visit()
    second.accept()
    second.write("And for my dog?")
    expect(second.part("position")).to_have_attribute("data-position", "1")
    expect(ada.part("queue-item")).to_have_count(1)
    ada.part("close").click()
    expect(second.part("agent")).to_have_text("Ada")
    expect(second.part("position")).to_be_empty()
    expect(first.part("again")).to_be_visible()
    expect(ada.part("queue-item")).to_have_count(0)
    ada.open()
    expect(ada.said("visitor", "And for my dog?")).to_be_visible()
    ada.write("Dogs bank elsewhere.")
    expect(second.said("agent", "Dogs bank elsewhere")).to_be_visible()


def test_in_closed_hours_a_visitor_leaves_an_address_and_the_mail_leads_back(
    bank: Live, visit: Callable[..., Visitor], open_page: Callable[..., Page]
) -> None:
    bank.call("PATCH", "/sites/bank", {"hours": NEVER})
    visitor = visit()
    visitor.accept()
    visitor.write("My card is gone")
    expect(visitor.part("email-form")).to_be_visible()
    expect(visitor.said("flow", "small team at this hour")).to_be_visible()
    visitor.part("email-input").fill("third@visitor.example")
    visitor.part("email-send").click()
    expect(visitor.part("email-known")).to_contain_text("third@visitor.example")
    expect(visitor.said("flow", "We write to you as soon as we are back")).to_be_visible()

    [mail] = until("the mail", lambda: bank.mails("third@visitor.example"))
    mailbox = open_page()
    mailbox.goto(bank.stack.mailbox_page)
    expect(mailbox.get_by_role("heading", name="We have your question").first).to_be_visible()

    [link] = re.findall(r"\S+#vestibule=\S+", mail["BodyText"])
    elsewhere = Visitor(open_page(), link)
    expect(elsewhere.said("visitor", "My card is gone")).to_be_visible()
    assert "vestibule=" not in elsewhere.page.url
    elsewhere.write("I found it in my other coat")
    expect(visitor.said("visitor", "my other coat")).to_be_visible()


def test_a_conversation_goes_on_after_a_reload_and_on_the_next_page(
    visit: Callable[..., Visitor], work: Callable[..., Agent]
) -> None:
    ada = work("ada")
    ada.choose("available")
    visitor = visit()
    visitor.accept()
    visitor.write("One moment, I go on")
    ada.open()
    visitor.page.reload()
    expect(visitor.said("visitor", "One moment")).to_be_visible()
    visitor.page.goto(visitor.page.url.replace("index.html", "loans.html"))
    expect(visitor.said("visitor", "One moment")).to_be_visible()
    visitor.write("Here I am again")
    ada.page.reload()
    expect(ada.said("visitor", "Here I am again")).to_be_visible()
    ada.write("Welcome back")
    expect(visitor.said("agent", "Welcome back")).to_be_visible()
