"""Which rules and which visitors do all engines get?

Rules of five comparisons on five of 21 facts: one says where (a page, a title, a referrer or a
campaign), four are drawn evenly from the other facts. A tenth of the visitors match a rule. Texts
are in the form in which they are compared, so that every engine compares the same.
"""

from collections.abc import Callable, Iterator
from itertools import count
from random import Random
from typing import Any, Final, NamedTuple

from chalicelib.rules import rule as targeting
from chalicelib.rules.compile import Index, compile
from chalicelib.rules.rule import TargetingRule
from chalicelib.rules.vocabulary import Vocabulary

CONDITIONS: Final = 5
MATCHING: Final = 0.1

_SECTIONS: Final = ("shop", "loans", "cards", "help", "about", "news", "account", "insurance")
_TOPICS: Final = ("red", "blue", "rates", "offers", "gold", "travel", "home", "car", "young", "new")
PATHS: Final = tuple(
    f"/{section}/{topic}/{number}"
    for section in _SECTIONS
    for topic in _TOPICS
    for number in range(5)
)
POOLS: Final[dict[str, tuple[str, ...]]] = {
    "page.path": PATHS,
    "page.host": tuple(f"{name}.example" for name in ("www", "shop", "m", "blog")),
    "page.title": tuple(f"{topic} {section} | bank" for section in _SECTIONS for topic in _TOPICS),
    "visit.source": ("direct", "search", "social", "email", "ads", "referral"),
    "visit.referrer": tuple(f"https://site{number}.example/" for number in range(60)),
    "visit.utm.campaign": tuple(f"campaign{number}" for number in range(40)),
    "visitor.language": ("fr", "en", "de", "es", "it", "nl", "pt", "pl"),
    "visitor.country": tuple(f"c{number}" for number in range(30)),
    "visitor.device": ("desktop", "mobile", "tablet"),
    "visitor.browser": ("chrome", "firefox", "safari", "edge", "opera"),
    "visitor.os": ("windows", "macos", "linux", "android", "ios"),
    "cart.currency": ("eur", "usd", "gbp"),
    "clock.day": ("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
}
FLAGS: Final = ("visitor.returning", "visitor.email_known")
NUMBERS: Final = {"visit.pages": 30, "visitor.visits": 20, "cart.items": 12}
AMOUNT: Final = "cart.amount"
COUNTERS: Final = {"page.seconds": 300, "visit.seconds": 900}
_FACTS: Final = (*POOLS, *FLAGS, *NUMBERS, AMOUNT, *COUNTERS)
_PLACES: Final = ("page.path",) * 6 + ("page.title", "visit.referrer", "visit.utm.campaign")
_VOCABULARY: Final = Vocabulary(segments={}, custom_data={})


class Test(NamedTuple):
    """One comparison, in a form that every engine's language has."""

    fact: str
    op: str
    value: Any


class Field(NamedTuple):
    """A set of rules, as tests for the peers and parsed for us."""

    tests: list[list[Test]]
    documents: list[dict[str, Any]]
    rules: list[TargetingRule]


def field(chance: Random, size: int) -> Field:
    """So many rules; the first in the list is the first to be considered."""
    tests = [[_test(chance, fact) for fact in _drawn(chance)] for _ in range(size)]
    documents = [
        {
            "id": f"rule-{number:04}",
            "name": f"Rule {number}",
            "campaign": "campaign",
            "status": "active",
            "engagement": {"kind": "chatbox"},
            "routing_rule": "routing",
            "when": {"all": [{"fact": t.fact, "is": t.op, "value": t.value} for t in each]},
        }
        for number, each in enumerate(tests)
    ]
    rules = [targeting.parse(document, "rule", _VOCABULARY) for document in documents]
    return Field(tests, documents, rules)


def _drawn(chance: Random) -> list[str]:
    place = chance.choice(_PLACES)
    others = [fact for fact in _FACTS if fact != place]
    facts = [place, *chance.sample(others, CONDITIONS - 1)]
    chance.shuffle(facts)
    return facts


def visitors(chance: Random, rules: Field, *, unique_paths: bool) -> Iterator[dict[str, Any]]:
    """Visitors without end, no two alike; a tenth of them match a rule."""
    index = compile(rules.rules)
    for serial in count():
        wanted = chance.random() < MATCHING
        facts = _drawn_visitor(chance, rules, wanted, serial if unique_paths else None)
        while _matches(index, facts) is not wanted:
            facts = _drawn_visitor(chance, rules, wanted, serial if unique_paths else None)
        yield facts


def _drawn_visitor(
    chance: Random, rules: Field, wanted: bool, serial: int | None
) -> dict[str, Any]:
    facts = _visitor(chance)
    if serial is not None:
        facts["page.path"] += f"/{serial:x}-{chance.randrange(1 << 32):08x}"
    if wanted:
        for test in chance.choice(rules.tests):
            facts[test.fact] = _satisfying(chance, test, facts[test.fact])
    return facts


def _matches(index: Index, facts: dict[str, Any]) -> bool:
    return next(index.matching(facts), None) is not None


def _visitor(chance: Random) -> dict[str, Any]:
    return {
        **{name: chance.choice(pool) for name, pool in POOLS.items()},
        **{name: chance.random() < 0.5 for name in FLAGS},
        **{name: chance.randint(0, most) for name, most in NUMBERS.items()},
        AMOUNT: round(chance.uniform(0, 500), 2),
        **{name: chance.randint(0, most) for name, most in COUNTERS.items()},
    }


def _test(chance: Random, fact: str) -> Test:
    if fact in FLAGS:
        return Test(fact, "is", chance.random() < 0.5)
    if fact in POOLS:
        return _text_test(chance, fact, POOLS[fact])
    most = {**NUMBERS, **COUNTERS, AMOUNT: 500}[fact]
    low = chance.randint(1, most - 1)
    match chance.choice(("gte", "gte", "lt", "between")):
        case "between":
            return Test(fact, "between", [low, min(most, low + most // 3)])
        case op:
            return Test(fact, op, low)


def _text_test(chance: Random, fact: str, pool: tuple[str, ...]) -> Test:
    value = chance.choice(pool)
    ops = ("is", "is", "in") if fact in _PLACES else ("is", "is", "in", "is_not")
    if fact in ("page.path", "page.title"):
        ops = ("is", "in", "starts_with", "starts_with", "contains", "contains")
    match chance.choice(ops):
        case "in":
            return Test(fact, "in", sorted(chance.sample(pool, 2)))
        case "starts_with":
            return Test(fact, "starts_with", value[: value.rfind("/" if "/" in value else " ") + 1])
        case "contains":
            return Test(fact, "contains", chance.choice(_TOPICS))
        case op:
            return Test(fact, op, value)


def _satisfying(chance: Random, test: Test, current: Any) -> Any:
    value = test.value
    satisfying: dict[str, Callable[[], Any]] = {
        "is": lambda: value,
        "in": lambda: chance.choice(value),
        "is_not": lambda: current if current != value else _other(test),
        "starts_with": lambda: f"{value}{chance.randrange(1 << 32):08x}",
        "contains": lambda: f"{current}/{value}",
        "gte": lambda: value,
        "lt": lambda: value - 1,
        "between": lambda: value[0],
    }
    return satisfying[test.op]()


def _other(test: Test) -> str:
    return next(each for each in POOLS[test.fact] if each != test.value)
