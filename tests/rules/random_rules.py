"""Rule sets and visitors by chance, from a seed: odd ones, and many of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from chalicelib.rules import campaign, custom_data, history, segments
from chalicelib.rules import rule as targeting
from chalicelib.rules.circumstances import Circumstances
from chalicelib.rules.compile import Index
from chalicelib.rules.decide import Reason, decide
from chalicelib.rules.facts import CATALOGUE, Kind
from chalicelib.rules.history import History
from chalicelib.rules.operators import OPERATORS, Takes
from chalicelib.rules.rule import Frequency, TargetingRule
from chalicelib.rules.vocabulary import Vocabulary

PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
DECLARED = [
    {"id": f"d-{kind}", "name": str(kind), "kind": kind}
    for kind in ("text", "number", "boolean", "date", "list")
]
KINDS = custom_data.parse_all(DECLARED, "custom_data")
PLAIN = Vocabulary(segments={}, custom_data=KINDS)
OPEN = ("page.query.q", "visit.utm.source", "event.help", "event.buy")
NAMES = (
    *(name for name, fact in CATALOGUE.items() if "NAME" not in name and not fact.routing_only),
    *(f"data.{name}" for name in KINDS),
    *OPEN,
)
# Counters decide what is unknown: they come up more often than the rest.
COUNTERS = ("page.seconds", "page.scroll_percent", "page.exit_intent", "event.help", "event.buy")
TEXTS = ("/", "/shop", "/shop/red shoes", "a", "b", "ab", "fr-CA", "FR", "https://x.example/a//b")
PATTERNS = ("*", "a*", "*b", "/shop/*", "*o*", "a?", "*s*r?d*", "?", "**b", "/*/red*", "FR")
NUMBERS = (0, 1, 2, 2.5, 3, 10, 50, 99, 100, 150)
DATES = ("2026-11-22", "2026-11-23", "2026-12-24")
TIMES = ("00:00", "08:15", "12:00", "18:45", "23:45")
JUNK: tuple[Any, ...] = (None, True, False, 0, 1, 1.0, "", "a", [], ["a"], {}, float("nan"), 1e300)


class Pair(NamedTuple):
    """A rule set, what is known of a visitor, and the circumstances that `decide` takes."""

    rules: list[TargetingRule]
    facts: dict[str, Any]
    circumstances: Circumstances


def pairs(seed: int, count: int, *, visitors: int = 8) -> Iterator[Pair]:
    """So many pairs: every rule set meets some visitors before the next one is drawn."""
    chance = Random(seed)
    for number in range(count):
        if number % visitors == 0:
            rules = _rules(chance)
            campaigns = _campaigns(chance)
        yield Pair(rules, _facts(chance), _circumstances(chance, rules, campaigns))


def disagreement(index: Index, pair: Pair) -> str | None:
    """What the index answers otherwise than `decide`, if anything."""
    expected = decide(pair.rules, pair.facts, pair.circumstances)
    found = index.decide(pair.facts, pair.circumstances)
    answers = (
        ("fired", found.fired, expected.fired),
        ("held out", found.held_out, expected.held_out),
        ("watches", found.watches, expected.watches),
        ("unknown", set(index.rules_at(found.waiting)), _unknown(pair)),
    )
    return next((f"{name}: {one} != {other}" for name, one, other in answers if one != other), None)


def _unknown(pair: Pair) -> set[str]:
    """The rules that `decide` calls pending above the one that fired."""
    decision = decide(pair.rules, pair.facts, pair.circumstances)
    found = set()
    for rule, reason in decision.reasons:
        if reason in (Reason.FIRED, Reason.HELD_OUT):
            break
        found |= {rule} if reason is Reason.PENDING else set()
    return found


def _rules(chance: Random) -> list[TargetingRule]:
    documents = [
        {"id": f"s{number}", "name": "s", "when": _when(chance, 2, ())} for number in range(2)
    ]
    vocabulary = Vocabulary(
        segments=segments.parse_all(documents, "segments", KINDS), custom_data=KINDS
    )
    return [
        targeting.parse(_rule(chance, f"r{number}"), "rule", vocabulary)
        for number in range(chance.randint(1, 12))
    ]


def _rule(chance: Random, identifier: str) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": identifier,
        "name": identifier,
        "campaign": chance.choice(("c1", "c1", "c1", "c2")),
        "status": chance.choice(("active",) * 8 + ("draft", "paused")),
        "priority": chance.randint(0, 3),
        "engagement": {"kind": "chatbox"},
        "routing_rule": "advice",
        "hold_out_percent": chance.choice((0, 0, 50)),
        "when": _when(chance, chance.choice((0, 1, 1, 2, 3)), ("s0", "s1")),
    }
    if chance.random() < 0.2:
        limit = chance.choice(("per_session", "per_day", "per_visitor"))
        rule["frequency"] = {limit: 1, "pause_after_dismissal_seconds": 60}
    if chance.random() < 0.1:
        rule["schedule"] = {"from": f"2026-11-23T{chance.choice(('11', '13'))}:00"}
    return rule


def _when(chance: Random, depth: int, names: tuple[str, ...]) -> dict[str, Any]:
    if chance.random() < 0.02:
        return {}
    if depth == 0:
        return _comparison(chance)
    match chance.choice(("all", "all", "any", "any", "not", "segment", "wide")):
        case "not":
            return {"not": _when(chance, depth - 1, names)}
        case "segment" if names:
            return {"segment": chance.choice(names)}
        case "wide" if chance.random() < 0.3:
            # More ways to hold than an index keeps rows for.
            widths = [chance.randint(1, 9) for _ in range(3)]
            return {"all": [{"any": [_comparison(chance) for _ in range(n)]} for n in widths]}
        case shape:
            parts = [_when(chance, depth - 1, names) for _ in range(chance.randint(1, 4))]
            return {"any" if shape == "any" else "all": parts}


def _comparison(chance: Random) -> dict[str, Any]:
    name = chance.choice(COUNTERS if chance.random() < 0.4 else NAMES)
    fact = PLAIN.fact(name, "fact")
    operator = chance.choice([each for each in OPERATORS.values() if fact.kind in each.kinds])
    comparison: dict[str, Any] = {"fact": name, "is": operator.name}
    values = [_author_value(chance, fact.kind, fact.words, operator.name) for _ in range(2)]
    match operator.takes:
        case Takes.ONE:
            comparison["value"] = values[0]
        case Takes.SEVERAL:
            comparison["value"] = values
        case Takes.RANGE:
            comparison["value"] = values if fact.kind is Kind.TIME else sorted(values)
    return comparison


def _author_value(chance: Random, kind: Kind, words: tuple[str, ...], operator: str) -> Any:
    if operator in ("like", "not_like"):
        return chance.choice(PATTERNS)
    if words and operator in ("is", "is_not", "in", "not_in"):
        return chance.choice(words)
    return _value(chance, kind)


def _value(chance: Random, kind: Kind) -> Any:
    match kind:
        case Kind.NUMBER:
            return chance.choice(NUMBERS)
        case Kind.BOOLEAN:
            return chance.random() < 0.5
        case Kind.DATE:
            return chance.choice(DATES)
        case Kind.TIME:
            return chance.choice(TIMES)
        case _:
            return chance.choice(TEXTS)


def _facts(chance: Random) -> dict[str, Any]:
    """Some facts are missing, and a few are not of their kind."""
    facts: dict[str, Any] = {}
    for name in NAMES:
        fact = PLAIN.fact(name, "fact")
        luck = chance.random()
        if luck < 0.04:
            facts[name] = chance.choice(JUNK)
        elif luck < 0.7:
            value = _value(chance, fact.kind)
            several = [_value(chance, fact.kind) for _ in range(2)]
            facts[name] = several if fact.kind is Kind.LIST else value
        if fact.words and luck < 0.6:
            facts[name] = chance.choice(fact.words)
    return facts


def _campaigns(chance: Random) -> dict[str, Any]:
    ends = chance.choice((None, "2026-11-22", "2026-11-23"))
    documents = (
        {"id": "c1", "name": "One", "status": "active"},
        {"id": "c2", "name": "Two", "status": "active", "ends_on": ends},
    )
    return {each["id"]: campaign.parse(each, "campaign") for each in documents}


def _circumstances(
    chance: Random, rules: list[TargetingRule], campaigns: dict[str, Any]
) -> Circumstances:
    past = History()
    for _ in range(chance.choice((0, 0, 1, 3))):
        past = past.after_offer(chance.choice(rules).id, "visit-1", "2026-11-23")
    if past.rules and chance.random() < 0.3:
        past = past.after_dismissal(chance.choice(rules).id, NOON - timedelta(seconds=30))
    passed_over = [rule.id for rule in rules if chance.random() < 0.1]
    return Circumstances(
        campaigns=campaigns,
        history=history.parse(past.document()),
        visit=chance.choice(("visit-1", "visit-2")),
        open_conversation=chance.random() < 0.03,
        unavailable=frozenset(passed_over),
        zone=PARIS,
        frequency_cap=chance.choice((Frequency(), Frequency(), Frequency(per_session=2))),
        visitor=f"v{chance.randint(0, 999)}",
        now=NOON + timedelta(hours=chance.choice((0, 0, 0, 12))),
    )
