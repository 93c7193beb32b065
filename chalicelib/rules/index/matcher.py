"""How is a text that was never met asked for its rows?"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, Final

# More starts than this are quicker found in sorted order.
FEW_STARTS: Final = 4


class Matcher:
    """Finds the rows of what a text equals, starts with and contains, and `base` besides."""

    __slots__ = (
        *("_base", "_equal", "_has_parts", "_pieces"),
        *("_few", "_keys", "_shorter", "_starting"),
    )

    def __init__(
        self,
        base: int,
        equal: dict[Any, int],
        starts: dict[str, int],
        pieces: Sequence[tuple[str, int]],
    ) -> None:
        self._base = base
        self._equal = {key: base | rows for key, rows in equal.items()}
        few = len(starts) <= FEW_STARTS
        self._few = [*starts.items()] if few else []
        self._keys, self._shorter, self._starting = _in_order({} if few else starts)
        self._pieces = [*pieces]
        self._has_parts = bool(starts) or bool(pieces)

    def rows(self, value: Any) -> int:
        """The rows of a text, or of yes or no, which neither start with anything nor contain it."""
        rows = self._equal.get(value, self._base)
        return rows | self._parts(value) if self._has_parts else rows

    def _parts(self, text: str) -> int:
        rows = 0
        for start, started in self._few:
            # Whether a key is in the text at all is by far the quicker question.
            if start in text and text.startswith(start):
                rows |= started
        if self._keys:
            rows |= self._sorted(text)
        for piece, found in self._pieces:
            if piece in text:
                rows |= found
        return rows

    def _sorted(self, text: str) -> int:
        place = bisect_right(self._keys, text)
        while place:
            key = self._keys[place - 1]
            if key in text and text.startswith(key):
                return self._starting[place]
            place = self._shorter[place]
        return 0


def _in_order(lookup: dict[str, int]) -> tuple[list[str], list[int], list[int]]:
    """What comes of the keys that a text starts with, by place: the first is 1, and 0 is none.

    In sorted order the last key not behind the text starts with every key that the text starts
    with, so they are all found on the way from it to ever shorter ones.
    """
    keys = sorted(lookup)
    shorter, starting = [0], [0]
    for place, key in enumerate(keys):
        before = place
        while before and not key.startswith(keys[before - 1]):
            before = shorter[before]
        shorter.append(before)
        starting.append(lookup[key] | starting[before])
    return keys, shorter, starting
