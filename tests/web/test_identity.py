import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import Unauthenticated
from chalicelib.model.tokens import Kind, Signer
from chalicelib.web.failures import Refused
from chalicelib.web.identity import Claims, Verifier

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
SECOND = int(NOW.timestamp())
ISSUER = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_pool"
OURS = rsa.generate_private_key(public_exponent=65537, key_size=2048)
THEIRS = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "sub": "a1",
    "username": "ada",
    "client_id": "client",
    "token_use": "access",
    "cognito:groups": ["admin"],
    "iat": SECOND,
    "exp": SECOND + 3600,
}


def key_set(**keys: rsa.RSAPrivateKey) -> dict[str, Any]:
    return {"keys": [public_jwk(key) | {"kid": kid} for kid, key in keys.items()]}


def public_jwk(key: rsa.RSAPrivateKey) -> dict[str, Any]:
    return jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)


class Pool:
    """A user pool's key set, which counts how often it was read and may be out of order."""

    def __init__(self, **keys: rsa.RSAPrivateKey) -> None:
        self.keys = key_set(**keys)
        self.reads = 0
        self.failure: Exception | None = None

    def fetch(self) -> Mapping[str, Any]:
        self.reads += 1
        if self.failure:
            raise self.failure
        return self.keys


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def verifier(pool: Pool | None = None, clock: Clock | None = None) -> Verifier:
    return Verifier(ISSUER, "client", (pool or Pool(k1=OURS)).fetch, clock or Clock())


def token(claims: Mapping[str, Any] = CLAIMS, key: Any = OURS, **headers: Any) -> str:
    return jwt.encode(dict(claims), key, "RS256", headers={"kid": "k1", **headers})


def without(name: str) -> dict[str, Any]:
    return {each: value for each, value in CLAIMS.items() if each != name}


def by_hand(header: object, claims: object = CLAIMS, key: bytes | None = None) -> str:
    signed = f"{encoded(header)}.{encoded(claims)}"
    mac = hmac.digest(key, signed.encode(), sha256) if key else b""
    return f"{signed}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def encoded(document: object) -> str:
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def assert_refused(authorization: str | None, against: Verifier | None = None) -> None:
    with pytest.raises(Refused) as refusal:
        (against or verifier()).verify(authorization)
    assert (refusal.value.status, refusal.value.code) == (401, "unauthenticated")
    assert refusal.value.headers == {"WWW-Authenticate": "Bearer"}


def test_a_good_token_says_who_asks():
    claims = verifier().verify(f"Bearer {token()}")
    assert claims == Claims("ada", frozenset({"admin"}), NOW + timedelta(hours=1))


def test_a_member_of_no_group_has_none():
    assert verifier().verify(f"bearer {token(without('cognito:groups'))}").groups == frozenset()


PEM = OURS.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
DER = OURS.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
PASS = Signer(b"k" * 32).sign(Kind.PASS, {"site": "bank"}, now=NOW)
ALG_TWICE = b'{"alg": "none", "alg": "RS256", "kid": "k1"}'
RS256 = {"alg": "RS256", "kid": "k1"}
HEADERS = {
    "A1 no header": None,
    "A1 an empty header": "",
    "A1 only the word": "Bearer",
    "A1 no token": "Bearer ",
    "A1 another scheme": f"Basic {token()}",
    "A1 no scheme": token(),
    "A1 garbage": "Bearer garbage",
    "A1 dots": "Bearer ..",
    "A1 not ASCII": "Bearer é.é.é",
    "A1 two tokens": f"Bearer {token()} {token()}",
    "A1 a header that is no JSON": f"Bearer {encoded(b'{')}.e30.e30",
    "A1 a header that is a list": f"Bearer {by_hand(['RS256'])}",
    "A1 a header as deep as it is long": f"Bearer {encoded(b'[' * 6_000)}.e30.e30",
    "A1 a header that says alg twice": f"Bearer {encoded(ALG_TWICE)}.e30.e30",
    "A2 none": f"Bearer {by_hand({'alg': 'none', 'kid': 'k1'})}",
    "A2 None": f"Bearer {by_hand({'alg': 'None', 'kid': 'k1'})}",
    "A2 RS256 without a signature": f"Bearer {by_hand(RS256)}",
    "A2 HS256 with the public key, PEM": (
        f"Bearer {by_hand({'alg': 'HS256', 'kid': 'k1'}, key=PEM)}"
    ),
    "A2 HS256 with the public key, DER": (
        f"Bearer {by_hand({'alg': 'HS256', 'kid': 'k1'}, key=DER)}"
    ),
    "A2 HS256 called RS256": f"Bearer {by_hand(RS256, key=PEM)}",
    "A2 RS512": f"Bearer {jwt.encode(CLAIMS, OURS, 'RS512', headers={'kid': 'k1'})}",
    "A2 PS256": f"Bearer {jwt.encode(CLAIMS, OURS, 'PS256', headers={'kid': 'k1'})}",
    "A2 another key": f"Bearer {token(key=THEIRS)}",
    "A2 another key, brought along": f"Bearer {token(key=THEIRS, jwk=public_jwk(THEIRS))}",
    "A2 another key set": f"Bearer {token(key=THEIRS, jku='https://keys.example/jwks.json')}",
    "A2 jku on our own token": f"Bearer {token(jku='https://keys.example/jwks.json')}",
    "A2 x5c on our own token": f"Bearer {token(x5c=['AAAA'])}",
    "A2 crit": f"Bearer {token(crit=['exp'], exp=1)}",
    "A2 crit, unknown": f"Bearer {by_hand({**RS256, 'crit': ['x'], 'x': 1})}",
    "A2 b64": f"Bearer {by_hand({**RS256, 'b64': False, 'crit': ['b64']})}",
    "A2 a key outside": f"Bearer {token(kid='../../x')}",
    "A2 no key named": f"Bearer {by_hand({'alg': 'RS256'})}",
    "A2 a key that is a list": f"Bearer {by_hand({'alg': 'RS256', 'kid': ['k1']})}",
    "A4 our token, its signature altered": f"Bearer {token()[:-6]}AAAAAA",
    "A4 our signature under other claims": (
        f"Bearer {encoded(RS256)}.{encoded(CLAIMS)}.{token(without('sub')).split('.')[2]}"
    ),
}


@pytest.mark.parametrize("authorization", HEADERS.values(), ids=HEADERS.keys())
def test_what_is_not_our_pool_s_token_is_refused(authorization):
    assert_refused(authorization)


WRONG_CLAIMS = {
    "A3 expired": {**CLAIMS, "exp": SECOND - 6},
    "A3 issued later": {**CLAIMS, "iat": SECOND + 6},
    "A3 not before later": {**CLAIMS, "nbf": SECOND + 6},
    **{
        f"A3 without {name}": without(name)
        for name in ("exp", "iat", "iss", "sub", "token_use", "client_id", "username")
    },
    "A3 for an audience": {**CLAIMS, "aud": "other"},
    "A3 of another client": {**CLAIMS, "client_id": "other"},
    "A3 of another issuer": {**CLAIMS, "iss": f"{ISSUER}2"},
    "A3 an id token": {**without("client_id"), "token_use": "id", "aud": "client"},
    "A3 an id token with a client": {**CLAIMS, "token_use": "id"},
    "A3 exp as text": {**CLAIMS, "exp": str(SECOND + 3600)},
    "A3 exp as a fraction": {**CLAIMS, "exp": SECOND + 0.5},
    "A3 exp never": {**CLAIMS, "exp": 10**30},
    "A3 exp true": {**CLAIMS, "exp": True},
    "A3 iat negative": {**CLAIMS, "iat": -1},
    "A3 nbf as text": {**CLAIMS, "nbf": "0"},
    "A3 no name": {**CLAIMS, "username": ""},
    "A3 a list of names": {**CLAIMS, "username": ["ada"]},
    "A3 groups as text": {**CLAIMS, "cognito:groups": "admin"},
    "A3 groups of lists": {**CLAIMS, "cognito:groups": [["admin"]]},
}


@pytest.mark.parametrize("claims", WRONG_CLAIMS.values(), ids=WRONG_CLAIMS.keys())
def test_a_signed_token_with_the_wrong_claims_is_refused(claims):
    assert_refused(f"Bearer {token(claims)}")


def test_a3_a_visitor_s_pass_opens_no_staff_route():
    assert_refused(f"Bearer {PASS}")
    assert_refused(f"Bearer {PASS}.x")


def test_a3_an_access_token_is_no_pass():
    with pytest.raises(Unauthenticated) as refusal:
        Signer(b"k" * 32).read(Kind.PASS, token(), now=NOW, maximum_age_seconds=60)
    assert refusal.value.code == "invalid_token"


def test_claims_that_are_no_object_are_refused():
    signed = jwt.api_jws.encode(b"[" * 5_000, OURS, "RS256", headers={"kid": "k1"})
    assert_refused(f"Bearer {signed}")


def test_clocks_may_differ_by_five_seconds():
    late = {**CLAIMS, "exp": SECOND - 4}
    early = {**CLAIMS, "iat": SECOND + 5}
    for claims in (late, early):
        assert verifier().verify(f"Bearer {token(claims)}").username == "ada"


def test_a1_five_megabytes_are_refused_before_any_work():
    pool = Pool(k1=OURS)
    assert_refused("Bearer " + "a" * 5_000_000, verifier(pool))
    assert_refused("Bearer " + "a." * 2_500_000, verifier(pool))
    assert pool.reads == 0


def test_a1_a_header_over_eight_kilobytes_is_refused_however_good():
    pool = Pool(k1=OURS)
    assert_refused(f"Bearer {token({**CLAIMS, 'more': 'x' * 8_000})}", verifier(pool))
    assert pool.reads == 0


@settings(deadline=None)
@given(st.text("eyJhbGciOiJub25lIn0.-_=AZ", max_size=80), st.text(max_size=20), st.text())
def test_a1_no_token_breaks_the_verifier(middle, end, whole):
    header = token().partition(".")[0]
    asking = verifier()
    for altered in (f"{header}.{middle}.{end}", f"{middle}.{end}.", f"{token()[:-9]}{end}", whole):
        assert_refused(f"Bearer {altered}", asking)


def test_what_does_not_name_a_key_reads_no_keys():
    pool = Pool(k1=OURS)
    asking = verifier(pool)
    for authorization in (None, "Bearer garbage", f"Bearer {by_hand({'alg': 'none'})}"):
        assert_refused(authorization, asking)
    assert pool.reads == 0


def test_keys_are_read_once():
    pool = Pool(k1=OURS)
    asking = verifier(pool)
    for _ in range(3):
        asking.verify(f"Bearer {token()}")
    assert pool.reads == 1


def test_unknown_keys_are_looked_for_at_most_once_a_minute():
    pool, clock = Pool(k1=OURS), Clock()
    asking = verifier(pool, clock)
    for number in range(50):
        assert_refused(f"Bearer {token(kid=f'k{number + 2}')}", asking)
    assert pool.reads == 1
    clock.now += timedelta(minutes=1)
    assert_refused(f"Bearer {token(kid='k2')}", asking)
    assert pool.reads == 2


def test_a_new_key_of_the_pool_is_found_and_an_old_one_is_gone():
    pool, clock = Pool(k1=OURS), Clock()
    asking = verifier(pool, clock)
    asking.verify(f"Bearer {token()}")
    pool.keys = key_set(k2=THEIRS)
    clock.now += timedelta(minutes=1)
    assert asking.verify(f"Bearer {token(key=THEIRS, kid='k2')}").username == "ada"
    assert_refused(f"Bearer {token()}", asking)


@pytest.mark.parametrize("failure", [OSError("unreachable"), ValueError("not JSON")])
def test_a_pool_that_cannot_be_read_is_our_fault_and_tried_again_soon(failure):
    pool, clock = Pool(k1=OURS), Clock()
    pool.failure = failure
    asking = verifier(pool, clock)
    for _ in range(10):
        assert_busy(f"Bearer {token()}", asking)
    assert pool.reads == 1
    pool.failure = None
    clock.now += timedelta(seconds=5)
    assert asking.verify(f"Bearer {token()}").username == "ada"


def test_known_keys_serve_while_the_pool_cannot_be_read():
    pool, clock = Pool(k1=OURS), Clock()
    asking = verifier(pool, clock)
    asking.verify(f"Bearer {token()}")
    pool.failure = OSError("unreachable")
    clock.now += timedelta(minutes=2)
    assert_busy(f"Bearer {token(kid='k2')}", asking)
    assert asking.verify(f"Bearer {token()}").username == "ada"


def assert_busy(authorization: str, against: Verifier) -> None:
    with pytest.raises(Refused) as refusal:
        against.verify(authorization)
    assert (refusal.value.status, refusal.value.code) == (503, "busy")
    assert refusal.value.headers == {"Retry-After": "5"}


def test_a_key_set_s_other_keys_are_left_aside():
    curve = jwt.algorithms.ECAlgorithm.to_jwk(
        ec.generate_private_key(ec.SECP256R1()).public_key(), as_dict=True
    )
    secret = {"kty": "oct", "k": encoded(b"s" * 32), "kid": "k2", "alg": "HS256"}
    pool = Pool(k1=OURS)
    pool.keys["keys"] += [secret, curve | {"kid": "k3"}, {"kty": "new", "kid": "k4"}, "nonsense"]
    asking = verifier(pool)
    assert asking.verify(f"Bearer {token()}").username == "ada"
    for kid in ("k2", "k3", "k4"):
        forged = by_hand({"alg": "RS256", "kid": kid}, key=b"s" * 32)
        assert_refused(f"Bearer {forged}", asking)
