"""Who may open a socket: nobody without a ticket, or without a page of the site."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.outbound.clock import now

VISITOR = {"kind": "visitor", "site": "bank"}


def ticket(front, user="ada", site="bank"):
    return front.rest("POST", "/v1/sockets/tickets", {"site": site}, user=user).document["ticket"]


@pytest.mark.parametrize(
    "query",
    [
        None,
        {},
        {"ticket": ""},
        {"ticket": "invented"},
        {"ticket": "x" * 9_000},
        {"site": "nowhere"},
        {"site": ""},
        {"site": "../bank"},
        {"site": "bank#"},
    ],
    ids=lambda each: f"W1 {str(each)[:30]}",
)
def test_without_a_ticket_or_a_site_no_socket_opens(front, query):
    assert front.handshake(query, {"Origin": "https://bank.example"}) is None


def test_w1_a_ticket_opens_one_socket_on_the_site_it_was_given_for(front):
    given = ticket(front)
    known = front.handshake({"ticket": given, "site": "shop"}, {})
    assert known == {"kind": "staff", "site": "bank", "user": "ada"}
    assert front.handshake({"ticket": given}, {}) is None


def test_w1_of_twenty_who_use_one_ticket_at_once_one_comes_in(front):
    given = ticket(front)
    with ThreadPoolExecutor(20) as crowd:
        known = list(crowd.map(lambda _: front.handshake({"ticket": given}, {}), range(20)))
    assert sorted(each is None for each in known) == [False] + [True] * 19


def test_w1_a_ticket_that_expired_opens_nothing_though_its_item_is_still_there(front):
    ago = now() - timedelta(seconds=1)
    front.ports.tickets.issue("old", user="ada", site="bank", until=ago)
    assert front.handshake({"ticket": "old"}, {}) is None


def test_w1_a_ticket_is_worth_what_its_user_may_do_when_it_is_used(front):
    front.hire("eve", "agent", ("bank", "shop"))
    given = ticket(front, "eve", "shop")
    front.rest("PATCH", "/v1/users/eve", {"sites": ["bank"]})
    assert front.handshake({"ticket": given}, {}) is None
    given = ticket(front, "eve")
    front.rest("DELETE", "/v1/users/eve")
    assert front.handshake({"ticket": given}, {}) is None


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        "https://evil.example",
        "https://bank.example.evil.example",
        "https://evilbank.example",
        "http://bank.example",
        "https://bank.example:8443",
        "https://bank.example/",
        "https://bank.example@evil.example",
        "https://shop.example",
        "https://bank.example, https://evil.example",
        "https://bank.exampl\u0435",
    ],
    ids=lambda each: f"W2 {each}",
)
def test_a_page_of_another_origin_opens_no_visitor_s_socket(front, origin):
    headers = {} if origin is None else {"Origin": origin}
    assert front.handshake({"site": "bank"}, headers) is None


@pytest.mark.parametrize("origin", ["https://bank.example", "HTTPS://BANK.example"])
@pytest.mark.parametrize("header", ["Origin", "origin", "ORIGIN"])
def test_w2_hosts_compare_without_case(front, origin, header):
    assert VISITOR.items() <= front.handshake({"site": "bank"}, {header: origin}).items()


@pytest.mark.parametrize("origin", ["null", "https://evil.example", "https://bank.example"])
def test_w2_a_ticket_is_of_no_use_to_another_page_and_is_not_spent_by_it(front, origin):
    given = ticket(front)
    assert front.handshake({"ticket": given}, {"Origin": origin}) is None
    assert front.handshake({"ticket": given}, {"Origin": "https://staff.example"}) is not None


def test_w2_a_staff_page_s_host_compares_without_case_too(front):
    given = ticket(front)
    assert front.handshake({"ticket": given}, {"Origin": "HTTPS://Staff.example"}) is not None


def test_w3_a_cookie_opens_nothing(front):
    headers = {"Origin": "https://staff.example", "Cookie": f"token={front.token('ada')}"}
    assert front.handshake(None, headers) is None
    bearer = {"Authorization": f"Bearer {front.token('ada')}"}
    assert front.handshake({}, bearer) is None
