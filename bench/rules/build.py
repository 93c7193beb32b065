"""What does it cost to compile the rules of a playbook, beside reading its JSON?"""

import json
import tracemalloc
from collections.abc import Callable
from itertools import islice
from random import Random
from statistics import median
from time import process_time
from typing import Final

from bench.rules.generate import Field, visitors
from chalicelib.rules.compile import compile

ROUNDS: Final = 9


def cost(rules: Field) -> dict[str, float]:
    """Milliseconds of reading and of compiling, their ratio, and the mebibytes it took at most."""
    written = json.dumps(rules.documents)
    some = list(islice(visitors(Random(1), rules, unique_paths=False), 50))
    tracemalloc.start()
    index = compile(rules.rules)
    for facts in some:
        list(index.matching(facts))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    reading = _milliseconds(lambda: json.loads(written))
    compiling = _milliseconds(lambda: compile(rules.rules))
    return {
        "json_kilobytes": round(len(written) / 1000),
        "json_ms": round(reading, 2),
        "compile_ms": round(compiling, 2),
        "ratio": round(compiling / reading, 2),
        "peak_mebibytes": round(peak / 2**20, 2),
    }


def _milliseconds(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        start = process_time()
        work()
        taken.append(process_time() - start)
    return median(taken) * 1000
