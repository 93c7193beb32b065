"""What do stories on the packaged stack share: the one stack, started once."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.stack.live import Live


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Live]":
    """A stack on a free port, with its own state and shortened waits, for as long as tests run."""
    # Only who asks for it pays for what it needs.
    from local import stack
    from tests.stack.live import WAIT_SCALE, Live

    state = tmp_path_factory.mktemp("live")
    made = stack.start(stack.free_port(), state, str(WAIT_SCALE))
    yield Live(made)
    # Nobody comes back to this one: it need not save what it holds.
    made.emulator.process.kill()
    made.emulator.process.wait()
    stack.stop(made)
