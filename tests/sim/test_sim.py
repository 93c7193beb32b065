"""Does everything hold whatever happens at once, and would we see it if it did not?"""

import os
from functools import partial

import pytest

from tests.sim.mutants import MUTANTS
from tests.sim.run import caught, cores, fingerprint, share, summary, workers

# `SIM_SECONDS=5 pytest tests/sim` is enough while something else is being changed.
SECONDS = float(os.environ.get("SIM_SECONDS", "60"))


@pytest.fixture(scope="module")
def pool():
    with workers() as made:
        yield made


def test_every_planted_bug_is_caught_by_its_own_invariant(pool):
    taken = dict(zip(MUTANTS, pool.map(caught, MUTANTS), strict=True))
    assert [name for name, seeds in taken.items() if seeds is None] == []


def test_a_seed_comes_to_the_same_in_every_process():
    prints = []
    for _time in range(2):
        # Each has hashes of its own, so the order of no set may matter.
        with workers() as made:
            prints.append(made.submit(fingerprint, 3).result())
    assert prints[0] == prints[1]


def test_no_seed_violates_an_invariant(pool):
    played = list(pool.map(partial(share, cores=cores(), seconds=SECONDS), range(cores())))
    assert [each for part in played for each in part.violations] == [], summary(played, ())
    assert sum(each.steps for each in played) > 0
