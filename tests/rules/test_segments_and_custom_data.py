"""Are segments and custom data read as a whole, and refused by name?"""

from typing import Any

import pytest

from chalicelib.errors import Invalid
from chalicelib.rules import custom_data, segments
from chalicelib.rules.conditions import ALWAYS, Segment
from chalicelib.rules.evaluate import evaluate
from chalicelib.rules.facts import Kind


def segment(name: str, when: Any = None) -> dict[str, Any]:
    return {"id": name, "name": name.title(), "when": when}


def test_a_segment_may_be_written_before_the_one_it_needs() -> None:
    found = segments.parse_all(
        [segment("a", {"not": {"segment": "b"}}), segment("b", {"segment": "c"}), segment("c")],
        "segments",
        {},
    )
    assert found["b"] == Segment("c", ALWAYS)
    assert evaluate(found["a"], {}) is False


def test_a_circle_is_refused_by_naming_it() -> None:
    documents = [
        segment("a", {"segment": "b"}),
        segment("b", {"all": [{"not": {"segment": "c"}}]}),
        segment("c", {"any": [{"segment": "a"}]}),
    ]
    with pytest.raises(
        Invalid, match=r"goes in a circle: a > b > c > a|b > c > a > b|c > a > b > c"
    ):
        segments.parse_all(documents, "segments", {})
    with pytest.raises(Invalid, match=r"segments\[0\].when: goes in a circle: a > a"):
        segments.parse_all([segment("a", {"segment": "a"})], "segments", {})


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        (
            [segment("buyers"), segment("keen", {"any": [{"segment": "buyer"}]})],
            "segments[1].when.any[0].segment: no segment named 'buyer'; did you mean 'buyers'?",
        ),
        ([segment("a"), segment("a")], "segments[1].id: 'a' is named twice"),
        ([{"id": "a"}], "segments[0].name: is required"),
        ([{**segment("a"), "wehn": {}}], "segments[0].wehn: no such field; did you mean 'when'?"),
        ([7], "segments[0]: expected an object, got 7"),
        (
            [segment("a", {"fact": "data.plan", "is": "gt", "value": 1})],
            "segments[0].when.is: 'gt' does not apply to text facts such as 'data.plan'; expected "
            "one of present, absent, is, is_not, in, not_in, contains, not_contains, starts_with, "
            "not_starts_with, ends_with, not_ends_with, like, not_like",
        ),
    ],
)
def test_a_fault_in_a_segment_names_its_place(documents: list[Any], message: str) -> None:
    with pytest.raises(Invalid) as refusal:
        segments.parse_all(documents, "segments", {"plan": Kind.TEXT})
    assert refusal.value.message == message


def datum(name: str, kind: str, identifier: str | None = None) -> dict[str, Any]:
    return {"id": identifier or name, "name": name, "kind": kind}


def test_custom_data_have_the_kind_they_were_declared_with() -> None:
    kinds = custom_data.parse_all(
        [datum(kind, kind) for kind in ("text", "number", "boolean", "date", "list")], "custom_data"
    )
    assert kinds == {kind.value: kind for kind in Kind if kind is not Kind.TIME}


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        (
            [datum("plan", "time")],
            'custom_data[0].kind: expected one of text, number, boolean, date, list, got "time"',
        ),
        (
            [datum("plan", "text"), datum("plan", "text")],
            "custom_data[1].id: 'plan' is named twice",
        ),
        (
            [datum("plan", "text", "d1"), datum("plan", "text", "d2")],
            "custom_data[1].name: 'plan' is declared twice",
        ),
        (
            [datum("my plan", "text", "d1")],
            "custom_data[0].name: expected a name of letters, digits, _ . and - (at most 64), "
            'got "my plan"',
        ),
    ],
)
def test_a_fault_in_custom_data_names_its_place(documents: list[Any], message: str) -> None:
    with pytest.raises(Invalid) as refusal:
        custom_data.parse_all(documents, "custom_data")
    assert refusal.value.message == message
