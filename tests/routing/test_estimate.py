"""The estimate beside the exact median."""

from collections import Counter
from random import Random
from statistics import median_low

import pytest

from chalicelib.routing.estimate import ENOUGH, WIDTH, bucket_of, estimate


def counted(times):
    return Counter(map(bucket_of, times))


def test_too_few_times_say_nothing():
    assert estimate({}) is None
    assert estimate(counted([60] * (ENOUGH - 1))) is None
    assert estimate(counted([60] * ENOUGH)) is not None


@pytest.mark.parametrize("seed", range(50))
def test_it_is_within_a_twentieth_of_the_exact_median(seed):
    chance = Random(seed)
    shape = chance.choice(
        [
            lambda: chance.lognormvariate(chance.choice([3, 5]), 1.2),
            lambda: chance.uniform(5, 900),
            lambda: chance.choice([12, 600, 7_200]),
            lambda: chance.expovariate(1 / 45),
        ]
    )
    times = [max(1.0, shape()) for _each in range(chance.randrange(ENOUGH, 400))]
    exact = median_low(times)
    # Half a second more: the answer is in whole seconds.
    assert abs(estimate(counted(times)) - exact) <= 0.05 * exact + 0.5


@pytest.mark.parametrize("seconds", [0, 0.4, 1, 1.1, 10, 59.9, 60, 3_600, 86_400, 2_419_200])
def test_a_bucket_is_a_tenth_wide_and_holds_its_times(seconds):
    bucket = bucket_of(seconds)
    assert WIDTH**bucket <= max(1.0, seconds) + 1e-6
    assert max(1.0, seconds) < WIDTH ** (bucket + 1)


def test_a_month_of_an_hour_is_a_few_numbers():
    assert bucket_of(28 * 86_400) < 160


def test_of_two_halves_the_lower_one_speaks():
    assert estimate(counted([10] * 10 + [1_000] * 10)) == pytest.approx(10, rel=0.06)
