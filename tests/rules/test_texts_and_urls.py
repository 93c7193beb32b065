"""Are texts and addresses brought to one form, quickly whatever they hold?"""

import sys
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.rules import urls
from chalicelib.rules.compile import compile
from chalicelib.rules.texts import fold, wildcard
from tests.rules.builders import rule
from tests.rules.work import steps


def test_folding_twice_is_folding_once_for_every_character() -> None:
    surprising = [
        hex(code) for code in range(sys.maxunicode + 1) if fold(fold(chr(code))) != fold(chr(code))
    ]
    assert surprising == []


def plain_match(pattern: str, text: str) -> bool:
    """The meaning of a pattern, written down by cases and slow."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(plain_match(pattern[1:], text[at:]) for at in range(len(text) + 1))
    if not text or pattern[0] not in ("?", text[0]):
        return False
    return plain_match(pattern[1:], text[1:])


@settings(max_examples=2000)
@given(st.lists(st.text("aab?", max_size=3), max_size=4).map("*".join), st.text("ab", max_size=9))
@example("*a??*a", "aa")
@example("*?a*", "a")
@example("*?a*b", "aab")
@example("b*a?*a", "baa")
@example("*a?b*a?b*", "aabb")
@example("b*a?b*a*", "baaba")
@example("aa*a?b*", "aabaa")
@example("*a?*b", "bab")
@example("*a?b*b", "baab")
def test_wildcards_match_what_their_definition_says(pattern: str, text: str) -> None:
    assert wildcard(pattern)(text) is plain_match(pattern, text)


class Watched(str):
    """A text that counts how many of its characters are gone over in search of a piece."""

    looked_at = 0

    def find(self, piece: str, start: int = 0, end: int = sys.maxsize) -> int:
        found = super().find(piece, start, end)
        self.looked_at += (min(end, len(self)) if found < 0 else found) - start
        return found


# Of each the first half can be fitted into a text of the same letter in very many ways.
SPITEFUL: dict[str, Callable[[int], str]] = {
    "stars": lambda size: "*" + "a*" * size + "b*",
    "stars and marks": lambda size: "*" + "a?*" * size + "b*",
    "a piece that nearly fits": lambda size: "*" + "a?" * (size // 2) + "b*",
    "letters that fit but for the last": lambda size: "*" + "a" * size + "?b*",
    "many pieces of each kind": lambda size: "*" + "a*a?a*a?" * (size // 4) + "*b*",
    "nothing but wildcards": lambda size: "*?" * size + "*b*",
}


@pytest.mark.parametrize("pattern_of", SPITEFUL.values(), ids=list(SPITEFUL))
def test_a_pattern_made_to_backtrack_takes_work_in_proportion_to_its_length(
    pattern_of: Callable[[int], str],
) -> None:
    taken = []
    for size in (128, 256, 512, 1024):
        text, test = Watched("a" * 2 * size), wildcard(pattern_of(size))
        taken.append(steps(lambda test=test, text=text: test(text)))
        assert test(text) is False
        # Both calls together go over no character of the text more than twice.
        assert text.looked_at <= 4 * len(text)
    for shorter, longer in pairwise(taken):
        assert longer <= 2.2 * shorter + 100


@given(st.text(max_size=80))
def test_the_normal_form_of_any_text_folds_without_error(text: str) -> None:
    assert isinstance(urls.folded(text), str)
    assert isinstance(urls.facts_of(text), dict)


@given(st.text(max_size=40) | st.text("aZ/%:2f-xn.é", max_size=20))
@example("HTTPS://Shop.Example//A")
@example("https://xn--bcher-kva.example/")
@example("/Loans")
def test_the_quick_way_to_read_an_address_comes_to_the_same_as_the_long_one(text: str) -> None:
    assert urls.read(text) == (urls.folded(text) if text else None)


SAME_PLACE = (
    "https://shop.example/loans/été",
    "https://me:secret@shop.example/loans/été",
    "HTTPS://SHOP.example:443/Loans/Été",
    "https://shop.example.//loans///été",
    "https://shop.example/loans/%C3%A9t%c3%a9",
)
ELSEWHERE = (
    "https://shop.example/loans%2Fété",
    "https://shop.example@evil.example/loans/été",
    "http://shop.example/loans/été",
    "javascript:alert(1)",
)


@pytest.mark.parametrize("written", SAME_PLACE)
def test_an_author_may_write_an_address_in_any_way_that_leads_there(written: str) -> None:
    condition = {"fact": "page.url", "is": "is", "value": written}
    index = compile([rule(when=condition)])
    for seen in (*SAME_PLACE, *ELSEWHERE):
        found = list(index.matching(urls.facts_of(seen)))
        assert bool(found) is (seen in SAME_PLACE), seen


@pytest.mark.parametrize(
    ("pattern", "seen", "matches"),
    [
        ("https://shop.example*", "https://shop.example/loans", True),
        ("https://shop.example*", "https://shop.example:8443/loans", True),
        ("https://*", "https://shop.example/loans", True),
        ("HTTPS://*.Example*", "https://shop.example/loans", True),
        ("https://*.example/*", "https://shop.example/loans", True),
        ("*//shop.example/*", "https://shop.example/loans", True),
        ("*://shop.example:443/*", "https://shop.example/loans", False),
        ("https://shop.example:443/*", "https://shop.example/loans", True),
        ("https://shop.example", "https://shop.example/loans", False),
        ("https://shop.example", "https://shop.example", True),
        ("http*://shop.example/lo?ns", "https://shop.example/loans", True),
        ("*shop.example", "https://shop.example/loans", False),
    ],
)
def test_a_pattern_for_addresses_means_what_it_looks_like(
    pattern: str, seen: str, matches: bool
) -> None:
    index = compile([rule(when={"fact": "page.url", "is": "like", "value": pattern})])
    assert bool(list(index.matching(urls.facts_of(seen)))) is matches


@pytest.mark.parametrize(
    ("operator", "piece", "matches"),
    [
        ("starts_with", "https://shop.", True),
        ("starts_with", "https://shop.example", True),
        ("starts_with", "https://shop.exam", True),
        ("starts_with", "HTTPS://me:secret@Shop.example", True),
        ("starts_with", "https://", True),
        ("starts_with", "https://shop.example/", True),
        ("starts_with", "https://shop.example./l", True),
        ("starts_with", "https://shop.example:443/l", True),
        ("starts_with", "https://shop.example?", False),
        ("contains", "https://shop", True),
        ("contains", "//shop.example/", True),
        ("contains", "%C3%A9t", True),
        ("contains", "HOP.EXAMPLE//LO", True),
        ("ends_with", "/Été", True),
        ("ends_with", "https://shop.example/loans/%c3%a9t%c3%a9", True),
        ("ends_with", "https://shop.example", False),
    ],
)
def test_a_piece_of_an_address_is_found_however_much_of_it_there_is(
    operator: str, piece: str, matches: bool
) -> None:
    index = compile([rule(when={"fact": "page.url", "is": operator, "value": piece})])
    seen = "https://shop.example/loans/été"
    assert bool(list(index.matching(urls.facts_of(seen)))) is matches


def test_an_international_host_is_the_same_in_letters_and_in_punycode() -> None:
    condition = {"fact": "page.host", "is": "is", "value": "xn--bcher-kva.example"}
    index = compile([rule(when=condition)])
    for host in ("bücher.example", "xn--bcher-kva.example", "BÜCHER.example"):
        assert list(index.matching(urls.facts_of(f"https://{host}/"))), host


ADDRESSES = st.builds(
    "{}://{}{}{}/{}?{}#{}".format,
    st.sampled_from(["http", "HTTPS"]),
    st.sampled_from(["", "user@", "a:b@"]),
    st.sampled_from(["Shop.example", "shop.example.", "xn--bcher-kva.example", "[::1]"]),
    st.sampled_from(["", ":", ":80", ":443", ":8080"]),
    st.text("aé/%2fF?#&=+ ", max_size=12),
    st.text("aé/%2fF&=+ ", max_size=12),
    st.text("aé/%2f ", max_size=6),
)


@given(ADDRESSES)
def test_normalising_an_address_twice_is_normalising_it_once(address: str) -> None:
    once = urls.normal(address)
    assert urls.normal(once) == once


def test_a_page_tells_its_host_path_and_query() -> None:
    assert urls.facts_of(
        "HTTPS://me:secret@Shop.Example.:443//Loans/%C3%A9t%C3%A9?id=7&id=8&q=a%26b+c&x#top"
    ) == {
        "page.url": "https://shop.example/Loans/été?id=7&id=8&q=a%26b+c&x#top",
        "page.host": "shop.example",
        "page.path": "/Loans/été",
        "page.query.id": "7",
        "page.query.q": "a&b c",
        "page.query.x": "",
    }


def test_the_port_is_no_part_of_the_host() -> None:
    facts = urls.facts_of("http://shop.example:8080")
    assert facts["page.host"] == "shop.example"
    assert facts["page.url"] == "http://shop.example:8080/"


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "/loans", "https://", "https:////"])
def test_what_is_no_web_address_tells_nothing(url: str) -> None:
    assert urls.facts_of(url) == {}


def test_slashes_too_many_are_read_as_a_browser_reads_them() -> None:
    assert urls.facts_of("https:///shop.example")["page.url"] == "https://shop.example/"


def test_a_label_that_is_not_punycode_stays_as_it_is() -> None:
    assert urls.normal("https://xn--a-.example/") == "https://xn--a-.example/"
    long_label = "xn--" + "a" * 70
    assert urls.normal(f"https://{long_label}.example/") == f"https://{long_label}.example/"


def test_an_octet_that_is_no_character_stays_encoded() -> None:
    assert urls.normal("https://shop.example/%ff%C3") == "https://shop.example/%FF%C3"


def test_parameters_beyond_the_hundredth_are_not_read() -> None:
    query = "&".join(f"p{number}=1" for number in range(150))
    facts = urls.facts_of(f"https://shop.example/?{query}")
    assert sum(name.startswith("page.query.") for name in facts) == 100
