"""What do tests share: patience with the machine, and the one packaged stack, started once."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tests.stack.live import Live

# No property may fail because the machine is busy.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Live]":
    """A stack on a free port, with its own state and shortened waits, for as long as tests run."""
    # Only who asks for it pays for what it needs.
    from tests.stack.live import WAIT_SCALE, running

    with running(tmp_path_factory.mktemp("live"), WAIT_SCALE) as live:
        yield live
