"""Who has a free slot in a group that is too large to be looked at as a whole?

A large group has free lists, one for each language, with a row for each agent who could take one
more conversation. Rows are hints: whom they name is looked at before being chosen, and the claim
decides.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from chalicelib.model.agent import AgentState


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Whom to consider of one group: all who are named, or a sample from its free lists.

    `lists` are tried in order for each conversation in question, until one names somebody; `seed`
    chooses the sample.
    """

    members: tuple[str, ...] = ()
    lists: tuple[tuple[str, ...], ...] = ()
    seed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class FreeList:
    """One list of free agents: of one group, for one language."""

    site: str
    group: str
    language: str

    def __str__(self) -> str:
        return f"{self.site}#{self.group}#{self.language}"


class FreeAgents(Protocol):
    def relist(self, state: AgentState, wanted: Collection[FreeList]) -> bool:
        """Let an agent stand on these lists and on no others, if they still are in this state."""
