"""How do we answer, with all that a decision carries and with less and less of it?

With machine code where that was made (`make bench`), as in the package; else interpreted.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bench.rules.generate import Field
from chalicelib.rules import campaign
from chalicelib.rules.circumstances import Circumstances
from chalicelib.rules.compile import Index, compile
from chalicelib.rules.decide import decide
from chalicelib.rules.history import History
from chalicelib.rules.index import sieve
from chalicelib.rules.rule import Frequency

NO_RULE: Final = -1
IS_MACHINE_CODE: Final = not str(sieve.__file__).endswith(".py")
_CAMPAIGN: Final = {"id": "campaign", "name": "Campaign", "status": "active"}
_AROUND: Final = Circumstances(
    campaigns={"campaign": campaign.parse(_CAMPAIGN, "campaign")},
    zone=ZoneInfo("Europe/Paris"),
    frequency_cap=Frequency(),
    now=datetime(2026, 11, 23, 11, tzinfo=UTC),
    visitor="ada",
    visit="visit",
    history=History(),
    open_conversation=False,
    unavailable=frozenset(),
)

Visitors = Sequence[dict[str, Any]]
Engine = Callable[[Visitors], object]


def answers(rules: Field, visitors: Sequence[dict[str, Any]]) -> list[int]:
    """The place of the first rule that holds for each visitor, by the plain evaluator."""
    places = {rule.id: place for place, rule in enumerate(rules.rules)}
    found = (decide(rules.rules, facts, _AROUND).fired for facts in visitors)
    return [NO_RULE if rule is None else places[rule.id] for rule in found]


def matches(rules: Field, facts: dict[str, Any]) -> int:
    """How many rules hold."""
    return sum(1 for _ in compile(rules.rules).matching(facts))


def engines(rules: Field) -> dict[str, Engine]:
    """`ours` decides with watches; `floor` only reads the facts."""
    return {
        "ours": _decided(compile(rules.rules)),
        "ours_first_match": _first(compile(rules.rules)),
        "ours_with_reasons": _with_reasons(rules, compile(rules.rules)),
        "oracle": _oracle(rules),
        "floor": _floor(tuple({test.fact for each in rules.tests for test in each})),
    }


def engines_for_all(rules: Field) -> dict[str, Engine]:
    """All rules that hold, by the index and, in `oracle`, with a reason for each rule."""
    return {"ours": _every_match(compile(rules.rules)), "oracle": _oracle(rules)}


def _decided(index: Index) -> Engine:
    decide, around = index.decide, _AROUND

    def engine(visitors: Visitors) -> None:
        for facts in visitors:
            decide(facts, around)

    return engine


def _first(index: Index) -> Engine:
    def engine(visitors: Visitors) -> None:
        for facts in visitors:
            next(index.matching(facts), None)

    return engine


def _every_match(index: Index) -> Engine:
    def engine(visitors: Visitors) -> None:
        for facts in visitors:
            sum(1 for _ in index.matching(facts))

    return engine


def _with_reasons(rules: Field, index: Index) -> Engine:
    def engine(visitors: Visitors) -> None:
        for facts in visitors:
            # A decision record is kept of what was shown, and of nothing else.
            if index.decide(facts, _AROUND).fired is not None:
                decide(rules.rules, facts, _AROUND)

    return engine


def _oracle(rules: Field) -> Engine:
    def engine(visitors: Visitors) -> None:
        for facts in visitors:
            decide(rules.rules, facts, _AROUND)

    return engine


def _floor(names: tuple[str, ...]) -> Engine:
    def engine(visitors: Visitors) -> None:
        for facts in visitors:
            get = facts.get
            for name in names:
                get(name)

    return engine
