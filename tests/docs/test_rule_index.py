"""Does the example of docs/rule-index.md come out as it says?"""

import json
import re
from collections import defaultdict
from pathlib import Path

import pytest

from chalicelib.rules.compile import compile
from chalicelib.rules.index.columns import Column
from chalicelib.rules.index.counters import PENDING, Counter
from chalicelib.rules.index.rows import rows_of
from tests.rules.builders import circumstances, rule

PAGE = (Path(__file__).parents[2] / "docs/rule-index.md").read_text("utf-8")
WRITTEN, VISITOR = (json.loads(each) for each in re.findall(r"```json\n(.*?)```", PAGE, re.S))
RULES = [rule(each.pop("id"), **each) for each in WRITTEN]
ROWS = [(each.id, row) for each in RULES for row in rows_of(each.when).rows]
EVERY = (1 << len(ROWS)) - 1
MASKS = re.findall(r"^\| `([a-z_.]+)` \| (`[01]{6}`(?: \| `[01]{6}`)*) \|", PAGE, re.M)


def mask(rows):
    """A number as the page writes it: the first row on the left."""
    return f"`{rows & EVERY:0{len(ROWS)}b}`"[::-1]


def asked():
    """What all rows ask of each fact."""
    found = defaultdict(list)
    for number, (_, row) in enumerate(ROWS):
        for ask in row:
            found[ask.compare.fact].append((number, ask))
    return found


def test_the_rows_are_those_of_the_rules():
    assert f"| row | {' | '.join(name for name, _ in ROWS)} |" in PAGE


def test_every_fact_of_the_rules_is_in_the_tables():
    assert [fact for fact, _ in MASKS] == [
        *("page.path", "visitor.device", "cart.amount"),
        *("page.scroll_percent", "page.seconds"),
    ]
    assert asked().keys() == dict(MASKS).keys()


@pytest.mark.parametrize(("fact", "written"), MASKS)
def test_a_fact_leaves_the_rows_that_the_page_says(fact, written):
    of_fact = asked()[fact]
    if of_fact[0][1].span is None:
        assert written == mask(Column(of_fact, EVERY).learn(VISITOR[fact]))
        return
    state = Counter(of_fact, EVERY)[VISITOR.get(fact, PENDING)]
    assert written == " | ".join(map(mask, (state.holding, state.possible, state.ahead)))


def test_the_rules_that_are_possible_and_the_one_that_fires_are_those_of_the_page():
    verdict = compile(RULES).decide(VISITOR, circumstances())
    assert f"**{verdict.fired.id} fires**" in PAGE
    unknown = "".join("1" if verdict.waiting >> row & 1 else "0" for row in range(len(ROWS)))
    assert unknown == "100100" and "A and C are possible" in PAGE
    watched = re.findall(r"^\| `([a-z_.]+) (gte) ([0-9]+)` \|", PAGE, re.M)
    assert [(each.fact, each.op, str(each.value)) for each in verdict.watches] == watched
