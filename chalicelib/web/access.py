"""How does the web edge reach the rest? Through the wiring, never at import."""

from functools import cache

from chalicelib import wiring
from chalicelib.model.tokens import Signer
from chalicelib.services.ports import Ports
from chalicelib.web.callers import Edge
from chalicelib.web.door import Connection
from chalicelib.web.identity import Verifier
from chalicelib.web.passes import Passes
from chalicelib.web.words import word


def ports() -> Ports:
    return wiring.ports(word)


def signer() -> Signer:
    return wiring.signer()


def socket_url() -> str:
    return wiring.current().socket_url


def mail_topic() -> str:
    return wiring.current().mail_topic


def staff_origins() -> tuple[str, ...]:
    return wiring.current().staff_origins


def count(name: str, times: int) -> None:
    wiring.count(name, times)


@cache
def edge() -> Edge:
    return Edge(ports=ports(), passes=Passes(signer()))


@cache
def connect() -> Connection:
    return Connection(ports(), verifier().verify)


@cache
def verifier() -> Verifier:
    ours = wiring.current()
    return Verifier(ours.issuer, ours.user_pool_client, wiring.user_pool_keys, ports().now)
