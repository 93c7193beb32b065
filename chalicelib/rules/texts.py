"""When are two texts the same, and how is a wildcard pattern matched without ever being slow?

Texts compare without case and without regard to how a character is coded (NFKC), so that a no-break
space is a space and a full-width letter is the letter: authors type what they see.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize


def fold(text: str) -> str:
    """The text as it is compared; folding twice changes nothing."""
    return text.lower() if text.isascii() else _fold(text)


@lru_cache(maxsize=1024)
def _fold(text: str) -> str:
    folded = normalize("NFKC", normalize("NFD", text).casefold())
    return normalize("NFKC", folded.casefold())


def wildcard(pattern: str) -> Callable[[str], bool]:
    """A test for `*` (any run of characters) and `?` (any one): no choice is ever taken back.

    Between two stars the first place where a piece fits is the best one, so a text is read once.
    """
    first, *rest = (_Piece.of(part) for part in pattern.split("*"))
    if not rest:
        return lambda text: len(text) == first.length and first.fits(text, 0)
    *middle, last = (piece for piece in rest)
    return lambda text: _matches(text, first, middle, last)


def _matches(text: str, first: "_Piece", middle: list["_Piece"], last: "_Piece") -> bool:
    end = len(text) - last.length
    at = first.length
    if end < at or not first.fits(text, 0) or not last.fits(text, end):
        return False
    for piece in middle:
        found = piece.find(text, at, end)
        if found is None:
            return False
        at = found + piece.length
    return True


@dataclass(frozen=True, slots=True)
class _Piece:
    """What stands between two stars: literals at fixed distances, `?` in the gaps."""

    length: int
    literals: tuple[tuple[int, str], ...]

    @staticmethod
    def of(part: str) -> "_Piece":
        literals = []
        at = 0
        for literal in part.split("?"):
            if literal:
                literals.append((at, literal))
            at += len(literal) + 1
        return _Piece(len(part), tuple(literals))

    def fits(self, text: str, at: int) -> bool:
        return all(text.startswith(literal, at + offset) for offset, literal in self.literals)

    def find(self, text: str, start: int, end: int) -> int | None:
        """The first place in `text[start:end]` where the piece fits whole."""
        if end - start < self.length:
            return None
        match self.literals:
            case [(offset, literal)]:
                last_end = end - self.length + offset + len(literal)
                found = text.find(literal, start + offset, last_end)
                return found - offset if found >= 0 else None
            case _:
                return self._find_all_at_once(text, start, end)

    def _find_all_at_once(self, text: str, start: int, end: int) -> int | None:
        """Bit n of `places` stands for place n, so that every place is tried in one go."""
        places = (1 << (end - self.length + 1)) - 1
        for offset, literal in self.literals:
            for distance, character in enumerate(literal, offset):
                places &= _places(text, character) >> distance
        places >>= start
        return start + (places & -places).bit_length() - 1 if places else None


@lru_cache(maxsize=1024)
def _places(text: str, character: str) -> int:
    """Where a character stands in a text, as the bits of a number."""
    return int("".join("1" if each == character else "0" for each in reversed(text)) or "0", 2)
