"""What do the services ask of the place where files lie?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

# How long a form, or a link, is good for.
GOOD_FOR_SECONDS: Final = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What is said of a file before it is there; `by` is the side that brings it."""

    name: str
    type: str
    size: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Where a browser posts a file to, and with which fields, the file itself being the last."""

    url: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A file that is there, and its first bytes."""

    declared: Declared
    opening: bytes


class Files(Protocol):
    def form(self, key: str, declared: Declared) -> Form:
        """A form that takes this very file and no other, for `GOOD_FOR_SECONDS`; asks nobody."""

    def put(self, key: str, declared: Declared, content: bytes) -> None:
        """Lay a file there ourselves, as if a browser had posted it; not kept yet."""

    def look(self, key: str) -> Stored:
        """What lies under a key; NotFound when nothing does."""

    def keep(self, key: str) -> None:
        """Whatever is not kept within a day is thrown away."""

    def remove_all(self, prefix: str) -> None:
        """Throw away every file whose key begins so."""

    def link(self, key: str, *, name: str, in_place: bool) -> str:
        """Where anybody can read the file for `GOOD_FOR_SECONDS`; asks nobody.

        `in_place`: a browser shows it, rather than save it under its name.
        """
