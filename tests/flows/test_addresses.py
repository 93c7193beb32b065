"""E-mail addresses: one mailbox, one spelling, and nothing that could be more than one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import Invalid
from chalicelib.flows.addresses import address_key, normalise


@pytest.mark.parametrize(
    ("given_address", "kept"),
    [
        ("ada@example.com", "ada@example.com"),
        ("  ada@example.com ", "ada@example.com"),
        ("Ada.Lovelace+bank@EXAMPLE.Com", "Ada.Lovelace+bank@example.com"),
        ("o'hara@example.com", "o'hara@example.com"),
        ("ada@client.example", "ada@client.example"),
        ("ada@shop.test", "ada@shop.test"),
        ("ada@münchen.de", "ada@xn--mnchen-3ya.de"),
        ("ada@MÜNCHEN.de", "ada@xn--mnchen-3ya.de"),
        ("ada@mu\u0308nchen.de", "ada@xn--mnchen-3ya.de"),
        ("ada@example\u3002com", "ada@example.com"),
        ("ada@xn--mnchen-3ya.de", "ada@xn--mnchen-3ya.de"),
        ("a" * 64 + "@example.com", "a" * 64 + "@example.com"),
    ],
)
def test_an_address_is_kept_in_one_spelling(given_address: str, kept: str) -> None:
    assert normalise(given_address) == kept
    assert normalise(kept) == kept


@pytest.mark.parametrize(
    "value",
    [
        *(None, 5, True, {}, [], ["a@b.com"], ["a@b.com", "c@d.com"], b"a@b.com"),
        *("", " ", "ada", "@example.com", "ada@", "ada@@example.com", "a@b@example.com"),
        *("a@b.com,c@d.com", "a@b.com;c@d.com", "a@b.com c@d.com", "a@b.com, "),
        *("<a@b.com>", "Ada <a@b.com>", '"a b"@c.com', '"a"@c.com', "a b@c.com", "(x)a@b.com"),
        *("a@[127.0.0.1]", "a@[IPv6:::1]", "a@127.0.0.1", "a@localhost", "a@test", "a@com"),
        *("a@x.local", "a@x.localhost", "a@x.invalid", "a@x.onion", "a@-x.com", "a@x-.com"),
        *("a@.com", "a@b..com", ".a@b.com", "a.@b.com", "a..b@b.com", "a@b.com."),
        *("a@b.com\n", "a@b.com\r\nBcc: c@d.com", "a\n@b.com", "a@b.com\x00", "a\x00@b.com"),
        *("a@b.com\u2028", "a\u2029@b.com", "\ta@b.com", "a\u200b@b.com", "a@b\u202e.com"),
        *("\uff41@example.com", "a@\uff45xample.com", "a\uff20example.com", "ad\u00e4@example.com"),
        *("a@exa\u2460mple.com", "\ud800@example.com"),
        "a" * 65 + "@example.com",
        "a@" + "b" * 64 + ".com",
        "a@" + ".".join(["b" * 62] * 4) + ".com",
        "ada@" + "b.c" * 5000 + ".com",
        "a" * 100_000,
    ],
)
def test_anything_else_is_refused(value: object) -> None:
    with pytest.raises(Invalid) as refusal:
        normalise(value, "body.email")
    assert refusal.value.path == "body.email"
    assert len(refusal.value.problem) < 300


def test_an_address_that_grows_too_long_as_punycode_is_refused() -> None:
    domain = ".".join(["ü" * 30] * 6) + ".de"
    with pytest.raises(Invalid):
        normalise(f"{'a' * 60}@{domain}")


def test_spellings_of_one_mailbox_share_a_key() -> None:
    spellings = ["A@Example.com", "a@example.com", "a@EXAMPLE.COM"]
    assert {address_key(normalise(each)) for each in spellings} == {"a@example.com"}


@given(st.text(max_size=300))
def test_whatever_is_written_is_one_ascii_address_or_refused(text: str) -> None:
    try:
        address = normalise(text)
    except Invalid:
        return
    assert address.isascii() and address.isprintable() and len(address) <= 254
    assert address.count("@") == 1 and not set(address) & set(' ,;<>()"')
    assert normalise(address) == address
