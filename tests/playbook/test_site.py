"""Which pages are a site's own, whatever a browser says?"""

import pytest

from chalicelib.errors import Invalid
from chalicelib.playbook.site import parse

SITE = parse({"id": "bank", "name": "Bank", "origins": ["https://bank.example", "http://[::1]:80"]})


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://bank.example/loans?a=1#top", "https://bank.example/loans?a=1"),
        ("HTTPS://Bank.Example/Loans", "HTTPS://Bank.Example/Loans"),
        ("https://bank.example", "https://bank.example"),
        ("https://bank.example?a", "https://bank.example?a"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
    ],
)
def test_a_page_of_its_own_is_kept(url, page):
    assert SITE.own_page(url) == page


@pytest.mark.parametrize(
    "url",
    [
        *("", "loans", "/loans", "//evil.example", "/\\evil.example", "https:evil.example"),
        *("javascript:alert(1)", "data:text/html,x", "https://evil.example/bank.example"),
        *("https://bank.example.evil", "https://bank.example@evil.example/", "bank.example/"),
        *("https://bank.example:8443/", "https://bank.example\\@evil.example/"),
        *("https://bank.example\t.evil/", "http://bank.example/", " https://bank.example/"),
    ],
)
def test_any_other_address_leads_to_its_first_page(url):
    assert SITE.own_page(url) == "https://bank.example/"


def test_a_site_without_pages_has_none():
    assert parse({"id": "bank", "name": "Bank"}).own_page("https://bank.example/") is None


def mail_of(**settings):
    return parse({"id": "bank", "name": "Bank", "mail": settings}).mail


def test_whom_mail_is_from_and_where_answers_go_is_checked_when_it_is_saved():
    assert mail_of().reply_to is None
    assert mail_of(reply_to="Help@Bank.Example").reply_to == "Help@bank.example"
    for bad in (
        "help",
        "a@b.example,c@d.example",
        ["help@bank.example"],
        "a@b.example\r\nBcc: x@y.z",
    ):
        with pytest.raises(Invalid) as refusal:
            mail_of(reply_to=bad)
        assert refusal.value.path == "site.mail.reply_to"
