"""How is it counted what a branch gave to each group, without an item that every start writes?

Eight items a day, chosen by the conversation's digest; whoever decides reads all of them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta

from chalicelib.services.ports.shares import Shares
from chalicelib.store import keys
from chalicelib.store.operations import Item, Key, Operation, Update

GIVEN = "given_"
# A day is over everywhere two days after it began in Greenwich.
KEPT = timedelta(days=3)


def shares_keys(shares: Shares) -> list[Key]:
    """The items of a branch's day."""
    return [_key(shares, shard) for shard in range(keys.SHARE_SHARDS)]


def one_given(shares: Shares, conversation: str, group: str) -> Operation:
    """One more conversation was given to a group."""
    begins = datetime.combine(shares.day, time(), UTC)
    return Update(
        _key(shares, keys.shard(conversation, keys.SHARE_SHARDS)),
        set={"expires_at": int((begins + KEPT).timestamp())},
        add={f"{GIVEN}{group}": 1},
    )


def served(items: Iterable[Item]) -> Mapping[str, int]:
    """How many each group was given, by all the items of a day."""
    total: Counter[str] = Counter()
    for item in items:
        for name, times in item.items():
            if name.startswith(GIVEN):
                total[name.removeprefix(GIVEN)] += times
    return total


def _key(shares: Shares, shard: int) -> Key:
    day = shares.day.isoformat()
    return keys.shares(shares.site, shares.routing_rule, shares.branch, day, shard)
