"""Somebody signs in to the site: what is then on the page, and on their other device?"""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from chalicelib.outbound.clock import now
from tests.browser.people import Visitor
from tests.identities import SECRET, vouched
from tests.stack.live import Live

pytestmark = pytest.mark.browser


def test_a_customer_finds_their_own_words_on_every_device_and_nobody_elses(
    bank: Live, visit: Callable[..., Visitor]
) -> None:
    bank.call("PATCH", "/sites/bank", {"identity": {"secret": SECRET}})
    customer = f"customer-{now().timestamp()}"

    def signs_in(visitor: Visitor) -> None:
        token = vouched(SimpleNamespace(clock=now()), customer)
        visitor.page.evaluate("token => vestibule('identify', token)", token)

    phone = visit()
    phone.accept()
    phone.write("Something of a stranger's")
    signs_in(phone)
    expect(phone.said("visitor", "Something of a stranger's")).to_have_count(0)
    phone.accept()
    phone.write("About my card")
    computer = visit()
    signs_in(computer)
    expect(computer.part("bubble")).to_be_visible()
    computer.page.evaluate("() => vestibule('open')")
    expect(computer.said("visitor", "About my card")).to_be_visible()
    computer.write("And my loan")
    expect(phone.said("visitor", "And my loan")).to_be_visible()
    assert phone.page.locator("text=stranger").count() == 0
    phone.page.evaluate("() => vestibule('shutdown')")
    assert phone.page.evaluate("() => Object.keys(localStorage)") == []
