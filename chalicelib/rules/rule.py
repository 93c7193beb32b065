"""When, to whom and how does a site reach out?"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.errors import Invalid
from chalicelib.model.reading import Fields
from chalicelib.rules import conditions, schedule
from chalicelib.rules.schedule import Schedule
from chalicelib.rules.tree import Condition
from chalicelib.rules.vocabulary import Vocabulary

TEN_YEARS = 315_360_000


class RuleStatus(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"


class ShowingKind(StrEnum):
    NOTIFICATION = "notification"
    CHATBOX = "chatbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequency:
    """How often one visitor may be engaged; None sets no limit. A session is a visit."""

    per_session: int | None = None
    per_day: int | None = None
    per_visitor: int | None = None
    pause_after_dismissal_seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """What the visitor sees first: a notification by its id, or the chatbox at once."""

    kind: ShowingKind
    notification: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetingRule:
    id: str
    name: str
    campaign: str
    status: RuleStatus
    priority: int
    when: Condition
    frequency: Frequency
    schedule: Schedule
    engagement: Showing
    routing_rule: str
    hold_out_percent: int


def parse(document: object, path: str, vocabulary: Vocabulary) -> TargetingRule:
    """One targeting rule, or `Invalid`; whether what it names exists is for the whole playbook."""
    fields = Fields(document, path)
    rule = TargetingRule(
        id=fields.identifier(),
        name=fields.name(),
        campaign=fields.identifier("campaign"),
        status=fields.word("status", RuleStatus, RuleStatus.DRAFT),
        priority=fields.integer("priority", 0, minimum=-1000, maximum=1000),
        when=conditions.parse(fields.raw("when", None), fields.at("when"), vocabulary),
        frequency=parse_frequency(fields.raw("frequency", {}), fields.at("frequency")),
        schedule=schedule.parse(fields.raw("schedule", {}), fields.at("schedule")),
        engagement=_showing(fields.object("engagement")),
        routing_rule=fields.identifier("routing_rule"),
        hold_out_percent=fields.integer("hold_out_percent", 0, maximum=100),
    )
    fields.done()
    return rule


def parse_frequency(document: object, path: str) -> Frequency:
    """A rule's frequency or a site's cap, or `Invalid`."""
    fields = Fields(document, path)
    limits: Mapping[str, int | None] = {
        name: fields.integer(name, None, minimum=1, maximum=1000)
        for name in ("per_session", "per_day", "per_visitor")
    }
    pause = fields.integer("pause_after_dismissal_seconds", None, maximum=TEN_YEARS)
    fields.done()
    return Frequency(**limits, pause_after_dismissal_seconds=pause)


def _showing(fields: Fields) -> Showing:
    kind = fields.word("kind", ShowingKind)
    notification = fields.identifier("notification", None)
    fields.done()
    if kind is ShowingKind.NOTIFICATION and notification is None:
        raise Invalid(fields.at("notification"), "is required")
    if kind is ShowingKind.CHATBOX and notification is not None:
        raise Invalid(fields.at("notification"), "the chatbox opens without a notification")
    return Showing(kind=kind, notification=notification)
