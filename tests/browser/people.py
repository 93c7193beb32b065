"""What do people do in a browser: a visitor on the bank's page, somebody on the staff page?"""

import re

from playwright.sync_api import Locator, Page, expect

PATIENCE = 20_000
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What the server has taken has a number.
NUMBER = re.compile(r"\d+")
expect.set_options(timeout=PATIENCE)


class Visitor:
    """Somebody on a page with the widget; locators look into its shadow."""

    def __init__(self, page: Page, shop: str) -> None:
        self.page = page
        page.goto(shop)

    def part(self, name: str) -> Locator:
        return self.page.locator(f'[data-part="{name}"]')

    def accept(self) -> None:
        """Take up the invitation; the box opens."""
        expect(self.part("notification")).to_be_visible()
        self.part("accept").click()
        expect(self.part("chatbox")).to_be_visible()

    def write(self, text: str) -> None:
        self.part("input").fill(text)
        self.part("input").press("Enter")
        expect(self.said("visitor", text)).to_have_attribute("data-number", NUMBER)

    def said(self, author: str, text: str) -> Locator:
        message = self.page.locator(f'[data-part="message"][data-author="{author}"]')
        return message.filter(has_text=text)


class Agent:
    """Somebody of the staff, signed in."""

    def __init__(self, page: Page, staff: str, email: str, password: str) -> None:
        self.page = page
        page.goto(staff)
        self.part("email").fill(email)
        page.locator('input[name="password"]').fill(password)
        self.part("sign-in").click()
        expect(self.part("connection")).to_have_attribute("data-state", "open")

    def part(self, name: str) -> Locator:
        return self.page.get_by_test_id(name)

    def choose(self, status: str) -> None:
        self.part("status").select_option(status)

    def open(self, place: int = 0) -> None:
        self.part("conversation-item").nth(place).locator("a").click()
        expect(self.part("composer")).to_be_visible()

    def write(self, text: str) -> None:
        self.part("composer").fill(text)
        self.part("composer").press("Enter")
        expect(self.said("agent", text)).to_have_attribute("data-number", NUMBER)

    def said(self, author: str, text: str) -> Locator:
        message = self.page.locator(f'[data-testid="message"][data-author="{author}"]')
        return message.filter(has_text=text)
