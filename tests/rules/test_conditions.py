"""Is every fault of an author's condition named, with its place?"""

from typing import Any

import pytest

from chalicelib.errors import Invalid
from chalicelib.rules.conditions import ALWAYS, parse
from chalicelib.rules.facts import Kind
from chalicelib.rules.vocabulary import Vocabulary

TARGETING = Vocabulary(segments={"buyers": ALWAYS}, custom_data={"plan": Kind.TEXT})
ROUTING = Vocabulary(segments={}, custom_data={}, routing=True)

PATH = {"fact": "page.path", "is": "is", "value": "/"}


def compare(fact: object, operator: object, **value: object) -> dict[str, Any]:
    return {"fact": fact, "is": operator, **value}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (
            {"all": [compare("page.ulr", "present")]},
            "when.all[0].fact: no fact named 'page.ulr'; did you mean 'page.url'?",
        ),
        (
            {"any": [PATH, {"not": compare("data.plam", "present")}]},
            "when.any[1].not.fact: no fact named 'data.plam'; did you mean 'data.plan'?",
        ),
        (compare("wind", "present"), "when.fact: no fact named 'wind'"),
        (
            compare("data.x", "present"),
            "when.fact: no fact named 'data.x'; no such data are declared",
        ),
        (
            compare("event.", "present"),
            "when.fact: no fact named 'event.'; did you mean 'event.NAME'?",
        ),
        (
            compare("event.a b", "present"),
            "when.fact: no fact named 'event.a b'; did you mean 'event.NAME'?",
        ),
        (
            compare("page.query.a\nb", "present"),
            "when.fact: no fact named 'page.query.a\\nb'; did you mean 'page.query.NAME'?",
        ),
        (compare("x" * 500, "present"), f"when.fact: no fact named '{'x' * 120}...'"),
        (compare(7, "present"), "when.fact: expected the name of a fact, got 7"),
        (
            compare("conversation.language", "is", value="fr"),
            "when.fact: 'conversation.language' is known to routing rules only",
        ),
        (
            compare("page.url", "contain", value="a"),
            "when.is: no operator named \"contain\"; did you mean 'contains'?",
        ),
        (compare("page.url", ["is"]), 'when.is: expected the name of an operator, got ["is"]'),
        ({"fact": "page.url"}, "when.is: is required"),
        (
            compare("visitor.returning", "contains", value="a"),
            "when.is: 'contains' does not apply to boolean facts such as 'visitor.returning'; "
            "expected one of present, absent, is, is_not",
        ),
        (compare("page.url", "present", value="a"), "when.value: 'present' takes no value"),
        (compare("page.url", "is"), "when.value: is required"),
        (compare("page.url", "is", value=7), "when.value: expected a text, got 7"),
        (
            compare("page.url", "is", value=""),
            "when.value: expected 1 to 2048 characters, got 0",
        ),
        (
            compare("page.url", "is", value="x" * 2049),
            "when.value: expected 1 to 2048 characters, got 2049",
        ),
        (
            compare("page.url", "in", value=["/a", 7]),
            "when.value[1]: expected a text, got 7",
        ),
        (
            compare("page.url", "in", value=[]),
            "when.value: expected a list of 1 to 1000 values, got []",
        ),
        (
            compare("page.url", "in", value="/a"),
            'when.value: expected a list of 1 to 1000 values, got "/a"',
        ),
        (compare("cart.amount", "gt", value=True), "when.value: expected a number, got true"),
        (compare("cart.amount", "gt", value="7"), 'when.value: expected a number, got "7"'),
        (
            compare("cart.amount", "gt", value=float("nan")),
            "when.value: expected a number, got NaN",
        ),
        (
            compare("cart.amount", "gt", value=10**400),
            f"when.value: expected a number, got {'1' + '0' * 56}...",
        ),
        (
            compare("page.seconds", "between", value=[40, 30]),
            "when.value: expected [low, high], got [40, 30]",
        ),
        (
            compare("page.seconds", "between", value=[40]),
            "when.value: expected [low, high], got [40]",
        ),
        (
            compare("page.seconds", "between", value=[0, "x"]),
            'when.value[1]: expected a number, got "x"',
        ),
        (
            compare("visitor.returning", "is", value=1),
            "when.value: expected true or false, got 1",
        ),
        (
            compare("clock.date", "eq", value="2026-02-30"),
            'when.value: expected a date such as 2026-12-24, got "2026-02-30"',
        ),
        (
            compare("clock.time", "gte", value="09:05"),
            'when.value: expected a quarter of an hour such as 18:45, got "09:05"',
        ),
        (
            compare("visitor.device", "is", value="phone"),
            'when.value: expected one of desktop, mobile, tablet, got "phone"',
        ),
        (compare("page.url", "is", value="/", extra=1), "when.extra: no such field"),
        ({"segment": "buyer"}, "when.segment: no segment named 'buyer'; did you mean 'buyers'?"),
        ({"segment": 7}, "when.segment: expected the id of a segment, got 7"),
        ({"all": []}, "when.all: expected at least one condition; {} means always"),
        ({"any": {}}, "when.any: expected a list of conditions, got {}"),
        ({"all": [PATH] * 201}, "when.all: expected at most 200 conditions, got 201"),
        (
            {"all": [{"any": [PATH] * 101}, {"any": [PATH] * 100}]},
            "when: expected at most 200 comparisons, segments included, got 201",
        ),
        (
            {"all": [PATH], "any": [PATH]},
            "when: 'all' stands alone in a condition; take out 'any'",
        ),
        (
            {"al": [PATH]},
            'when: expected one of all, any, not, segment or fact, got ["al"]',
        ),
        ([], "when: expected a condition (all, any, not, segment or fact), got []"),
        ("page", 'when: expected a condition (all, any, not, segment or fact), got "page"'),
    ],
)
def test_a_fault_names_its_place_and_what_was_expected(document: object, message: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse(document, "when", TARGETING)
    assert refusal.value.message == message


def nested(levels: int) -> dict[str, Any]:
    document = PATH
    for _ in range(levels):
        document = {"not": document}
    return document


def test_eight_levels_may_nest_and_nine_may_not() -> None:
    parse(nested(8), "when", TARGETING)
    with pytest.raises(Invalid, match="nested deeper than 8 levels"):
        parse(nested(9), "when", TARGETING)


def test_two_hundred_comparisons_are_allowed() -> None:
    parse({"all": [PATH] * 200}, "when", TARGETING)


def test_a_segments_comparisons_count_wherever_it_is_named() -> None:
    many = parse({"any": [PATH] * 101}, "when", TARGETING)
    vocabulary = Vocabulary(segments={"many": many}, custom_data={})
    parse({"segment": "many"}, "when", vocabulary)
    with pytest.raises(Invalid, match="segments included, got 202"):
        parse({"all": [{"segment": "many"}, {"segment": "many"}]}, "when", vocabulary)


def test_segments_named_in_segments_do_not_nest_without_end() -> None:
    condition = ALWAYS
    with pytest.raises(Invalid, match="its segments nest deeper than 40 levels"):
        for _ in range(50):
            vocabulary = Vocabulary(segments={"inner": condition}, custom_data={})
            condition = parse({"segment": "inner"}, "when", vocabulary)


@pytest.mark.parametrize("nothing", [None, {}])
def test_no_condition_means_always(nothing: object) -> None:
    assert parse(nothing, "when", TARGETING) == ALWAYS


def test_a_routing_condition_may_ask_about_the_conversation() -> None:
    for fact in ("conversation.language", "conversation.targeting_rule", "group.hours"):
        parse(compare(fact, "present"), "when", ROUTING)
    parse(compare("conversation.tags", "has", value="vip"), "when", ROUTING)


def test_conditions_are_equal_when_their_authors_wrote_the_same() -> None:
    first, second = (parse({"all": [PATH]}, "when", TARGETING) for _ in range(2))
    assert first == second
    assert first != parse({"any": [PATH]}, "when", TARGETING)
