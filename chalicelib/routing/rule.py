"""Which groups may take this conversation, and how is one of them chosen?"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from chalicelib.errors import Invalid
from chalicelib.model.reading import Fields
from chalicelib.routing.modes import Mode
from chalicelib.rules import conditions
from chalicelib.rules.conditions import Condition
from chalicelib.rules.evaluate import evaluate
from chalicelib.rules.facts import Facts
from chalicelib.rules.vocabulary import Vocabulary

DEFAULT: Final = "default"
MOST_TARGETS: Final = 50
MOST_BRANCHES: Final = 100


@dataclass(frozen=True, slots=True)
class Target:
    """A group of a branch; `share` counts in ratio mode only, and is 1 in the others."""

    group: str
    share: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """Groups, when they are meant, and how to choose between them.

    `when` is None for the default branch; a wait overflows after whole seconds, or never.
    """

    name: str
    when: Condition | None = None
    mode: Mode
    targets: tuple[Target, ...]
    overflow_after_seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingRule:
    """Branches with their conditions, tried in order, and the branch for all the rest."""

    id: str
    name: str
    branches: tuple[Branch, ...] = ()
    default: Branch
    prefer_previous_agent: bool = False
    listed_for_transfer: bool = True

    @property
    def groups(self) -> frozenset[str]:
        """Every group the rule can choose."""
        every = (*self.branches, self.default)
        return frozenset(target.group for branch in every for target in branch.targets)


def parse(document: object, path: str, vocabulary: Vocabulary) -> RoutingRule:
    """A routing rule as an admin wrote it, or `Invalid`."""
    fields = Fields(document, path)
    rule = RoutingRule(
        id=fields.identifier(),
        name=fields.name(),
        branches=_branches(fields, vocabulary),
        default=_branch(fields.object("default"), DEFAULT),
        prefer_previous_agent=fields.flag("prefer_previous_agent", False),
        listed_for_transfer=fields.flag("listed_for_transfer", True),
    )
    fields.done()
    return rule


def branch_for(
    rule: RoutingRule, facts: Facts, open_groups: Collection[str] | None = None
) -> Branch:
    """The first branch whose condition is true, else the default.

    What is not known yet is not true. Given the open groups, the fact `group.hours` is judged for
    each branch by its own groups: open when one of them is.
    """
    for branch in rule.branches:
        asked = facts if open_groups is None else _with_hours(facts, branch, open_groups)
        if branch.when is None or evaluate(branch.when, asked) is True:
            return branch
    return rule.default


def _with_hours(facts: Facts, branch: Branch, open_groups: Collection[str]) -> Facts:
    is_open = any(target.group in open_groups for target in branch.targets)
    return {**facts, "group.hours": "open" if is_open else "closed"}


def _branches(fields: Fields, vocabulary: Vocabulary) -> tuple[Branch, ...]:
    found: list[Branch] = []
    for document, path in fields.each("branches", (), maximum=MOST_BRANCHES):
        branch = Fields(document, path)
        name = branch.name(maximum=100)
        if name == DEFAULT or any(name == other.name for other in found):
            raise Invalid(branch.at("name"), f"{name!r} is named twice")
        when = conditions.parse(branch.raw("when", {}), branch.at("when"), vocabulary)
        found.append(_branch(branch, name, when))
    return tuple(found)


def _branch(fields: Fields, name: str, when: Condition | None = None) -> Branch:
    mode = fields.word("mode", Mode, Mode.ESCALATION)
    branch = Branch(
        name=name,
        when=when,
        mode=mode,
        targets=_targets(fields, mode),
        overflow_after_seconds=fields.integer(
            "overflow_after_seconds", None, minimum=5, maximum=86_400
        ),
    )
    fields.done()
    return branch


def _targets(fields: Fields, mode: Mode) -> tuple[Target, ...]:
    found: list[Target] = []
    for document, path in fields.each("targets", maximum=MOST_TARGETS):
        target = Fields(document, path)
        group = target.identifier("group")
        if any(group == other.group for other in found):
            raise Invalid(target.at("group"), f"{group!r} is named twice")
        found.append(Target(group, _share(target, mode)))
        target.done()
    if not found:
        raise Invalid(fields.at("targets"), "expected at least one group")
    return tuple(found)


def _share(target: Fields, mode: Mode) -> int:
    if mode is Mode.RATIO:
        return int(target.integer("share", minimum=1, maximum=100))
    if target.has("share"):
        raise Invalid(target.at("share"), f"a share belongs to mode ratio, this is {mode}")
    return 1
