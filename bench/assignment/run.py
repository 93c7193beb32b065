"""How many tries does a claim take, among 5,000 agents, when all see a moment ago?

`python -m bench.assignment.run`: prints, and writes `bench/results/assignment.json`. Chance comes
from a seed, so two runs say the same.
"""

import json
import sys
from pathlib import Path
from statistics import mean, median
from typing import Any

from bench.assignment.day import Day, Tally
from chalicelib.store.free_agents import SAMPLE

AGENTS, SLOTS = 5_000, 4
LAGS = (0.0, 0.05, 1.0)
SIZES = (1, 8, 16, 32)
# In the steady hour most slots are taken; after an outage all are free; in a rush most are taken
# and all come at once.
STEADY = {"rate": 42.0, "seconds": 24.0, "busy": 0.85}
BURST = {"rate": 1_000.0, "seconds": 2.0, "busy": 0.0}
RUSH = {"rate": 1_000.0, "seconds": 1.0, "busy": 0.85}
EXACT_SECONDS = 2.0
WANTED_TRIES = 1.15


def main() -> None:
    results: dict[str, Any] = {"agents": AGENTS, "slots": SLOTS, "sample": SAMPLE}
    for name, series, sizes in (
        ("steady", STEADY, (None, *SIZES)),
        ("burst", BURST, (None, *SIZES)),
        ("rush", RUSH, (SAMPLE,)),
    ):
        _say(f"\n{name}: {series['rate']:,.0f} claims/s")
        results[name] = {f"lag {lag:g} s": dict(_sizes(series, lag, sizes)) for lag in LAGS}
    _say(f"\nexact, {STEADY['rate']:.0f} claims/s for {EXACT_SECONDS:g} s")
    results["exact"] = _exact()
    _say(_line("everybody", results["exact"]))
    Path("bench/results/assignment.json").write_text(json.dumps(results, indent=2) + "\n")
    worst = max(lag[f"k={SAMPLE}"]["tries"] for lag in results["steady"].values())
    _say(f"\nwith k = {SAMPLE}, {worst:.3f} tries at most (wanted: {WANTED_TRIES})")


def _sizes(series: dict[str, float], lag: float, sizes: tuple[int | None, ...]) -> Any:
    _say(f"  the free lists are read {lag:g} s late")
    for size in sizes:
        day = Day(AGENTS, SLOTS, busy=series["busy"], lag=lag, size=size or 1, head=size is None)
        found = _figures(day.run(series["rate"], series["seconds"]))
        label = "head" if size is None else f"k={size}"
        _say(_line(label, found))
        yield label, found


def _exact() -> dict[str, float]:
    day = Day(AGENTS, SLOTS, busy=STEADY["busy"], lag=0.0, size=None, head=False)
    return _figures(day.run(STEADY["rate"], EXACT_SECONDS))


def _figures(tally: Tally) -> dict[str, float]:
    return {
        "claims": len(tally.tries),
        "tries": round(mean(tally.tries), 3),
        "tries_p99": _p99(tally.tries),
        "round_trips": round(mean(tally.trips), 2),
        "round_trips_p99": _p99(tally.trips),
        "milliseconds_p99": round(1000 * _p99(tally.seconds), 1),
        "collisions": tally.collisions,
        "idle_rank": round(median(tally.idle_ranks), 3),
        "gini": round(_gini(list(tally.given.values()), AGENTS), 3),
        "gini_least": round(_least_gini(len(tally.tries), AGENTS), 3),
        "nobody_found": tally.nobody,
        "gave_up": tally.gave_up,
        "above_capacity": tally.above_capacity,
    }


def _gini(given: list[int], people: int) -> float:
    """0 when everybody was given as much, 1 when one was given everything."""
    sizes = sorted([*given, *[0] * (people - len(given))])
    total = sum(sizes)
    weighed = sum(place * size for place, size in enumerate(sizes, 1))
    return (2 * weighed / (people * total)) - (people + 1) / people


def _least_gini(total: int, people: int) -> float:
    """That of the fairest way to give whole conversations."""
    each, rest = divmod(total, people)
    return _gini([each + 1] * rest + [each] * (people - rest), people)


def _p99(values: list[Any]) -> Any:
    return sorted(values)[int(0.99 * len(values))]


def _line(label: str, found: dict[str, float]) -> str:
    told = ", ".join(f"{name} {value:g}" for name, value in found.items())
    return f"    {label:>9}: {told}"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
