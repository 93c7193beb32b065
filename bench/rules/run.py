"""How fast are decisions, beside what else a Python program could call?

Every engine answers for the same rules and visitors; first their answers are compared, then rounds
are timed in turns, each on visitors that no engine has met, and the medians count. Visitors come in
batches of the same size for all, just made, as they are when a page asks; only the time of this
process counts, and no garbage is collected meanwhile.
"""

import gc
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
from time import process_time
from typing import Any, Final

from bench.rules import build, ours, peers
from bench.rules.generate import Field, Test, field, visitors

SIZES: Final = (10, 100, 1000)
ROUNDS: Final = int(os.environ.get("ROUNDS", "7"))
SECONDS: Final = float(os.environ.get("SECONDS", "0.1"))
CHECKED: Final = 200
WARMED: Final = 3000
MOST: Final = 20_000
BATCH: Final = 100
# Texts that we give; all others come with the page, so every visitor brings his own.
OURS: Final = frozenset({"clock.day", "visit.source"})
RESULTS: Final = Path(__file__).parents[1] / "results" / "rules.json"
NODE: Final = Path(__file__).parents[1] / "node"
# What a ratio is taken of, and what it should reach.
TARGETS: Final = {"first": (2, 4, 20), "unique_paths": (1.3, 2.5, 12)}

Rates = dict[str, Any]
Engine = Callable[[Sequence[Any]], object]


def main() -> None:
    gc.disable()
    _say(f"ours is {'machine code' if ours.IS_MACHINE_CODE else 'interpreted'}")
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
    told = {"machine_code": ours.IS_MACHINE_CODE, **series, "build": built}
    text = json.dumps(told, indent=2)
    RESULTS.write_text(f"{text}\n", encoding="utf-8")


def _first(rules: Field, *, unique_paths: bool) -> Rates:
    stream = visitors(Random(7), rules, unique_paths=unique_paths)
    firsts = {name: make(rules.tests) for name, make in peers.FIRST.items()}
    checked = list(islice(stream, CHECKED))
    expected = ours.answers(rules, checked)
    for name, first in firsts.items():
        _same(name, expected, [first(peers.prepared(each)) for each in checked])
    own: dict[str, Engine] = ours.engines(rules)
    _warmed(own, list(islice(visitors(Random(8), rules, unique_paths=unique_paths), WARMED)))
    others = {name: _each(first) for name, first in firsts.items()}
    others |= {name: _each(make(rules.tests)) for name, make in peers.PARSED.items()}
    rates = _timed({**own, **others}, stream)
    told: Rates = {name: rates[name] for name in own}
    told["peers"] = {name: rates[name] for name in firsts}
    told["peers_parsed"] = {name: rates[name] for name in peers.PARSED}
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
    _warmed(own, list(islice(visitors(Random(10), rules, unique_paths=False), WARMED)))
    others = {name: _each(count) for name, count in counts.items()}
    rates = _timed({**own, **others}, stream)
    return {**{name: rates[name] for name in own}, "peers": {name: rates[name] for name in others}}


def _warmed(engines: dict[str, Engine], met: Sequence[dict[str, Any]]) -> None:
    for name, engine in engines.items():
        if name not in ("oracle", "floor"):
            engine(met)


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
    amounts = {name: _amount(name, engine, stream) for name, engine in engines.items()}
    rounds: dict[str, list[float]] = {name: [] for name in engines}
    for _ in range(ROUNDS):
        pool = list(islice(stream, max(amounts.values())))
        for name, engine in engines.items():
            rounds[name].append(_rate(name, engine, pool[: amounts[name]]))
        gc.collect()
    return {name: round(median(rates)) for name, rates in rounds.items()}


def _amount(name: str, engine: Engine, stream: Iterator[dict[str, Any]]) -> int:
    rate = _rate(name, engine, list(islice(stream, 20)))
    return max(10, min(MOST, round(rate * SECONDS)))


def _rate(name: str, engine: Engine, visitors: Sequence[dict[str, Any]]) -> float:
    taken = 0.0
    for first in range(0, len(visitors), BATCH):
        given = [_given(name, each) for each in visitors[first : first + BATCH]]
        start = process_time()
        engine(given)
        taken += process_time() - start
    return len(visitors) / taken


def _given(name: str, drawn: dict[str, Any]) -> Any:
    """A visitor in the form that the engine takes; what the page told has just arrived."""
    facts = {fact: value if fact in OURS else _arrived(value) for fact, value in drawn.items()}
    if name in peers.PARSED:
        return peers.parsed(facts)
    return peers.prepared(facts) if name in peers.FIRST else facts


def _arrived(value: Any) -> Any:
    """A text as it comes out of a frame: equal to others, but the same as none."""
    return value.encode().decode() if isinstance(value, str) else value


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
        wanted = f" (wanted: {TARGETS[name][place]})" if name in TARGETS else ""
        _say(f"             ours is {_times(rates, 'peers', best)} times {best}{wanted}")
        for other in rates.get("peers_parsed", {}):
            _say(f"             and {_times(rates, 'peers_parsed', other)} times {other}")


def _times(rates: Rates, group: str, peer: str) -> str:
    return f"{rates['ours'] / rates[group][peer]:.2f}"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
