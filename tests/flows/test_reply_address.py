"""An address that is a capability: for one conversation, one correspondent, some days."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.flows import reply_address
from chalicelib.flows.reply_address import Addressed
from chalicelib.model.inbound import Refusal
from chalicelib.model.tokens import Kind, Signer

NOW = datetime(2026, 11, 23, 11, tzinfo=UTC)
GRACE = "Grace.Hopper@example.com"
SITES = ("shop", "bank")
TO = Addressed("bank", "9fS0_-aZ3kQ7bX1yTt0Lmw")


def seal_of(key: bytes):
    signer = Signer(key)
    return lambda data: signer.seal(Kind.REPLY, data)


OURS = seal_of(b"a key for tests, long enough to be taken")
THEIRS = seal_of(b"another key, just as long as the first one")


def written(**changes):
    fields = {"seal": OURS, "to": TO, "correspondent": GRACE, "until": NOW + timedelta(days=30)}
    fields |= changes
    address = reply_address.write(
        fields["seal"],
        "mail.example",
        fields["to"],
        correspondent=fields["correspondent"],
        until=fields["until"],
    )
    assert address is not None
    return address


def read(address, *, correspondent=GRACE, now=NOW, sites=SITES):
    return reply_address.read(OURS, address, sites, correspondent=correspondent, now=now)


@pytest.mark.parametrize("change", [str, str.upper, str.lower, str.swapcase])
def test_a_reply_finds_its_conversation_whatever_became_of_the_case(change):
    assert read(change(written())) == TO


def test_the_correspondent_is_known_in_any_case_but_no_other_is():
    assert read(written(), correspondent=GRACE.upper()) == TO
    assert read(written(), correspondent="mallory@example.com") is Refusal.STRANGER
    assert read(written(), correspondent="") is Refusal.STRANGER


def test_it_holds_through_its_last_day_and_no_longer():
    address = written(until=NOW)
    assert read(address, now=NOW.replace(hour=23, minute=59)) == TO
    assert read(address, now=NOW + timedelta(days=1)) is Refusal.EXPIRED


def test_what_another_deployment_wrote_or_a_site_that_is_gone_opens_nothing():
    assert read(written(seal=THEIRS)) is Refusal.STRANGER
    assert read(written(), sites=("shop",)) is Refusal.STRANGER


@pytest.mark.parametrize("at", range(len("reply+"), len(written().partition("@")[0])))
def test_no_character_can_be_changed(at):
    address = written()
    other = "a" if address[at] != "a" else "b"
    assert read(address[:at] + other + address[at + 1 :]) in (Refusal.STRANGER, TO)
    if at < len(written().partition("@")[0]) - 1:
        # The last character alone may hold bits that stand for nothing.
        assert read(address[:at] + other + address[at + 1 :]) is Refusal.STRANGER


@pytest.mark.parametrize(
    "address",
    [
        *("", "@", "reply@mail.example", "reply+@mail.example", "reply+a@x", "reply+1089@x"),
        *("hello@x", f"reply+{'a' * 55}@x", "reply+\u00e9\u00e9@x"),
    ],
)
def test_any_other_address_is_a_stranger_s(address):
    assert read(address) is Refusal.STRANGER


IDS = st.text("ABCXYZabcxyz0189_-", min_size=1, max_size=22)


@given(IDS, IDS, st.emails())
def test_every_id_that_we_make_fits_and_comes_back(site, conversation, correspondent):
    to = Addressed(site, conversation)
    address = written(to=to, correspondent=correspondent)
    assert len(address.partition("@")[0]) <= 64
    assert read(address, correspondent=correspondent, sites=[site]) == to


def test_an_id_too_long_for_an_address_gets_none():
    to = Addressed("bank", "x" * 40)
    assert reply_address.write(OURS, "m.example", to, correspondent=GRACE, until=NOW) is None
