"""Does the index agree with the plain evaluator on very many rule sets and visitors by chance?

The tests try some thousands; this tries as many as it is told to, 100,000 by default.
"""

import sys
from time import perf_counter

from chalicelib.rules.compile import compile
from tests.rules.random_rules import disagreement, pairs


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    start = perf_counter()
    rules: object = None
    for number, pair in enumerate(pairs(seed, count)):
        if pair.rules is not rules:
            rules, index = pair.rules, compile(pair.rules)
        problem = disagreement(index, pair)
        if problem is not None:
            sys.exit(f"pair {number} of seed {seed}: {problem}")
    sys.stdout.write(f"{count} pairs agree ({perf_counter() - start:.0f} s)\n")


if __name__ == "__main__":
    main()
