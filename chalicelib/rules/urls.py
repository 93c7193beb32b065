"""When do two addresses lead to the same place, and what does a page's address say about it?

One normal form for what browsers report and what authors write. Host: lower case, Unicode instead
of punycode, no trailing dot, no default port, no credentials. Path: a double slash is one.
Percent-encoding: readable wherever that cannot change the structure, so an encoded slash, question
mark, hash or percent sign stays encoded.
"""

import re
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl

from chalicelib.rules.texts import fold

_ABSOLUTE: Final = re.compile(r"(https?):/{2,}([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?", re.I | re.S)
_DEFAULT_PORTS: Final = {"http": ("", "80"), "https": ("", "443")}
_PORT: Final = re.compile(r":([0-9]*)\Z")
_PUNYCODE: Final = re.compile(r"\bxn--[a-z0-9-]{1,59}(?![a-z0-9-])", re.I)
_SLASHES: Final = re.compile(r"(?<!:)//+")
_LONE_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ENCODED: Final = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_STRUCTURAL: Final = frozenset("/?#%&=+")
_MOST_PARAMETERS: Final = 100


def read(value: object) -> str | None:
    """An address that a fact holds, as it is compared; None when it holds none."""
    if not isinstance(value, str):
        return None
    if value.isascii():
        lower = value.lower()
        if "%" not in lower and "//" not in lower and "xn--" not in lower:
            return lower or None
    return folded(value)


@lru_cache(maxsize=1024)
def folded(text: str) -> str:
    """An address, or a pattern of one, as it is compared."""
    return fold(normal(text))


def folded_piece(text: str) -> str:
    """What an address may start with, end with or contain, as it is compared."""
    return fold(_normal(text, is_piece=True))


def normal(text: str) -> str:
    """The normal form of an address; what is none keeps what only an address can tell."""
    return _normal(text, is_piece=False)


def _normal(text: str, *, is_piece: bool) -> str:
    whole = _ABSOLUTE.fullmatch(text)
    if whole is None:
        return _piece(text)
    scheme, authority, path, query, fragment = whole.groups("")
    scheme = scheme.lower()
    if not path and not query and (is_piece or authority.endswith("*")):
        # `https://shop.` and `https://shop.example*` leave open what the host is, or the path.
        return _piece(f"{scheme}://{authority.rpartition('@')[2].lower()}")
    name = _authority(scheme, authority)
    return _piece(f"{scheme}://{name}{path or '/'}{query}{fragment}")


def facts_of(url: str) -> dict[str, str]:
    """What a page's address tells: `page.url`, `page.host`, `page.path`, `page.query.NAME`.

    Nothing at all when it is not an address of the web. Of a repeated parameter the first counts.
    """
    whole = _ABSOLUTE.fullmatch(normal(url))
    if whole is None or not whole[2]:
        return {}
    _, authority, path, query, _ = whole.groups("")
    facts = {"page.url": whole[0], "page.host": _PORT.sub("", authority), "page.path": path}
    return facts | _parameters(query[1:])


def _parameters(query: str) -> dict[str, str]:
    facts: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True)[:_MOST_PARAMETERS]:
        facts.setdefault(f"page.query.{name}", value)
    return facts


def _authority(scheme: str, authority: str) -> str:
    host = authority.rpartition("@")[2].lower()
    port = _PORT.search(host)
    number = port[1] if port else ""
    name = host[: port.start()] if port else host
    shown_port = "" if number in _DEFAULT_PORTS[scheme] else f":{number}"
    return name.rstrip(".") + shown_port


def _piece(text: str) -> str:
    text = _SLASHES.sub("/", _PUNYCODE.sub(_readable_label, text))
    return _ENCODED.sub(_readable_bytes, _LONE_PERCENT.sub("%25", text))


def _readable_label(label: re.Match[str]) -> str:
    try:
        return label[0].encode("ascii").decode("idna")
    except UnicodeError:
        return label[0]


def _readable_bytes(run: re.Match[str]) -> str:
    octets = bytes.fromhex(run[0].replace("%", ""))
    return "".join(_readable(each) for each in octets.decode("utf-8", "surrogateescape"))


def _readable(character: str) -> str:
    if character.isprintable() and character not in _STRUCTURAL:
        return character
    octets = character.encode("utf-8", "surrogateescape")
    return "".join(f"%{octet:02X}" for octet in octets)
