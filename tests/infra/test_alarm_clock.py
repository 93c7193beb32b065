"""Does the alarm clock wait, ring, and go on or stop as it is told?"""

import json
from pathlib import Path
from typing import Any

import infra

CLOCK = Path(infra.__file__).parent / "alarm_clock.asl.json"
AT = "2026-06-01T10:00:00Z"
MOST_TRANSITIONS_A_WAIT = 4


def run(answers: list[dict[str, Any]]) -> list[str]:
    """The states passed when the function gives these answers, one after the other."""
    clock = json.loads(CLOCK.read_text("utf-8"))
    name, value = clock["StartAt"], {"what": "flow", "id": "r1", "tick": 1, "wake_at": AT}
    passed = []
    while True:
        state = clock["States"][name]
        passed.append(name)
        if state["Type"] == "Succeed":
            return passed
        if state["Type"] == "Wait":
            assert value[state["TimestampPath"].removeprefix("$.")], "waits for no moment"
        if state["Type"] == "Task":
            value = answers.pop(0)
        name = chosen(state, value) if state["Type"] == "Choice" else state["Next"]


def chosen(state: dict[str, Any], value: dict[str, Any]) -> str:
    for choice in state["Choices"]:
        if any(holds(test, value) for test in choice["Or"]):
            return str(choice["Next"])
    return str(state["Default"])


def holds(test: dict[str, Any], value: dict[str, Any]) -> bool:
    name = test["Variable"].removeprefix("$.")
    if "IsPresent" in test:
        return (name in value) is test["IsPresent"]
    return (value.get(name) is None) is test["IsNull"]


def test_a_wait_that_ends_takes_four_transitions() -> None:
    passed = run([{"what": "flow", "id": "r1", "tick": 2, "wake_at": None}])
    assert passed == ["WaitUntil", "Ring", "Again", "Done"]
    assert len(passed) <= MOST_TRANSITIONS_A_WAIT


def test_a_wait_that_is_told_another_moment_waits_again() -> None:
    again = {"what": "flow", "id": "r1", "tick": 2, "wake_at": AT}
    passed = run([again, {**again, "tick": 3, "wake_at": None}])
    assert passed == ["WaitUntil", "Ring", "Again", "WaitUntil", "Ring", "Again", "Done"]


def test_an_answer_without_a_moment_ends_the_wait() -> None:
    assert run([{}])[-1] == "Done"


def test_a_failing_function_is_rung_again_with_pauses_that_grow() -> None:
    [retry] = json.loads(CLOCK.read_text("utf-8"))["States"]["Ring"]["Retry"]
    assert {"Lambda.TooManyRequestsException", "States.TaskFailed"} <= set(retry["ErrorEquals"])
    assert retry["BackoffRate"] > 1
    assert retry["JitterStrategy"] == "FULL"
