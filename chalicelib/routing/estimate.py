"""How long will somebody wait, going by how long others waited for their first answer?

Times are kept in buckets, each a tenth wider than the one before, so a month of an hour is a few
numbers, and what comes out is within a twentieth of the true median.
"""

import math
from collections.abc import Mapping
from itertools import accumulate
from typing import Final

WIDTH: Final = 1.1
# With fewer, one slow morning would speak for a month.
ENOUGH: Final = 20


def bucket_of(seconds: float) -> int:
    """The bucket of a time; all below a second are in the first."""
    return max(0, math.floor(math.log(max(seconds, 1.0), WIDTH) + 1e-9))


def estimate(counts: Mapping[int, int]) -> int | None:
    """The median in whole seconds, of how many fell into each bucket; None of too few."""
    total = sum(counts.values())
    if total < ENOUGH:
        return None
    buckets = sorted(counts)
    reached = accumulate(counts[each] for each in buckets)
    middle = next(
        bucket for bucket, so_far in zip(buckets, reached, strict=True) if 2 * so_far >= total
    )
    return round(math.pow(WIDTH, middle + 0.5))
