"""How do we answer, with all that a decision carries and with less and less of it?"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bench.rules.generate import Field
from chalicelib.rules import campaign
from chalicelib.rules.compile import Index, compile
from chalicelib.rules.decide import decide
from chalicelib.rules.history import History
from chalicelib.rules.rule import Frequency

NO_RULE: Final = -1
_CAMPAIGN: Final = {"id": "campaign", "name": "Campaign", "status": "active"}
_CAMPAIGNS: Final = {"campaign": campaign.parse(_CAMPAIGN, "campaign")}
_ZONE: Final = ZoneInfo("Europe/Paris")
_NOON: Final = datetime(2026, 11, 23, 11, tzinfo=UTC)
_HISTORY: Final = History()
_UNLIMITED: Final = Frequency()
_NOBODY: Final[frozenset[str]] = frozenset()

Visitors = Sequence[dict[str, Any]]
Engine = Callable[[Visitors], object]


def answers(rules: Field, visitors: Sequence[dict[str, Any]]) -> list[int]:
    """The place of the first rule that holds for each visitor, by the plain evaluator."""
    places = {rule.id: place for place, rule in enumerate(rules.rules)}
    found = (_with(decide, rules.rules, facts).fired for facts in visitors)
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
    campaigns, history, cap, zone, now = _CAMPAIGNS, _HISTORY, _UNLIMITED, _ZONE, _NOON
    nobody = _NOBODY

    def engine(visitors: Visitors) -> None:
        for facts in visitors:
            index.decide(
                facts,
                campaigns=campaigns,
                history=history,
                visit="visit",
                open_conversation=False,
                unavailable=nobody,
                zone=zone,
                frequency_cap=cap,
                visitor="ada",
                now=now,
            )

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
            if _with(index.decide, facts).fired is not None:
                _with(decide, rules.rules, facts)

    return engine


def _oracle(rules: Field) -> Engine:
    def engine(visitors: Visitors) -> None:
        for facts in visitors:
            _with(decide, rules.rules, facts)

    return engine


def _floor(names: tuple[str, ...]) -> Engine:
    def engine(visitors: Visitors) -> None:
        for facts in visitors:
            get = facts.get
            for name in names:
                get(name)

    return engine


def _with(answer: Callable[..., Any], *asked: Any) -> Any:
    return answer(
        *asked,
        campaigns=_CAMPAIGNS,
        history=_HISTORY,
        visit="visit",
        open_conversation=False,
        unavailable=_NOBODY,
        zone=_ZONE,
        frequency_cap=_UNLIMITED,
        visitor="ada",
        now=_NOON,
    )
