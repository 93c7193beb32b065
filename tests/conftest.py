"""What do stories on the packaged stack share: the one stack, started once."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from tests.stack.live import Live

# A machine that is busy with something else is no fault of an example's.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Live]":
    """A stack on a free port, with its own state and shortened waits, for as long as tests run."""
    # Only who asks for it pays for what it needs.
    from tests.stack.live import WAIT_SCALE, running

    with running(tmp_path_factory.mktemp("live"), WAIT_SCALE) as live:
        yield live
