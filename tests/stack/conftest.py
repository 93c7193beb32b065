"""What happens around every story on the packaged stack?"""

from collections.abc import Iterator

import pytest

from tests.stack.live import Live
from tests.stack.sites import Place, Pool


@pytest.fixture(scope="session")
def pool(live: Live) -> Pool:
    return Pool(live)


@pytest.fixture
def place(pool: Pool) -> Place:
    """A site of the story's own: two agents with one slot each, and nobody there yet."""
    return pool.take()


@pytest.fixture(autouse=True)
def hangs_up(live: Live) -> Iterator[None]:
    """No socket outlives its story."""
    yield
    live.hang_up()
