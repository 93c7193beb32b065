"""Is there any sequence of writes after which the table in memory and DynamoDB differ?

Hypothesis looks for one: after every write, the answer and all that can be read must be the same.
Against moto the words stay within what moto decides as DynamoDB does; another endpoint gets all.
"""

import os
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.store.attributes import decode, encode
from chalicelib.store.memory import MemoryTable
from chalicelib.store.operations import (
    Absent,
    AnyOf,
    AtMost,
    Check,
    Delete,
    Equals,
    Greater,
    Has,
    Key,
    Less,
    Missing,
    NotEquals,
    Present,
    Put,
    SizeBelow,
    Update,
    WriteConflict,
)
from tests.aws import create_table, dynamo_table, dynamodb_at, moto_table

ENDPOINT = os.environ.get("DYNAMODB_ENDPOINT")
KEYS = [Key("P", "A"), Key("P", "B"), Key("Q", "A")]
numbers = st.integers(-3, 3) | st.sampled_from([0.5, 10**20, -0.1])
texts = st.sampled_from(["", "a", "b", "é"])
member = st.sampled_from(["c1", "c2"])
values = st.recursive(
    numbers | texts | st.booleans() | st.none() | st.binary(max_size=2),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(member, inner, max_size=2),
    max_leaves=3,
)
# Each name has one kind of value here, so that comparisons are never between two kinds.
KINDS = {
    "n": numbers,
    "limit": st.integers(0, 3),
    "t": texts,
    "expires_at": st.integers(998, 1_002),
    "m": st.dictionaries(member, numbers, max_size=2),
    "listing_sk": st.sampled_from(["x", "y"]),
    "listing_pk": st.just("L"),
}


def tame_items():
    return st.fixed_dictionaries(
        {"m": KINDS["m"]}, optional={name: kind for name, kind in KINDS.items() if name != "m"}
    )


def tame_conditions():
    compared = st.sampled_from(["n", "t", "limit", "expires_at"]).flatmap(
        lambda name: st.builds(
            lambda kind, value: kind(name, value),
            st.sampled_from([Equals, NotEquals, Less, AtMost, Greater]),
            KINDS[name],
        )
    )
    paths = st.sampled_from(["n", "t", "m", ("m", "c1"), "listing_pk"])
    return st.one_of(
        compared,
        st.builds(Missing, paths),
        st.builds(Has, paths),
        st.just(Present()),
        st.builds(Absent, st.none() | st.integers(999, 1_001)),
        st.builds(AnyOf, st.tuples(compared, st.builds(Has, paths))),
    )


def tame_updates():
    return st.builds(
        Update,
        st.sampled_from(KEYS),
        set=st.fixed_dictionaries({}, optional={"t": KINDS["t"], ("m", "c1"): numbers}),
        remove=st.sets(st.sampled_from([("m", "c2"), "listing_pk", "expires_at"])).map(tuple),
        add=st.fixed_dictionaries({}, optional={"n": st.integers(-2, 2)}),
        when=st.tuples(st.just(Has("m")), tame_conditions())
        | st.just((Has("m"), SizeBelow("m", 2))),
    )


def wild_items():
    places = {"listing_pk": st.just("L"), "listing_sk": st.sampled_from(["x", "y"])}
    names = dict.fromkeys(("n", "limit", "t", "m", "expires_at"), values)
    return st.fixed_dictionaries({}, optional={**names, **places})


def wild_conditions():
    paths = st.sampled_from(["n", "limit", "m", ("m", "c1"), ("m", "c1", "c2"), "expires_at"])
    ordered = numbers | texts | st.binary(max_size=2)
    leaves = st.one_of(
        st.builds(Equals, paths, values),
        st.builds(NotEquals, paths, values),
        st.builds(Less, paths, ordered),
        st.builds(AtMost, paths, ordered),
        st.builds(Greater, paths, ordered),
        st.builds(Missing, paths),
        st.builds(Has, paths),
        st.builds(SizeBelow, st.sampled_from(["m", ("m", "c1")]), st.integers(0, 3) | paths),
        st.just(Present()),
        st.builds(Absent, st.none() | st.integers(999, 1_001)),
    )
    groups = leaves | st.lists(leaves, min_size=1, max_size=2).map(tuple)
    return leaves | st.builds(AnyOf, st.lists(groups, min_size=1, max_size=3).map(tuple))


def wild_updates():
    paths = ["n", "t", "m", ("m", "c1"), ("m", "c2", "c1"), "listing_pk"]
    return st.builds(
        Update,
        st.sampled_from(KEYS),
        set=st.dictionaries(st.sampled_from(paths[:-1]), values, max_size=2),
        remove=st.sets(st.sampled_from(paths), max_size=2).map(tuple),
        add=st.dictionaries(st.sampled_from(paths[:-1]), st.integers(-2, 2), max_size=2),
        when=st.lists(wild_conditions(), max_size=1).map(tuple),
    )


def writes(items, conditions, updates):
    keys = st.sampled_from(KEYS)
    when = st.lists(conditions, max_size=2).map(tuple)
    operation = st.one_of(
        st.builds(Put, keys, items, when),
        updates,
        st.builds(Delete, keys, when),
        st.builds(Check, keys, conditions),
    )
    return st.lists(st.lists(operation, min_size=1, max_size=3), min_size=1, max_size=6)


def outcome(table, operations):
    try:
        table.write(*operations)
    except WriteConflict as conflict:
        return "conflict", conflict.index, conflict.existing
    except ValueError:
        return ("mistake",)
    return ("done",)


def everything(table):
    return {
        "many": table.get_many(KEYS),
        "P": table.query("P"),
        "Q": table.query("Q"),
        "listing": sorted(
            table.query("L", index="listing"), key=lambda item: (item["pk"], item["sk"])
        ),
        "reverse": table.query("P", reverse=True, limit=1),
    }


def assert_alike(sequence, other):
    memory = MemoryTable(lambda: 1_000.0)
    for operations in sequence:
        ours, theirs = outcome(memory, operations), outcome(other, operations)
        # Of a conflict and a mistake in one transaction, DynamoDB tells whichever it meets first.
        both = {ours[0], theirs[0]} == {"conflict", "mistake"}
        assert ours == theirs or (both and len(operations) > 1)
        assert everything(memory) == everything(other)


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(writes(tame_items(), tame_conditions(), tame_updates()))
def test_memory_and_moto_answer_alike(sequence):
    with moto_table(lambda: 1_000.0) as (table, _):
        assert_alike(sequence, table)


@pytest.mark.skipif(ENDPOINT is None, reason="DYNAMODB_ENDPOINT names no DynamoDB to ask")
@settings(max_examples=300, deadline=None, database=None)
@given(writes(wild_items(), wild_conditions(), wild_updates()))
def test_memory_and_the_endpoint_answer_alike(sequence):
    dynamodb, name = dynamodb_at(ENDPOINT), f"test-{uuid.uuid4().hex}"
    create_table(dynamodb, name)
    assert_alike(sequence, dynamo_table(dynamodb, lambda: 1_000.0, name))
    dynamodb.delete_table(TableName=name)


@given(values | st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: abs(x) < 9e125))
def test_what_is_encoded_is_decoded_to_the_same(value):
    if isinstance(value, float) and 0 < abs(value) < 1e-130:
        with pytest.raises(ValueError):
            encode(value)
    else:
        assert decode(encode(value)) == value
