"""How are many seeds played, on every core, within a time, and what is said in the end?

python -m tests.sim.run 200        as many seeds, from the first
python -m tests.sim.run 7,8,9      these, to look at one again
"""

import logging
import os
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import count
from multiprocessing import get_context

from tests.sim import history
from tests.sim.mutants import MUTANTS
from tests.sim.planting import planted
from tests.sim.scheduler import Violation
from tests.sim.simulation import Simulation

MOST_SEEDS_A_MUTANT = 200


@dataclass(frozen=True, kw_only=True)
class Played:
    """What came of some seeds: steps checked, seeds, and each violation as text."""

    steps: int
    seeds: int
    violations: tuple[str, ...]


def play(seeds: Iterable[int], *, seconds: float = float("inf")) -> Played:
    """Play one seed after the other, until they or the seconds of this process are used up."""
    quiet()
    ends = time.process_time() + seconds
    steps = played = 0
    violations = []
    for seed in seeds:
        if time.process_time() >= ends:
            break
        simulation = Simulation(seed)
        try:
            steps += simulation.run()
        except Violation as violation:
            violations.append(told(simulation, violation))
            steps += simulation.scheduler.steps
        played += 1
    return Played(steps=steps, seeds=played, violations=tuple(violations))


def caught(name: str) -> int | None:
    """How many seeds it took until its invariant found a planted bug; None if none of 200 did."""
    quiet()
    mutant = MUTANTS[name]
    history.JUDGED.add(mutant.invariant)
    try:
        with planted(mutant):
            for seed in range(MOST_SEEDS_A_MUTANT):
                try:
                    Simulation(seed).run()
                except Violation:
                    return seed + 1
            return None
    finally:
        history.JUDGED.clear()


def fingerprint(seed: int) -> str:
    """What a seed comes to, to the last byte; the same in every process."""
    quiet()
    simulation = Simulation(seed)
    steps = simulation.run()
    return f"{steps} {sorted(simulation.table.snapshot())}"


def told(simulation: Simulation, violation: Violation) -> str:
    """A violation to be read: the seed, the moment, what does not hold, and what came before."""
    invariant, *what = violation.args
    scheduler = simulation.scheduler
    lines = [f"seed {simulation.seed}: {invariant} does not hold at step {scheduler.steps}"]
    lines += [f"    {each}" for each in what]
    lines += [
        f"  {at - scheduler.began:9.3f} s  {who:16} {call}" for at, who, call in scheduler.trace
    ]
    return "\n".join(lines)


def summary(played: Sequence[Played], seeds_taken: Sequence[int | None]) -> str:
    """The one line that says it all."""
    steps, seeds = sum(each.steps for each in played), sum(each.seeds for each in played)
    violations = sum(len(each.violations) for each in played)
    found = sum(taken is not None for taken in seeds_taken)
    return (
        f"sim: steps {steps}, seeds {seeds}, violations {violations}, "
        f"mutants caught {found} of {len(seeds_taken)}"
    )


def share(core: int, cores: int, seconds: float) -> Played:
    """One core's part: every so many-th seed, for so long; what else is busy takes none of it."""
    return play(count(core, cores), seconds=seconds)


def workers() -> ProcessPoolExecutor:
    """A process for each core, each with its own interpreter."""
    return ProcessPoolExecutor(cores(), mp_context=get_context("spawn"))


def cores() -> int:
    return os.cpu_count() or 1


def quiet() -> None:
    """What fails under injected faults is logged by the edge; here it is meant to."""
    logging.getLogger("vestibule").setLevel(logging.CRITICAL)


def say(*texts: str) -> None:
    sys.stdout.writelines(f"{each}\n" for each in texts)


def main(seeds: str) -> int:
    chosen = [int(each) for each in seeds.split(",") if each] if "," in seeds else range(int(seeds))
    with workers() as pool:
        parts = [list(chosen)[core :: cores()] for core in range(cores())]
        played = list(pool.map(play, parts))
        taken = list(pool.map(caught, MUTANTS))
    for each in played:
        say(*each.violations)
    for mutant, seeds_taken in zip(MUTANTS.values(), taken, strict=True):
        if seeds_taken is None:
            say(f"not caught by {mutant.invariant}: {mutant.name}")
    say(summary(played, taken))
    failed = any(each.violations for each in played) or None in taken
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "200"))
