"""How is a text that was never met asked for its rows without going round in loops?

By a function written for as many questions as there are. Its source depends on their number alone:
what authors wrote is only ever a value in it.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import lru_cache
from types import CodeType
from typing import Any, Final, TypeAlias

Matcher: TypeAlias = Callable[[Any], int]

# More starts than this are quicker found in sorted order.
FEW_STARTS: Final = 4
# Pieces behind these are searched for in a loop, so that the source stays short.
MOST_PIECES: Final = 16

_SORTED: Final = """
    place = bisect_right(keys, text)
    while place:
        key = keys[place - 1]
        if key in text and text.startswith(key):
            rows |= starting[place]
            break
        place = shorter[place]"""
# Whether a key is in the text at all is by far the quicker question.
_START: Final = """
    if start_{0} in text and text.startswith(start_{0}):
        rows |= started_{0}"""
_PIECE: Final = """
    if piece_{0} in text:
        rows |= found_{0}"""
_LOOP: Final = """
    for piece, found in others:
        if piece in text:
            rows |= found"""


def matcher(
    base: int, equal: dict[Any, int], starts: dict[str, int], pieces: Sequence[tuple[str, int]]
) -> Matcher:
    """Finds the rows of what a text equals, starts with and contains, and `base` besides."""
    rows_of = {key: base | rows for key, rows in equal.items()}.get
    if not starts and not pieces:
        return lambda value: rows_of(value, base)
    names: dict[str, Any] = {"rows_of": rows_of, "base": base, "bisect_right": bisect_right}
    names["keys"], names["shorter"], names["starting"] = _in_order(starts)
    for number, (start, rows) in enumerate([*starts.items()][:FEW_STARTS]):
        names[f"start_{number}"], names[f"started_{number}"] = start, rows
    for number, (piece, rows) in enumerate(pieces[:MOST_PIECES]):
        names[f"piece_{number}"], names[f"found_{number}"] = piece, rows
    names["others"] = pieces[MOST_PIECES:]
    exec(_code(min(len(starts), FEW_STARTS + 1), min(len(pieces), MOST_PIECES + 1)), names)
    match: Matcher = names["match"]
    return match


@lru_cache(maxsize=(FEW_STARTS + 2) * (MOST_PIECES + 2))
def _code(starts: int, pieces: int) -> CodeType:
    """Of the function for so many starts and pieces; one more than few stands for any number."""
    few = "".join(_START.format(number) for number in range(starts))
    found = "".join(_PIECE.format(number) for number in range(min(pieces, MOST_PIECES)))
    source = (
        "def match(text):\n    rows = rows_of(text, base)"
        + (_SORTED if starts > FEW_STARTS else few)
        + found
        + (_LOOP if pieces > MOST_PIECES else "")
        + "\n    return rows"
    )
    return compile(source, __name__, "exec")


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
