"""Who is in each group of a site, worked out once for many questions?

Small groups are looked at as a whole. In a large one a conversation is offered to a sample of those
who are free, found by the language they speak; `ANY_LANGUAGE` holds those who named none and
answer in every one, `NO_LANGUAGE` all the others, for a conversation that has none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from chalicelib.model.agent import User
from chalicelib.routing.group import Group, members
from chalicelib.routing.languages import primary

# As many as one request of the table reads.
LARGEST_EXACT: Final = 100
ANY_LANGUAGE: Final = "*"
NO_LANGUAGE: Final = "-"


@dataclass(frozen=True)
class Team:
    """The members of one group, by id."""

    members: Mapping[str, User]

    @property
    def is_large(self) -> bool:
        return len(self.members) > LARGEST_EXACT

    @cached_property
    def shelves(self) -> frozenset[str]:
        """Every shelf on which some member can stand."""
        return frozenset(shelf for user in self.members.values() for shelf in shelves_of(user))

    def shelves_for(self, language: str | None) -> tuple[str, ...]:
        """Where to look for somebody who can answer: those who named the language come first."""
        named = primary(language) if language else NO_LANGUAGE
        return tuple(shelf for shelf in (named, ANY_LANGUAGE) if shelf in self.shelves)


def shelves_of(user: User) -> tuple[str, ...]:
    """The shelves on which an agent who is free stands, in each of their groups."""
    if not user.languages:
        return (ANY_LANGUAGE,)
    return tuple(sorted({NO_LANGUAGE, *map(primary, user.languages)}))


def teams(groups: Iterable[Group], users: Mapping[str, User], site: str) -> Mapping[str, Team]:
    """The team of each group."""
    return {
        group.id: Team({user.id: user for user in members(group, users.values(), site)})
        for group in groups
    }
