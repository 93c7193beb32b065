"""How often may something happen, when many ask at once, and when is there room again?"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest

from chalicelib.errors import Conflict, RateLimited
from chalicelib.services.ports.limits import Quota
from chalicelib.store import limits as stored
from chalicelib.store.limits import StoredLimits, spend
from chalicelib.store.operations import Absent, Key, Put
from tests.aws import lost_answer

THREADS = 8
FIVE = Quota(name="files of c1", most=5, seconds=60)


@pytest.fixture
def limits(table, now):
    return StoredLimits(table, now)


def test_as_many_as_there_may_be_and_no_more(limits, now):
    for _ in range(5):
        limits.spend(FIVE)
    now.seconds = 1_010.0
    with pytest.raises(RateLimited) as refusal:
        limits.spend(FIVE)
    # The minute ends at 1,020.
    assert (refusal.value.code, refusal.value.retry_after) == ("rate_limited", 10)
    limits.spend(Quota(name="files of c2", most=5, seconds=60))
    now.seconds = 1_020.0
    limits.spend(FIVE)


def test_of_many_at_once_exactly_so_many_get_through(limits):
    barrier = Barrier(THREADS)

    def contend(_number):
        barrier.wait()
        try:
            limits.spend(FIVE)
        except RateLimited:
            return 0
        return 1

    with ThreadPoolExecutor(THREADS) as pool:
        assert sum(pool.map(contend, range(THREADS))) == 5


def test_an_answer_that_is_lost_counts_once(on_moto, now):
    table, wire = on_moto
    limits = StoredLimits(table, now)
    wire.plan(lost_answer)
    for _ in range(5):
        limits.spend(FIVE)
    with pytest.raises(RateLimited):
        limits.spend(FIVE)


def test_what_is_counted_in_another_write_is_counted_only_if_that_is_done(table, now):
    at = datetime.fromtimestamp(now(), UTC)
    key = Key("SITE#bank", "ONE")

    def begin(*quotas):
        spend(table, [(Put(key, {}, when=Absent()), "taken")], quotas, at)

    begin(FIVE)
    one = Quota(name="one", most=1, seconds=60)
    for _ in range(9):
        with pytest.raises(Conflict) as refusal:
            begin(FIVE, one)
        assert refusal.value.code == "taken", "what was done before is told first"
    StoredLimits(table, now).spend(one)
    key = Key("SITE#bank", "TWO")
    with pytest.raises(RateLimited):
        begin(FIVE, one)
    assert table.get(key) is None


def test_a_process_remembers_what_it_was_asked_lately_and_not_for_ever(limits, now):
    assert limits.is_new("typing a", 2)
    assert not limits.is_new("typing a", 2)
    assert limits.is_new("typing b", 2)
    now.seconds += 2
    assert limits.is_new("typing a", 2)
    for number in range(stored.MOST_REMEMBERED):
        limits.is_new(f"typing {number}", 2)
    assert limits.is_new("typing b", 2)
