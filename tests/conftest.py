"""What do all tests share: one packaged stack, a place on the cores, patience with the machine."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tests.stack.live import Live

# No property may fail because the machine is busy.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With several workers one of them has the stack; the largest groups begin first."""
    if not hasattr(config, "workerinput"):
        return
    for item in items:
        if group := _group(item):
            item.add_marker(pytest.mark.xdist_group(group))


def _group(item: pytest.Item) -> str:
    """Which tests one worker runs one after the other: those of the stack, or the simulator's."""
    if item.get_closest_marker("stack") or "live" in getattr(item, "fixturenames", ()):
        return "stack"
    return "sim" if item.path.parent.name == "sim" else ""


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Live]":
    """A stack on a free port, with its own state and shortened waits, for as long as tests run."""
    # Only who asks for it pays for what it needs.
    from tests.stack.live import WAIT_SCALE, running

    with running(tmp_path_factory.mktemp("live"), WAIT_SCALE) as live:
        yield live
