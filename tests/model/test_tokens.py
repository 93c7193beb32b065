import hmac
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from chalicelib.errors import Unauthenticated
from chalicelib.model.tokens import LONGEST, Kind, Signer

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
SIGNER = Signer(b"k" * 32)
CLAIMS = {"site": "bank", "visitor": "v1", "pages": 3, "offered": ["loans"]}


def code_of(token, kind=Kind.PASS, *, signer=SIGNER, now=NOW, maximum_age_seconds=60):
    with pytest.raises(Unauthenticated) as refusal:
        signer.read(kind, token, now=now, maximum_age_seconds=maximum_age_seconds)
    return refusal.value.code


def test_a_token_brings_back_what_it_was_given_and_when():
    token = SIGNER.sign(Kind.PASS, CLAIMS, now=NOW)
    claims = SIGNER.read(Kind.PASS, token, now=NOW, maximum_age_seconds=60)
    assert claims == {**CLAIMS, "at": int(NOW.timestamp())}


def test_a_token_lives_as_long_as_its_reader_allows():
    token = SIGNER.sign(Kind.PASS, CLAIMS, now=NOW)
    later = NOW + timedelta(seconds=60)
    assert SIGNER.read(Kind.PASS, token, now=later, maximum_age_seconds=60)["site"] == "bank"
    assert code_of(token, now=later + timedelta(seconds=1)) == "expired_token"


def test_a_token_of_the_future_is_not_ours():
    token = SIGNER.sign(Kind.PASS, CLAIMS, now=NOW + timedelta(minutes=2))
    assert code_of(token) == "invalid_token"


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.PASS])
def test_one_kind_never_passes_for_another(kind):
    assert code_of(SIGNER.sign(Kind.PASS, CLAIMS, now=NOW), kind) == "invalid_token"


def test_another_key_s_token_is_not_ours():
    foreign = Signer(b"f" * 32).sign(Kind.PASS, CLAIMS, now=NOW)
    assert code_of(foreign) == "invalid_token"


def test_no_character_of_a_token_can_be_changed():
    token = SIGNER.sign(Kind.PASS, {"site": "bank"}, now=NOW)
    for place, character in enumerate(token):
        other = "A" if character != "A" else "B"
        assert code_of(token[:place] + other + token[place + 1 :]) == "invalid_token"


def test_an_expired_forgery_is_a_forgery():
    token = Signer(b"f" * 32).sign(Kind.PASS, CLAIMS, now=NOW - timedelta(days=9))
    assert code_of(token) == "invalid_token"


@pytest.mark.parametrize(
    "token",
    [
        None,
        7,
        ["a.b"],
        "",
        ".",
        "a",
        "a.b.c",
        "é.é",
        "\ud800.x",
        f"{urlsafe_b64encode(b'{}').decode()}.{'A' * 22}",
        f"{'[' * 3_000}.{'A' * 22}",
        "A" * 5_000_000,
        SIGNER.sign(Kind.PASS, CLAIMS, now=NOW) + "\n",
        SIGNER.sign(Kind.PASS, CLAIMS, now=NOW) + "=",
        SIGNER.sign(Kind.PASS, CLAIMS, now=NOW)[:-1],
    ],
)
def test_garbage_is_not_ours(token):
    assert code_of(token) == "invalid_token"


def test_a_token_that_would_be_too_long_is_never_made():
    with pytest.raises(ValueError, match=str(LONGEST)):
        SIGNER.sign(Kind.PASS, {"offered": ["x" * LONGEST]}, now=NOW)


def test_a_token_that_is_too_long_is_not_read_even_with_our_signature():
    payload = urlsafe_b64encode(b'{"at":0,"offered":"%s"}' % (b"x" * LONGEST)).decode().rstrip("=")
    mac = hmac.digest(b"k" * 32, f"pass|{payload}".encode(), sha256)[:16]
    token = f"{payload}.{urlsafe_b64encode(mac).decode().rstrip('=')}"
    assert code_of(token) == "invalid_token"


def test_a_short_key_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        Signer(b"short")


def test_a_pass_is_small():
    assert len(SIGNER.sign(Kind.PASS, CLAIMS, now=NOW)) < 150
