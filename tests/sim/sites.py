"""What is a seed's site like: one plain group, or several with hours, overflow and silence?

Seeds differ in what they use, so that every feature is met alone and beside the others.
"""

from random import Random
from typing import Any

from chalicelib.playbook import resources
from tests import bank
from tests.sim import outreach
from tests.world import BANK

MODES = ("escalation", "fair", "ratio", "reactive")
STRATEGIES = ("longest_idle", "least_busy", "round_robin")
LIMITS = (0, 2, 20, 20, 20)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# A seed begins at eleven by these clocks, or a little sooner: one group closes soon, another opens.
HOURS = (None, None, None, [["00:00", "11:02"]], [["11:01", "23:00"]], [["11:00", "11:03"]])
IN_FRENCH = {"fact": "conversation.language", "is": "is", "value": "fr"}


def founded(random: Random, now: Any) -> dict[str, Any]:
    """The first version of a site's playbook."""
    made = resources.empty({"id": "bank", "name": "Linden", **BANK["site"]}, now)
    document = {**made, **{name: BANK[name] for name in BANK if name != "site"}}
    document |= {"groups": [plain(random)], "flows": outreach.flows(random)}
    document |= {"targeting_rules": outreach.invitations(random)}
    document = outreach.mailing(random, outreach.capped(random, document))
    if random.random() < 0.3:
        return outreach.at_midnight(document) if random.random() < 0.5 else document
    return rich(random, document)


def plain(random: Random) -> dict[str, Any]:
    """A group whose agents may take as long as they like."""
    limit, strategy = random.choice(LIMITS), random.choice(STRATEGIES)
    return bank.group(queue_limit=limit, strategy=strategy, answer_timeout_seconds=0)


def rich(random: Random, document: dict[str, Any]) -> dict[str, Any]:
    """Two or three groups, a branch of their own for the French, and time limits."""
    names = ["service", "second", "third"][: random.choice((2, 2, 3))]
    criteria = ({"role": "agent"}, {"role": "agent"}, {"languages": ["fr"]}, {"languages": ["en"]})
    groups = [group(random, name, random.choice(criteria)) for name in names]
    routing = [
        {"id": "any", "name": "any", "branches": branches(random, names), **default(random, names)},
        {"id": "other", "name": "other", **default(random, names[::-1])},
    ]
    return closing(random, {**document, "groups": groups, "routing_rules": routing})


def group(random: Random, name: str, criteria: dict[str, Any]) -> dict[str, Any]:
    """A group with limits; most are open all day."""
    hours = random.choice(HOURS)
    found = bank.group(
        name,
        criteria=criteria,
        queue_limit=random.choice(LIMITS),
        strategy=random.choice(STRATEGIES),
        answer_timeout_seconds=random.choice((0, 15, 15, 40)),
        away=random.choice(("keep", "return")),
    )
    weekly = dict.fromkeys(DAYS, hours)
    return found if hours is None else {**found, "hours": {"weekly": weekly}}


def branches(random: Random, names: list[str]) -> list[dict[str, Any]]:
    if random.random() < 0.5:
        return []
    return [{"name": "french", "when": IN_FRENCH, **branch(random, names[::-1])}]


def default(random: Random, names: list[str]) -> dict[str, Any]:
    """The branch for all the rest, and whom it prefers."""
    return {
        "default": branch(random, names),
        "prefer_previous_agent": random.random() < 0.3,
    }


def branch(random: Random, names: list[str]) -> dict[str, Any]:
    mode, overflow = random.choice(MODES), random.choice((None, 5, 10, 30))
    targets: list[dict[str, Any]] = [{"group": each} for each in names]
    if mode == "ratio":
        targets = [{**each, "share": random.randint(1, 3)} for each in targets]
    found: dict[str, Any] = {"mode": mode, "targets": targets}
    return found if overflow is None else {**found, "overflow_after_seconds": overflow}


def closing(random: Random, document: dict[str, Any]) -> dict[str, Any]:
    """Whether silence ends a conversation, and how soon."""
    seconds = random.choice((None, 60, 90))
    site = {name: each for name, each in document["site"].items() if name != "close_after_seconds"}
    if seconds is not None:
        site["close_after_seconds"] = seconds
    return {**document, "site": site}
