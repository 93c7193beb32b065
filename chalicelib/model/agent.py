"""Who answers, and can they take one more conversation now?

A `User` is the profile an admin keeps; an `AgentState` is what changes by the minute: the chosen
status, the presence lease, and the conversations held. Their versions are written together, so
that a claim can insist on the profile it was decided on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.model.reading import Fields


class Role(StrEnum):
    ADMIN = "admin"
    MANAGER = "manager"
    AGENT = "agent"


class Status(StrEnum):
    AVAILABLE = "available"
    AWAY = "away"
    OFFLINE = "offline"


DEFAULT_SLOTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One member of the staff."""

    id: str
    email: str
    role: Role
    first_name: str = ""
    last_name: str = ""
    display_name: str = ""
    avatar: str = ""
    languages: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    trade: str = ""
    region: str = ""
    team: str = ""
    slots: int = DEFAULT_SLOTS
    priority: int = 0
    sites: tuple[str, ...] = ()
    active: bool = True
    version: int = 1
    created_at: datetime
    updated_at: datetime

    def works_on(self, site: str) -> bool:
        """Admins work on every site, others on those they are given."""
        return self.role is Role.ADMIN or site in self.sites

    @property
    def administers(self) -> bool:
        return self.active and self.role is Role.ADMIN

    @property
    def shown_name(self) -> str:
        """What a visitor sees."""
        return self.display_name or self.first_name or "Agent"


def parse_profile(fields: Fields) -> dict[str, object]:
    """The writable fields of a user, as keyword arguments; every one of them optional but two."""
    return {
        "role": fields.word("role", Role),
        "first_name": fields.name("first_name", "", maximum=100),
        "last_name": fields.name("last_name", "", maximum=100),
        "display_name": fields.name("display_name", "", maximum=100),
        "avatar": fields.text("avatar", "", maximum=500),
        "languages": fields.names("languages", ()),
        "skills": fields.names("skills", ()),
        "trade": fields.name("trade", "", maximum=100),
        "region": fields.name("region", "", maximum=100),
        "team": fields.name("team", "", maximum=100),
        "slots": fields.integer("slots", DEFAULT_SLOTS, minimum=0, maximum=100),
        "priority": fields.integer("priority", 0, minimum=-1000, maximum=1000),
        "sites": fields.identifiers("sites", ()),
        "active": fields.flag("active", True),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """An agent's page says that it is there; `status` is None when nothing was chosen."""

    status: Status | None
    connection: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentState:
    """What an agent is doing now.

    `active` maps each conversation held to its site; `listed` names the lists of free agents that
    the agent stands on. `acted_at` is when they last did something by hand: chose a status, took,
    gave back or closed a conversation. A page that merely renews its lease does nothing by hand.
    """

    agent: str
    status: Status = Status.OFFLINE
    lease_expires_at: datetime | None = None
    slots: int = DEFAULT_SLOTS
    profile_version: int = 0
    active: Mapping[str, str] = field(default_factory=dict)
    last_assigned_at: datetime | None = None
    listed: tuple[str, ...] = ()
    acted_at: datetime | None = None

    @property
    def free_slots(self) -> int:
        return max(0, self.slots - len(self.active))

    def is_present(self, now: datetime) -> bool:
        """Whether the staff page renewed its lease lately."""
        return self.lease_expires_at is not None and now < self.lease_expires_at

    def is_available(self, now: datetime) -> bool:
        """Whether new conversations may come: chosen so, and still there."""
        return self.status is Status.AVAILABLE and self.is_present(now)

    def shown_status(self, now: datetime) -> str:
        """The status people see: busy is derived, and an expired lease is offline."""
        if not self.is_present(now):
            return Status.OFFLINE.value
        if self.status is Status.AVAILABLE and self.free_slots == 0:
            return "busy"
        return self.status.value
