"""A world on DynamoDB's semantics: moto, with one lock around its requests."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any, TypeVar

import pytest

from chalicelib.errors import VestibuleError
from tests.aws import Wire, moto_table
from tests.world import World

Answer = TypeVar("Answer")


class Wired(World):
    """A world whose every request to the table can be counted, or made to fail.

    `pushes` says what was pushed to whom, and which requests had been made by then.
    """

    wire: Wire
    pushes: list[tuple[str, str, Counter[str]]]

    def push(self, connection: str, notice: Any, **more: Any) -> bool:
        self.pushes.append((connection, notice.type, Counter(self.wire.calls)))
        return super().push(connection, notice, **more)


@pytest.fixture
def dynamo() -> Iterator[Wired]:
    """A world with its table on moto."""
    with moto_table(lambda: world.epoch()) as (table, wire):
        world = Wired(table=table)
        world.wire, world.pushes = wire, []
        yield world


@pytest.fixture(params=["memory", "moto"])
def world(request: pytest.FixtureRequest) -> World:
    """The same race, on both kinds of table."""
    if request.param == "memory":
        return World()
    found: World = request.getfixturevalue("dynamo")
    return found


@contextmanager
def eager_threads() -> Iterator[None]:
    """Threads that take turns as often as the interpreter lets them."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


@pytest.fixture
def at_once() -> Callable[[Sequence[Callable[[], Answer]]], list[Answer]]:
    """Do all of it at the same moment; the answers in order, what was refused as its value."""

    def run(things: Sequence[Callable[[], Answer]]) -> list[Any]:
        barrier = Barrier(len(things))

        def start(thing: Callable[[], Answer]) -> Any:
            barrier.wait()
            try:
                return thing()
            except VestibuleError as error:
                return error

        with eager_threads(), ThreadPoolExecutor(len(things)) as pool:
            return list(pool.map(start, things))

    return run
