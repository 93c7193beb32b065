"""What do tests of the adapters share: what is written down, whoever else uses the loggers."""

import logging
from collections.abc import Iterator

import pytest

from chalicelib.outbound.journal import MODULES


@pytest.fixture
def written(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """The lines of our modules: Chalice, once it is imported, lets only errors through."""
    loggers = [logging.getLogger(name) for name in MODULES]
    before = [(each, each.level, each.propagate, each.handlers) for each in loggers]
    for each in loggers:
        each.setLevel(logging.WARNING)
        each.propagate, each.handlers = False, [caplog.handler]
    yield caplog
    for each, level, propagate, handlers in before:
        each.setLevel(level)
        each.propagate, each.handlers = propagate, handlers
