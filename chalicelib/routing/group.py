"""Who belongs to a routing group, and how does it work?

`skills` asks for all that it names. `languages` and `regions` ask for one of those they name, as a
person has one region and a team may be made of people of several languages. Texts compare
without case.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.model import hours
from chalicelib.model.agent import Role, User
from chalicelib.model.hours import Hours
from chalicelib.model.reading import Fields
from chalicelib.routing import languages
from chalicelib.routing.elect import Strategy

LONGEST_QUEUE: Final = 10_000
DEFAULT_ANSWER_TIMEOUT: Final = 120
LONGEST_ANSWER_TIMEOUT: Final = 3_600


class Away(StrEnum):
    """What becomes of a conversation whose agent chooses to be away: theirs, or the queue's."""

    KEEP = "keep"
    RETURN = "return"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """What a user must be to belong; what is not named does not matter."""

    role: Role | None = None
    team: str = ""
    trade: str = ""
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self == Criteria()

    def match(self, user: User) -> bool:
        """Whether the user is all that is asked; empty criteria choose nobody."""
        return not self.is_empty and all(
            (
                self.role in (None, user.role),
                _same(self.team, user.team),
                _same(self.trade, user.trade),
                _folded(self.skills) <= _folded(user.skills),
                not self.regions or user.region.casefold() in _folded(self.regions),
                not self.languages or _any_spoken(self.languages, user),
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A team with a queue; `queue_limit` 0 is synchronous, `answer_timeout_seconds` 0 is off."""

    id: str
    name: str
    criteria: Criteria = Criteria()
    members: tuple[str, ...] = ()
    queue_limit: int
    hours: Hours | None = None
    strategy: Strategy = Strategy.LONGEST_IDLE
    answer_timeout_seconds: int = DEFAULT_ANSWER_TIMEOUT
    away: Away = Away.KEEP

    @property
    def is_synchronous(self) -> bool:
        return self.queue_limit == 0


def parse(document: object, path: str = "group") -> Group:
    """A group as an admin wrote it, or `Invalid`."""
    fields = Fields(document, path)
    group = Group(
        id=fields.identifier(),
        name=fields.name(),
        criteria=_criteria(fields.object("criteria", {})),
        members=fields.identifiers("members", ()),
        queue_limit=fields.integer("queue_limit", maximum=LONGEST_QUEUE),
        hours=_hours(fields),
        strategy=fields.word("strategy", Strategy, Strategy.LONGEST_IDLE),
        answer_timeout_seconds=fields.integer(
            "answer_timeout_seconds", DEFAULT_ANSWER_TIMEOUT, maximum=LONGEST_ANSWER_TIMEOUT
        ),
        away=fields.word("away", Away, Away.KEEP),
    )
    fields.done()
    return group


def members(group: Group, users: Iterable[User], site: str) -> tuple[User, ...]:
    """The active users of the site who match the criteria or are named, by id."""
    able = (user for user in users if user.active and user.works_on(site))
    chosen = (user for user in able if user.id in group.members or group.criteria.match(user))
    return tuple(sorted(chosen, key=lambda user: user.id))


def open_groups(
    groups: Iterable[Group], site_hours: Hours, now: datetime, zone: ZoneInfo
) -> frozenset[str]:
    """The groups that are open now, by their own hours or else by the site's."""
    return frozenset(group.id for group in groups if (group.hours or site_hours).is_open(now, zone))


def _criteria(fields: Fields) -> Criteria:
    criteria = Criteria(
        role=fields.word("role", Role, None),
        team=fields.name("team", "", maximum=100),
        trade=fields.name("trade", "", maximum=100),
        skills=fields.names("skills", ()),
        languages=fields.names("languages", ()),
        regions=fields.names("regions", ()),
    )
    languages.check(criteria.languages, fields.at("languages"))
    fields.done()
    return criteria


def _hours(fields: Fields) -> Hours | None:
    document = fields.raw("hours", None)
    return None if document is None else hours.parse(document, fields.at("hours"))


def _same(asked: str, given: str) -> bool:
    return not asked or asked.casefold() == given.casefold()


def _folded(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(text.casefold() for text in texts)


def _any_spoken(asked: Iterable[str], user: User) -> bool:
    return any(languages.speaks(user.languages, language) for language in asked)
