"""During which days do a campaign's rules work?"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from chalicelib.errors import Invalid
from chalicelib.model.reading import Fields, shown

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class CampaignStatus(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """`starts_on` and `ends_on` are its first and last day, in the site's time zone."""

    id: str
    name: str
    status: CampaignStatus
    starts_on: date | None
    ends_on: date | None

    def runs_on(self, day: date) -> bool:
        """Whether its rules work on that day of the site."""
        if self.status is not CampaignStatus.ACTIVE:
            return False
        begun = self.starts_on is None or self.starts_on <= day
        return begun and (self.ends_on is None or day <= self.ends_on)


def parse(document: object, path: str) -> Campaign:
    """One campaign, or `Invalid`."""
    fields = Fields(document, path)
    campaign = Campaign(
        id=fields.identifier(),
        name=fields.name(),
        status=fields.word("status", CampaignStatus, CampaignStatus.DRAFT),
        starts_on=_day(fields, "starts_on"),
        ends_on=_day(fields, "ends_on"),
    )
    fields.done()
    if campaign.starts_on and campaign.ends_on and campaign.ends_on < campaign.starts_on:
        raise Invalid(fields.at("ends_on"), f"comes before starts_on, {campaign.starts_on}")
    return campaign


def _day(fields: Fields, name: str) -> date | None:
    value = fields.raw(name, None)
    if value is None:
        return None
    problem = f"expected a day such as 2026-12-24, got {shown(value)}"
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise Invalid(fields.at(name), problem)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Invalid(fields.at(name), problem) from None
