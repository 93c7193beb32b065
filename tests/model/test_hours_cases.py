"""Is a place open when the clock on its wall says so, whatever that clock does twice a year?

`hours_cases.json` holds both changes of 2026 in zones of both hemispheres: split days, nights over
midnight, ranges within the hour that is skipped or shown twice, and exceptions.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from chalicelib.model.hours import parse, zone

BOOK = json.loads(Path(__file__).with_name("hours_cases.json").read_text(encoding="utf-8"))
HOURS = {name: parse(document) for name, document in BOOK["hours"].items()}


@pytest.mark.parametrize("case", BOOK["cases"], ids=lambda case: case["name"])
def test_open_as_the_case_says(case: dict[str, Any]) -> None:
    moment = datetime.fromisoformat(case["at"])
    assert HOURS[case["hours"]].is_open(moment, zone(case["zone"], "zone")) is case["open"]


def test_there_are_cases_enough_of_each_answer() -> None:
    answers = [case["open"] for case in BOOK["cases"]]
    assert len(answers) >= 200
    assert min(answers.count(True), answers.count(False)) >= 80
