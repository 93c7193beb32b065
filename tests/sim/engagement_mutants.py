"""Which bugs of reaching out must be found, and by which invariant?"""

from dataclasses import replace
from typing import Any

from chalicelib.playbook import playbook
from chalicelib.rules.compile import Index
from chalicelib.rules.decide import decide
from chalicelib.rules.history import History
from chalicelib.rules.rule import RuleStatus
from chalicelib.services.engagement import decisions, engagements
from chalicelib.store import visitors
from chalicelib.store.operations import Equals, Missing
from tests.sim.planting import NO_CONDITION, Mutant, mutant

after_offer = History.after_offer


class InTurn:
    """Every other time, the last rules come first."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, rules: Any, facts: Any, around: Any) -> Any:
        self.times += 1
        turned = [replace(each, priority=-each.priority) for each in rules]
        return decide(turned if self.times % 2 else rules, facts, around)


def by_name(rules: Any) -> Index:
    active = (rule for rule in rules if rule.status is RuleStatus.ACTIVE)
    return Index(sorted(active, key=lambda rule: str(rule.id)))


def whatever_was_shown(path: Any, *value: Any) -> Any:
    kind = Equals if value else Missing
    return NO_CONDITION if path == "version" else kind(path, *value)


def even_to_who_talks(path: Any) -> Any:
    return NO_CONDITION if path == "open" else Missing(path)


def site_uncounted(self: History, *given: Any) -> History:
    return replace(after_offer(self, *given), site=self.site)


ENGAGEMENTS: tuple[Mutant, ...] = (
    mutant("decisions take turns", "I22", (decisions, "decide", InTurn())),
    mutant("the index ranks rules by their names", "I22", (playbook, "compile", by_name)),
    mutant(
        "a tab decides by what it remembers, whatever others were shown",
        "I22",
        (visitors, "Equals", whatever_was_shown),
        (visitors, "Missing", whatever_was_shown),
    ),
    mutant(
        "a showing is written whatever other tabs were shown",
        "I23",
        (visitors, "Equals", whatever_was_shown),
        (visitors, "Missing", whatever_was_shown),
    ),
    mutant("whoever talks already is invited", "I23", (visitors, "Missing", even_to_who_talks)),
    mutant(
        "what was waved away comes back at once",
        "I23",
        (engagements, "_dismissed", lambda known, *_given: known),
    ),
    mutant("the site's cap counts nothing", "I23", (History, "after_offer", site_uncounted)),
)
