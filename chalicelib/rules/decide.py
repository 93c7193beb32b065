"""Which rule, if any, should engage this visitor now, and why none of the others?"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chalicelib.rules import watch
from chalicelib.rules.circumstances import Circumstances
from chalicelib.rules.evaluate import evaluate
from chalicelib.rules.facts import Facts
from chalicelib.rules.rule import RuleStatus, TargetingRule
from chalicelib.rules.watch import Watch


class Reason(StrEnum):
    FIRED = "fired"
    HELD_OUT = "held_out"
    OUTRANKED = "outranked"
    NO_MATCH = "no_match"
    PENDING = "pending"
    DRAFT = "draft"
    PAUSED = "paused"
    CAMPAIGN_INACTIVE = "campaign_inactive"
    OUT_OF_SCHEDULE = "out_of_schedule"
    OPEN_CONVERSATION = "open_conversation"
    FREQUENCY = "frequency"
    DISMISSED = "dismissed"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Decision:
    """The rule that fired, a word on every rule in the order considered, and what to look out for.

    A rule that is held out has fired, and shows nothing. The watches are those of the rules that
    could still fire: nothing bars them but what the page has not shown, and no rule that fired
    outranks them.
    """

    fired: TargetingRule | None
    held_out: bool
    reasons: tuple[tuple[str, Reason], ...]
    watches: tuple[Watch, ...]


def decide(rules: Iterable[TargetingRule], facts: Facts, around: Circumstances) -> Decision:
    """Pick the first rule, by priority then id, that nothing bars and whose condition holds."""
    today = around.now.astimezone(around.zone).date()
    fired: TargetingRule | None = None
    reasons: list[tuple[str, Reason]] = []
    waiting: list[TargetingRule] = []
    for rule in sorted(rules, key=lambda rule: (-rule.priority, rule.id)):
        barred = (reason for reason, holds in _bars(rule, around, today) if holds)
        reason = next(barred, None) or _outcome(rule, facts, around.unavailable)
        if fired is None and reason is Reason.PENDING:
            waiting.append(rule)
        if reason is Reason.FIRED:
            reason = _place(rule, fired, around.visitor)
            fired = fired or rule
        reasons.append((rule.id, reason))
    return Decision(
        fired=fired,
        held_out=fired is not None and is_held_out(around.visitor, fired),
        reasons=tuple(reasons),
        watches=watch.watches((rule.when for rule in waiting), facts),
    )


def is_held_out(visitor: str, rule: TargetingRule) -> bool:
    """Whether the visitor belongs to the share that the rule shows nothing; stable for the pair."""
    digest = hashlib.sha256(f"{visitor}|{rule.id}".encode()).digest()
    return int.from_bytes(digest[:8]) % 100 < rule.hold_out_percent


def _bars(rule: TargetingRule, around: Circumstances, today: date) -> Iterator[tuple[Reason, bool]]:
    """Each reason for which a rule is not even asked, and whether it holds; told one at a time."""
    yield Reason.DRAFT, rule.status is RuleStatus.DRAFT
    yield Reason.PAUSED, rule.status is RuleStatus.PAUSED
    campaign = around.campaigns.get(rule.campaign)
    yield Reason.CAMPAIGN_INACTIVE, campaign is None or not campaign.runs_on(today)
    yield Reason.OUT_OF_SCHEDULE, not rule.schedule.includes(around.now, around.zone)
    yield Reason.OPEN_CONVERSATION, around.open_conversation
    past, limits = around.history, (rule.id, rule.frequency, around.frequency_cap)
    yield Reason.FREQUENCY, past.is_exhausted(*limits, around.visit, today.isoformat())
    yield Reason.DISMISSED, past.is_dismissed(*limits, around.now)


def _outcome(rule: TargetingRule, facts: Facts, unavailable: frozenset[str]) -> Reason:
    outcome = evaluate(rule.when, facts)
    if outcome is None:
        return Reason.PENDING
    if not outcome:
        return Reason.NO_MATCH
    return Reason.UNAVAILABLE if rule.id in unavailable else Reason.FIRED


def _place(rule: TargetingRule, fired: TargetingRule | None, visitor: str) -> Reason:
    if fired is not None:
        return Reason.OUTRANKED
    return Reason.HELD_OUT if is_held_out(visitor, rule) else Reason.FIRED
