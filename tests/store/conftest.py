"""Which tables must answer alike? The one in memory and DynamoDB, as moto plays it.

With `DYNAMODB_ENDPOINT` set, another DynamoDB is asked as well: Amazon's DynamoDB Local passes all.
"""

import os
import uuid
from collections.abc import Iterator

import pytest

from chalicelib.store.memory import MemoryTable
from chalicelib.store.operations import Table
from tests.aws import Wire, create_table, dynamo_table, dynamodb_at, moto_table

ENDPOINT = os.environ.get("DYNAMODB_ENDPOINT")
KINDS = ["memory", "moto", *(["endpoint"] if ENDPOINT else [])]

# Where moto 5.2 decides otherwise than DynamoDB does; a case that it learns fails here.
MOTO_DIFFERS = (
    "Equals(path='nothing', value=None)",
    "Equals(path='name', value=None)",
    "Equals(path='one', value=True)",
    "Equals(path='online', value=1)",
    "Less(path='name', value=5)",
    "Less(path='online', value=5)",
    "SizeBelow(path='nothing', limit=2)",
    "SizeBelow(path='active', limit='name')",
    "SizeBelow(path='active', limit=5)",
    "set={('name', 'c1'): 1}",
)


class Now:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture(params=KINDS)
def table(request: pytest.FixtureRequest, now: Now) -> Iterator[Table]:
    """The same contract, once for each kind of table."""
    match request.param:
        case "memory":
            yield MemoryTable(now)
        case "moto":
            if any(each in request.node.name for each in MOTO_DIFFERS):
                request.applymarker(pytest.mark.xfail(reason="moto differs", strict=True))
            with moto_table(now) as (table, _):
                yield table
        case "endpoint":
            assert ENDPOINT is not None
            dynamodb, name = dynamodb_at(ENDPOINT), f"test-{uuid.uuid4().hex}"
            create_table(dynamodb, name)
            yield dynamo_table(dynamodb, now, name)


@pytest.fixture
def on_moto(now: Now) -> Iterator[tuple[Table, Wire]]:
    """A table on moto and the wire to it."""
    with moto_table(now) as pair:
        yield pair
