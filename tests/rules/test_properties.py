"""What holds of every condition and every page, however odd?"""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.errors import Invalid
from chalicelib.rules import campaign, custom_data, history, segments
from chalicelib.rules import rule as targeting
from chalicelib.rules.conditions import All, AnyOf, Condition, Not, parse
from chalicelib.rules.evaluate import evaluate
from chalicelib.rules.facts import CATALOGUE
from chalicelib.rules.operators import OPERATORS
from chalicelib.rules.watch import Watch, watches
from tests.rules.builders import VOCABULARY, decided, rule

COUNTERS = ("page.seconds", "page.scroll_percent", "event.help")
COUNTS = st.integers(0, 6)
ORDER = ("eq", "ne", "lt", "lte", "gt", "gte")


def compare(fact: str, operator: str, *value: object) -> dict[str, Any]:
    return {"fact": fact, "is": operator} | ({"value": value[0]} if value else {})


SETTLED = st.builds(
    compare,
    st.just("page.title"),
    st.sampled_from(["is", "is_not", "contains"]),
    st.sampled_from("ab"),
)
COUNTED = st.one_of(
    st.builds(compare, st.sampled_from(COUNTERS), st.sampled_from(ORDER), COUNTS),
    st.builds(
        compare,
        st.sampled_from(COUNTERS),
        st.just("between"),
        st.tuples(COUNTS, COUNTS).map(sorted),
    ),
    st.builds(compare, st.sampled_from(COUNTERS), st.sampled_from(["present", "absent"])),
    st.builds(
        compare, st.just("page.exit_intent"), st.sampled_from(["is", "is_not"]), st.booleans()
    ),
)


def trees(leaves: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=4)),
            st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=4)),
            st.builds(lambda part: {"not": part}, inner),
        ),
        max_leaves=8,
    ).filter(lambda document: depth(document) <= 8)


def depth(document: Any) -> int:
    parts = document.get("all") or document.get("any") or [document.get("not")]
    return 0 if parts == [None] else 1 + max(depth(part) for part in parts)


WHEN = trees(st.one_of(SETTLED, COUNTED))
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "page.title": st.sampled_from("abc"),
        "page.exit_intent": st.booleans(),
        **dict.fromkeys(COUNTERS, COUNTS),
    },
)


def condition(document: object) -> Condition:
    return parse(document, "when", VOCABULARY)


def negated(outcome: bool | None) -> bool | None:
    return None if outcome is None else not outcome


@given(trees(SETTLED), WHEN, FACTS)
def test_conditions_combine_as_in_kleenes_logic(one: Any, other: Any, facts: Any) -> None:
    left, right = condition(one), condition(other)
    outcomes = (evaluate(left, facts), evaluate(right, facts))
    both = False if False in outcomes else None if None in outcomes else True
    either = True if True in outcomes else None if None in outcomes else False
    assert evaluate(All((left, right)), facts) is both
    assert evaluate(AnyOf((right, left)), facts) is either
    assert evaluate(Not(Not(right)), facts) is outcomes[1]
    neither = All((Not(left), Not(right)))
    assert evaluate(Not(AnyOf((left, right))), facts) is evaluate(neither, facts)


@given(WHEN, st.fixed_dictionaries({}, optional={"page.title": st.sampled_from("abc")}))
def test_while_counters_are_pending_the_negation_of_unknown_is_unknown(
    when: Any, facts: Any
) -> None:
    parsed = condition(when)
    assert evaluate(Not(parsed), facts) is negated(evaluate(parsed, facts))


@given(WHEN, FACTS)
def test_a_condition_and_its_negation_are_never_both_true(when: Any, facts: Any) -> None:
    parsed = condition(when)
    assert not (evaluate(parsed, facts) is True and evaluate(Not(parsed), facts) is True)


@given(WHEN, FACTS)
def test_what_is_known_now_decides_whether_a_condition_is_true(when: Any, facts: Any) -> None:
    everything = dict.fromkeys(COUNTERS, 0) | {"page.exit_intent": False} | facts
    parsed = condition(when)
    assert (evaluate(parsed, everything) is True) is plain(when, everything)


def plain(when: Any, facts: Mapping[str, Any]) -> bool:
    """The two-valued meaning of a condition, every fact known but the title."""
    match when:
        case {"all": parts}:
            return all(plain(part, facts) for part in parts)
        case {"any": parts}:
            return any(plain(part, facts) for part in parts)
        case {"not": part}:
            return not plain(part, facts)
    parsed = condition(when)
    known = facts.get(when["fact"])
    operator = OPERATORS[when["is"]]
    if known is None:
        return operator.negative
    operand = when.get("value")
    return operator.build(operand)(known) if parsed else False


GROWTH = st.fixed_dictionaries(
    {},
    optional={
        "page.exit_intent": st.just(True),
        **{counter: st.integers(0, 9) for counter in COUNTERS},
    },
)


def after(facts: Mapping[str, Any], growth: Mapping[str, Any]) -> dict[str, Any]:
    """What a page may know later: counters never shrink."""
    grown = {name: max(value, facts.get(name, value)) for name, value in growth.items()}
    return {**facts, **grown}


def is_reached(watch: Watch, facts: Mapping[str, Any]) -> bool:
    known = facts.get(watch.fact)
    return known is not None and (
        known is watch.value if watch.op == "is" else known >= watch.value
    )


@settings(max_examples=400)
@given(st.lists(WHEN, min_size=1, max_size=4), FACTS, GROWTH)
def test_no_observation_outside_the_watches_changes_the_decision(
    whens: list[Any], facts: dict[str, Any], growth: dict[str, Any]
) -> None:
    rules = [rule(f"r{number}", when=when) for number, when in enumerate(whens)]
    before = decided(*rules, facts=facts)
    later = after(facts, growth)
    if any(is_reached(each, later) for each in before.watches):
        return
    decision = decided(*rules, facts=later)
    # A rule that holds only for now may lapse unseen; nothing may begin to hold unseen.
    rank = [rule.id for rule in rules].index
    if decision.fired is not None:
        assert before.fired is not None
        assert before.fired.id == decision.fired.id or rank(before.fired.id) < rank(
            decision.fired.id
        )


@settings(max_examples=400)
@given(WHEN, FACTS)
def test_every_watch_is_an_observation_some_way_of_becoming_true_needs(
    when: Any, facts: dict[str, Any]
) -> None:
    parsed = condition(when)
    found = watches([parsed], facts)
    assert bool(found) <= (evaluate(parsed, facts) is None)
    for each in found:
        assert not is_reached(each, facts)
        assert any(
            evaluate(parsed, later) is True and later.get(each.fact) == each.value
            for later in _everything_later(facts)
        ), each


def _everything_later(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    futures = [dict(facts)]
    for counter in COUNTERS:
        first = facts.get(counter, 0)
        futures = [{**each, counter: count} for each in futures for count in range(first, 9)]
    exits = [True] if facts.get("page.exit_intent") else [False, True]
    return [{**each, "page.exit_intent": leaving} for each in futures for leaving in exits]


def test_too_many_ways_are_still_watched_early_enough() -> None:
    pairs = [
        {"any": [compare(f"event.a{number}", "gte", 1), compare(f"event.b{number}", "gte", 1)]}
        for number in range(30)
    ]
    found = watches([condition({"all": pairs})], {})
    everything = {f"event.a{number}": 1 for number in range(30)}
    assert evaluate(condition({"all": pairs}), everything) is True
    assert any(is_reached(each, everything) for each in found)


def test_very_many_alternatives_are_each_watched() -> None:
    many = {"any": [compare(f"event.e{number}", "gte", 1) for number in range(100)]}
    early = {"any": [compare("page.seconds", "lt", 30), compare("page.scroll_percent", "gte", 9)]}
    assert len(watches([condition(many)], {})) == 100
    assert len(watches([condition({"all": [early, many]})], {"page.seconds": 1})) >= 100


FIELDS = ("all", "any", "not", "segment", "fact", "is", "value", "id", "name", "when", "kind")
MORE_FIELDS = (
    "status",
    "schedule",
    "weekly",
    "frequency",
    "per_day",
    "engagement",
    "rules",
    "site",
)
NAMES = ("event.x", "data.plan", "page.query.a", "autumn", "2026-12-24T09:00")
WORDS = st.sampled_from([*FIELDS, *MORE_FIELDS, *CATALOGUE, *OPERATORS, *NAMES])
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), WORDS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(WORDS, inner, max_size=4)),
    max_leaves=12,
)
COMPARISONS = st.fixed_dictionaries(
    {"fact": st.sampled_from([*CATALOGUE, "data.plan"]), "is": st.sampled_from([*OPERATORS])},
    optional={"value": JSON},
)


@settings(max_examples=300)
@given(st.one_of(JSON, COMPARISONS, trees(COMPARISONS)), st.dictionaries(WORDS, JSON, max_size=6))
@example({"fact": "cart.amount", "is": "eq", "value": float("inf")}, {})
@example({"fact": "page.url", "is": "is", "value": "\ud800"}, {})
def test_whatever_is_not_refused_evaluates_on_any_facts(document: Any, facts: Any) -> None:
    try:
        parsed = condition(document)
    except Invalid as refusal:
        assert refusal.path.startswith("when")
        return
    assert evaluate(parsed, facts) in (True, False, None)
    watches([parsed], facts)


@given(st.one_of(JSON, st.dictionaries(WORDS, JSON)))
def test_no_document_whatever_makes_a_parser_fail_otherwise(document: Any) -> None:
    for read in (
        lambda: targeting.parse(document, "rule", VOCABULARY),
        lambda: campaign.parse(document, "campaign"),
        lambda: segments.parse_all([document], "segments", {}),
        lambda: custom_data.parse_all([document], "custom_data"),
        lambda: history.parse(document),
    ):
        try:
            read()
        except Invalid:
            continue


def test_a_condition_nested_without_end_is_refused_not_followed() -> None:
    document: Any = {}
    for _ in range(100_000):
        document = {"not": document}
    with pytest.raises(Invalid, match="nested deeper"):
        condition(document)
