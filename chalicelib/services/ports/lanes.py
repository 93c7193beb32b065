"""What is asked of the table to find whom a conversation could go to?"""

from collections.abc import Mapping
from typing import Protocol

from chalicelib.services.ports.free_agents import Pool
from chalicelib.services.ports.placement import Lane, Look
from chalicelib.services.ports.shares import Shares


class Lanes(Protocol):
    def now(
        self,
        site: str,
        pools: Mapping[str, Pool],
        visitor: str | None = None,
        shares: Shares | None = None,
        *,
        heads: bool = True,
    ) -> Look:
        """Agents' states, queue lengths, a visitor's ledger and a branch's shares, in one read.

        Before it one read of each free list that is sampled, or two; after it, if `heads`, one of
        each queue beside which an agent has a free slot.
        """

    def lately(self, site: str, pools: Mapping[str, Pool]) -> Mapping[str, Lane]:
        """The same, as it was at most a second ago: enough to invite, never to assign."""
