import json
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import Invalid
from chalicelib.web.encoding import DEEPEST, LARGEST, moment, parse_json, parse_moment, render
from chalicelib.web.failures import Refused

REFUSED = {
    "P1 a broken object": (b"{bad", 400, "invalid_json"),
    "P1 nothing": (b"", 400, "invalid_json"),
    "P1 two values": (b"{} {}", 400, "invalid_json"),
    "P1 not UTF-8": (b'{"name": "\xff"}', 400, "invalid_json"),
    "P1 a byte order mark": (b"\xef\xbb\xbf{}", 400, "invalid_json"),
    "P1 a line break inside a text": (b'"a\nb"', 400, "invalid_json"),
    "P2 NaN": (b"NaN", 400, "invalid_json"),
    "P2 Infinity": (b'{"n": Infinity}', 400, "invalid_json"),
    "P2 -Infinity": (b"[-Infinity]", 400, "invalid_json"),
    "P2 1e999": (b'{"n": 1e999}', 400, "invalid_json"),
    "P2 -1e999": (b'{"n": -1e999}', 400, "invalid_json"),
    "P3 a key that stands twice": (b'{"role":"agent","role":"admin"}', 400, "duplicate_key"),
    "P3 the same key, escaped": (b'{"role":1,"r\\u006fle":2}', 400, "duplicate_key"),
    "P3 deep inside": (b'[{"a": {"b": 1, "b": 1}}]', 400, "duplicate_key"),
    "P4 100,000 brackets": (b"[" * 100_000, 400, "too_deep"),
    "P4 60,000 brackets": (b"[" * 60_000, 400, "too_deep"),
    "P4 100,000 objects": (b'{"a":' * 100_000, 400, "too_deep"),
    "P4 one level too many": (b"[" * 17 + b"]" * 17, 400, "too_deep"),
    "P4 mixed": (b'[{"a":' * 9 + b"1" + b"}]" * 9, 400, "too_deep"),
    "P4 behind a text with a bracket": (b'["]]]]]]]]",' + b"[" * 16 + b"]" * 17, 400, "too_deep"),
    "P5 half a character": (b'"\\ud800"', 400, "invalid_text"),
    "P5 the other half": (b'{"name": "a\\uDFFFb"}', 400, "invalid_text"),
    "P5 halves in the wrong order": (b'["\\udc00\\ud800"]', 400, "invalid_text"),
    "P5 half a character as a key": (b'{"\\ud800": 1}', 400, "invalid_text"),
    "P5 half a character, unescaped": ('"\ud800"', 400, "invalid_text"),
    "P7 one byte too many": (b'"' + b"a" * (LARGEST - 1) + b'"', 413, "too_large"),
    "P7 11 MB": (b'"' + b"a" * 11_000_000, 413, "too_large"),
    "P7 in bytes, not in characters": ('"' + "é" * (LARGEST // 2) + '"', 413, "too_large"),
    "P8 a whole number of 5,000 digits": (b'{"n": ' + b"9" * 5_000 + b"}", 422, "invalid_field"),
}


@pytest.mark.parametrize(("raw", "status", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_strict_json_is_refused(raw, status, code):
    with pytest.raises(Refused) as refusal:
        parse_json(raw)
    assert (refusal.value.status, refusal.value.code) == (status, code)


ACCEPTED = {
    "exactly the largest": b'"' + b"a" * (LARGEST - 2) + b'"',
    "exactly the deepest": b"[" * DEEPEST + b"]" * DEEPEST,
    "wide, not deep": b"[" + b"[]," * 5_000 + b"[]]",
    "brackets inside a text": b'{"text": "' + b"[{" * 1_000 + b'"}',
    "escaped quotes before brackets": b'{"text": "\\"' + b"[" * 100 + b'\\\\"}',
    "a whole character in two halves": b'"\\ud83d\\ude00"',
    "a written-out backslash": b'"\\\\ud800"',
    "a long number": b"9223372036854775807",
    "a text": '{"name": "Zoë"}',
    "spaces around": b' {"a": null} \n',
}


@pytest.mark.parametrize("raw", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_what_is_strict_json_is_read_as_python_reads_it(raw):
    assert parse_json(raw) == json.loads(raw)


def test_whole_numbers_and_fractions_stay_what_they_were():
    assert [type(each) for each in parse_json(b'[1, 1.0, 1e2, true, "1"]')] == [
        int,
        float,
        float,
        bool,
        str,
    ]


def test_a_caller_may_allow_more():
    deep = b"[" * 20 + b"]" * 20
    assert parse_json(deep, depth=20) == json.loads(deep)
    assert parse_json(b" " * 100_000 + b"1", limit=200_000) == 1


def test_a_refusal_does_not_echo_more_than_a_little():
    name = "x" * 10_000
    with pytest.raises(Refused) as refusal:
        parse_json(f'{{"{name}": 1, "{name}": 2}}')
    assert len(refusal.value.message) < 120


def test_a_text_that_never_closes_is_scanned_once():
    # 32,000 escaped quotes: a scan that started again at each would take minutes.
    with pytest.raises(Refused, match="not JSON"):
        parse_json('"' + "[" * 17 + '\\"' * 32_000)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc\\\"'[{"), inner),
    max_leaves=8,
)


@settings(deadline=None)
@given(VALUES)
def test_what_is_rendered_reads_back(value):
    assert parse_json(render(value), depth=64) == value


@settings(deadline=None)
@given(st.binary(max_size=200) | st.text('[]{}",:\\u0dfe-NaInf1', max_size=200))
def test_any_input_is_a_value_or_a_refusal(raw):
    try:
        parse_json(raw)
    except Refused as refusal:
        assert refusal.status in (400, 413)


class Colour(StrEnum):
    RED = "red"


def test_rendering_is_compact_and_knows_our_values():
    document = {
        "colour": Colour.RED,
        Colour.RED: (1, 2.5),
        "at": datetime(2026, 3, 1, 9, tzinfo=UTC),
        "day": date(2026, 3, 1),
        "name": "Zoë",
    }
    assert render(document) == (
        '{"colour":"red","red":[1,2.5],"at":"2026-03-01T09:00:00Z","day":"2026-03-01","name":"Zoë"}'
    )


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_json_cannot_say_is_not_rendered(number):
    with pytest.raises(ValueError):
        render({"number": number})


def test_a_stranger_is_not_rendered():
    with pytest.raises(TypeError, match="set has no JSON form"):
        render({"names": {"a"}})


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (datetime(2026, 3, 1, 9, tzinfo=UTC), "2026-03-01T09:00:00Z"),
        (datetime(2026, 3, 1, 9, 0, 0, 120_000, tzinfo=UTC), "2026-03-01T09:00:00.120Z"),
        (datetime(2026, 3, 1, 9, 0, 0, 999, tzinfo=UTC), "2026-03-01T09:00:00Z"),
        (datetime(2026, 3, 1, 9, tzinfo=timezone(timedelta(hours=2))), "2026-03-01T07:00:00Z"),
    ],
)
def test_moments_are_written_in_utc(when, text):
    assert moment(when) == text


def test_a_moment_without_a_time_zone_is_a_bug():
    with pytest.raises(ValueError, match="time zone"):
        moment(datetime.fromisoformat("2026-03-01T09:00:00"))


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2026-03-01T09:00:00Z", datetime(2026, 3, 1, 9, tzinfo=UTC)),
        ("2026-03-01T09:00:00.5Z", datetime(2026, 3, 1, 9, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-03-01T09:00:00+02:00", datetime(2026, 3, 1, 7, tzinfo=UTC)),
    ],
)
def test_moments_are_read_into_utc(text, when):
    assert parse_moment(text) == when


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-01",
        "2026-03-01T09:00:00",
        "2026-03-01 09:00:00Z",
        "2026-02-30T09:00:00Z",
        "2026-03-01T25:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "2026-03-01T09:00:00Z\n",
        "٢٠٢٦-03-01T09:00:00Z",
        "",
        1,
        None,
        ["2026-03-01T09:00:00Z"],
    ],
)
def test_what_names_no_moment_is_invalid(value):
    with pytest.raises(Invalid, match="until: expected a moment"):
        parse_moment(value, "until")
