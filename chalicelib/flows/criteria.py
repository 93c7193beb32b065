"""For which conversations is a flow meant, and at which hours?"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.errors import Invalid
from chalicelib.flows.templates import VARIABLES, Texts, texts
from chalicelib.model.reading import Fields


class FlowStatus(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"


class FlowHours(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """All of them must hold. Empty rules mean all; no hours mean any time."""

    status: FlowStatus
    hours: FlowHours | None
    targeting_rules: tuple[str, ...]
    routing_rules: tuple[str, ...]
    priority: int

    @property
    def is_active(self) -> bool:
        return self.status is FlowStatus.ACTIVE

    def admit(self, *, targeting_rule: str | None, routing_rule: str | None) -> bool:
        """Whether a conversation that came by these rules is meant, by an active flow."""
        return (
            self.is_active
            and _names(self.targeting_rules, targeting_rule)
            and _names(self.routing_rules, routing_rule)
        )

    def fit(self, is_open: bool) -> bool:
        """Whether this is its time, while the group or site is open or closed."""
        return self.hours is None or is_open == (self.hours is FlowHours.OPEN)


def read(fields: Fields) -> Criteria:
    """The criteria among a flow's fields, or `Invalid`."""
    return Criteria(
        status=fields.word("status", FlowStatus, FlowStatus.DRAFT),
        hours=fields.word("hours", FlowHours, None),
        targeting_rules=fields.identifiers("targeting_rules", ()),
        routing_rules=fields.identifiers("routing_rules", ()),
        priority=fields.integer("priority", 0, minimum=-1000, maximum=1000),
    )


def read_texts(
    fields: Fields,
    name: str,
    languages: Sequence[str],
    needed: bool,
    maximum: int,
    *,
    is_line: bool = False,
    variables: Sequence[str] = VARIABLES,
) -> Texts:
    """A flow's text per language; one that is not `needed` yet may be missing."""
    value = fields.raw(name, None)
    if value is None or value == "":
        if needed:
            raise Invalid(fields.at(name), "is required while the flow is active")
        return {}
    place = fields.at(name)
    return texts(value, place, languages, maximum=maximum, is_line=is_line, variables=variables)


def _names(rules: tuple[str, ...], rule: str | None) -> bool:
    return not rules or rule in rules
