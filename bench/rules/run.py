"""How fast are decisions, beside what else a Python program could call?

Every engine answers for the same rules and visitors; first their answers are compared, then rounds
are timed in turns, each on visitors that no engine has met, and the medians count.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import Any, Final

from bench.rules import build, ours, peers
from bench.rules.generate import Field, Test, field, visitors

SIZES: Final = (10, 100, 1000)
ROUNDS: Final = int(os.environ.get("ROUNDS", "7"))
SECONDS: Final = float(os.environ.get("SECONDS", "0.1"))
CHECKED: Final = 200
WARMED: Final = 3000
MOST: Final = 20_000
RESULTS: Final = Path(__file__).parents[1] / "results" / "rules.json"
NODE: Final = Path(__file__).parents[1] / "node"
# What a ratio is taken of, and what it should reach.
TARGETS: Final = {"first": (2, 4, 20), "unique_paths": (1.3, 2.5, 12)}

Rates = dict[str, Any]
Engine = Callable[[Sequence[Any]], object]


def main() -> None:
    series: dict[str, dict[str, Rates]] = {"first": {}, "unique_paths": {}, "all": {}}
    built: Rates = {}
    for size in SIZES:
        rules = field(Random(size), size)
        built[str(size)] = build.cost(rules)
        series["first"][str(size)] = _first(rules, unique_paths=False)
        series["unique_paths"][str(size)] = _first(rules, unique_paths=True)
        series["all"][str(size)] = _all(rules)
    for name, rates in series.items():
        _show(name, rates)
    _say(f"\nbuild: {json.dumps(built)}")
    RESULTS.parent.mkdir(exist_ok=True)
    text = json.dumps({**series, "build": built}, indent=2)
    RESULTS.write_text(f"{text}\n", encoding="utf-8")


def _first(rules: Field, *, unique_paths: bool) -> Rates:
    stream = visitors(Random(7), rules, unique_paths=unique_paths)
    firsts = {name: make(rules.tests) for name, make in peers.FIRST.items()}
    checked = list(islice(stream, CHECKED))
    expected = ours.answers(rules, checked)
    for name, first in firsts.items():
        _same(name, expected, [first(peers.prepared(each)) for each in checked])
    own: dict[str, Engine] = ours.engines(rules)
    for engine in own.values():
        engine(list(islice(visitors(Random(8), rules, unique_paths=unique_paths), WARMED)))
    others = {name: _each(first) for name, first in firsts.items()}
    rates = _timed({**own, **others}, stream)
    told: Rates = {name: rates[name] for name in own}
    told["peers"] = {name: rates[name] for name in others}
    if not unique_paths:
        told["node"] = _node(rules.tests, checked, expected, stream)
    return told


def _all(rules: Field) -> Rates:
    stream = visitors(Random(9), rules, unique_paths=False)
    counts = {name: make(rules.tests) for name, make in peers.ALL.items()}
    checked = list(islice(stream, CHECKED))
    expected = [ours.matches(rules, each) for each in checked]
    for name, count in counts.items():
        _same(name, expected, [count(peers.prepared(each)) for each in checked])
    own = ours.engines_for_all(rules)
    for engine in own.values():
        engine(list(islice(visitors(Random(10), rules, unique_paths=False), WARMED)))
    others = {name: _each(count) for name, count in counts.items()}
    rates = _timed({**own, **others}, stream)
    return {**{name: rates[name] for name in own}, "peers": {name: rates[name] for name in others}}


def _same(name: str, expected: list[int], found: list[int]) -> None:
    if found != expected:
        place = next(
            n for n, pair in enumerate(zip(expected, found, strict=True)) if len({*pair}) > 1
        )
        sys.exit(f"{name} answers {found[place]} where {expected[place]} is right")


def _each(answer: Callable[[Any], object]) -> Engine:
    def engine(visitors: Sequence[Any]) -> None:
        for each in visitors:
            answer(each)

    return engine


def _timed(engines: dict[str, Engine], stream: Iterator[dict[str, Any]]) -> dict[str, float]:
    """Decisions per second of each engine: rounds in turns, each visitor met by it only once."""
    amounts = {name: _amount(engine, stream, name) for name, engine in engines.items()}
    rounds: dict[str, list[float]] = {name: [] for name in engines}
    for _ in range(ROUNDS):
        pool = list(islice(stream, max(amounts.values())))
        for name, engine in engines.items():
            rounds[name].append(_rate(engine, _given(name, pool[: amounts[name]])))
    return {name: round(median(rates)) for name, rates in rounds.items()}


def _amount(engine: Engine, stream: Iterator[dict[str, Any]], name: str) -> int:
    sample = _given(name, list(islice(stream, 20)))
    return max(10, min(MOST, round(_rate(engine, sample) * SECONDS)))


def _given(name: str, facts: list[dict[str, Any]]) -> list[Any]:
    return [peers.prepared(each) if name in peers.FIRST else dict(each) for each in facts]


def _rate(engine: Engine, facts: Sequence[Any]) -> float:
    start = perf_counter()
    engine(facts)
    return len(facts) / (perf_counter() - start)


def _node(
    tests: Sequence[Sequence[Test]],
    checked: list[dict[str, Any]],
    expected: list[int],
    stream: Iterator[dict[str, Any]],
) -> dict[str, float]:
    """The same for engines of another language, in a process of their own, where there is one."""
    if shutil.which("node") is None or not (NODE / "node_modules").is_dir():
        return {}
    timed = list(islice(stream, 2000))
    task = {
        "tests": [[test._asdict() for test in each] for each in tests],
        "checked": checked,
        "timed": timed,
        "expected": expected,
        "rounds": ROUNDS,
    }
    command = ["node", "run.mjs"]
    answer = subprocess.run(
        command, cwd=NODE, input=json.dumps(task), capture_output=True, text=True, check=True
    )
    rates: dict[str, float] = json.loads(answer.stdout)
    return rates


def _show(name: str, series: dict[str, Rates]) -> None:
    _say(f"\n{name}: decisions per second")
    for place, (size, rates) in enumerate(series.items()):
        best = max(rates["peers"], key=rates["peers"].get)
        told = {**{k: v for k, v in rates.items() if isinstance(v, int | float)}, **rates["peers"]}
        told |= {f"{peer} (node)": rate for peer, rate in rates.get("node", {}).items()}
        listed = ", ".join(f"{engine} {rate:,.0f}" for engine, rate in told.items())
        _say(f"  {size:>4} rules: {listed}")
        ratio = rates["ours"] / rates["peers"][best]
        wanted = f" (wanted: {TARGETS[name][place]})" if name in TARGETS else ""
        _say(f"             ours is {ratio:.2f} times {best}{wanted}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
