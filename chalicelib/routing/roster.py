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
    def lists(self) -> frozenset[str]:
        """Every free list on which some member can stand."""
        return frozenset(name for user in self.members.values() for name in lists_of(user))

    def lists_for(self, language: str | None) -> tuple[str, ...]:
        """Where to look for somebody who can answer: those who named the language come first."""
        named = primary(language) if language else NO_LANGUAGE
        return tuple(name for name in (named, ANY_LANGUAGE) if name in self.lists)


def lists_of(user: User) -> tuple[str, ...]:
    """The free lists on which an agent with a free slot stands, in each of their groups."""
    if not user.languages:
        return (ANY_LANGUAGE,)
    return tuple(sorted({NO_LANGUAGE, *map(primary, user.languages)}))


def teams(groups: Iterable[Group], users: Mapping[str, User], site: str) -> Mapping[str, Team]:
    """The team of each group."""
    return {
        group.id: Team({user.id: user for user in members(group, users.values(), site)})
        for group in groups
    }
