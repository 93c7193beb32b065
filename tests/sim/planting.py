"""How is a bug planted, for as long as it is hunted?

A mutant names the invariant that has to find it, and while it is hunted only that one is judged:
so every oracle is seen to work by itself.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.store.labels import Labelled
from chalicelib.store.operations import Missing, all_of

# What always holds.
NO_CONDITION = Missing("nothing")
Swap = tuple[Any, str, Any]


@dataclass(frozen=True)
class Mutant:
    """A bug in one sentence, the invariant that finds it, and what is put in whose place."""

    name: str
    invariant: str
    swaps: tuple[Swap, ...]


def mutant(name: str, invariant: str, *swaps: Swap) -> Mutant:
    return Mutant(name, invariant, swaps)


@contextmanager
def planted(mutant: Mutant) -> Iterator[None]:
    """The code with this bug in it, for as long as the block runs."""
    before = [(owner, name, vars(owner)[name]) for owner, name, _bug in mutant.swaps]
    for owner, name, bug in mutant.swaps:
        setattr(owner, name, bug)
    try:
        yield
    finally:
        for owner, name, original in before:
            setattr(owner, name, original)


def without(make: Callable[..., list[Labelled]], *, unless: Callable[[Any], bool]) -> Any:
    """The same writes, with only those of their conditions for which `unless` holds."""

    def made(*given: Any, **named: Any) -> list[Labelled]:
        return [(_kept(operation, unless), label) for operation, label in make(*given, **named)]

    return made


def lacking(make: Callable[..., list[Labelled]], dropped: Callable[[Any, str], bool]) -> Any:
    """The same writes, but for those that are dropped."""

    def made(*given: Any, **named: Any) -> list[Labelled]:
        return [each for each in make(*given, **named) if not dropped(*each)]

    return made


def on(path: object) -> Callable[[Any], bool]:
    """Whether a condition is about something else than this attribute."""
    return lambda condition: getattr(condition, "path", None) != path


def _kept(operation: Any, unless: Callable[[Any], bool]) -> Any:
    return replace(operation, when=tuple(filter(unless, all_of(operation.when))))
