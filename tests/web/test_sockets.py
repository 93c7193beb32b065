"""Hostile frames: refused, answered, and the socket stays open."""

import random

import pytest

from tests.aws import refused
from tests.web.talks import PASS, conversation, opened
from tests.world import PAGE

VISITOR = {"kind": "visitor", "site": "bank"}


BAD = {
    "W4 binary": "AAEC/w==",
    "W4 no JSON": "hello",
    "W4 nothing": "",
    "W4 a list": "[]",
    "W4 null": "null",
    "W4 unknown action": '{"action": "destroy"}',
    "W4 a staff action": '{"action": "presence", "status": "available"}',
    "W4 no action": "{}",
    "W4 an action that is no text": '{"action": ["ping"]}',
    "W4 an id that is no text": '{"action": "ping", "id": 7}',
    "W4 an endless id": '{"action": "ping", "id": "%s"}' % ("x" * 65),
    "P2": '{"action": "ping", "n": NaN}',
    "P3": '{"action": "ping", "action": "page"}',
    "P4": "[" * 10_000,
    "P5": '{"action": "ping", "id": "\\ud800"}',
    "P8 5,000 digits": '{"action": "ping", "n": ' + "9" * 5_000 + "}",
}


@pytest.mark.parametrize("row", BAD)
def test_a_frame_that_is_none_is_answered_and_the_socket_stays(front, row):
    answer = front.say("v1", VISITOR, BAD[row])
    assert (answer["type"], answer["code"]) == ("error", "bad_frame")
    assert len(str(answer)) < 700
    assert front.visitor("v1", action="ping", id="7") == {"type": "pong", "id": "7"}
    assert front.closed == []


def test_an_error_comes_back_with_the_id_of_its_frame(front):
    assert front.visitor("v1", action="destroy", id="7")["id"] == "7"
    assert front.visitor("v1", action="ping", more=1, id="8")["id"] == "8"


def test_w4_the_fifth_bad_frame_in_a_minute_ends_the_socket(front):
    answers = [front.say("v1", VISITOR, "[]")]
    # A minute may end between two frames, and the count with it.
    while answers[-1] is not None and len(answers) < 9:
        answers.append(front.say("v1", VISITOR, "[]"))
    assert len(answers) >= 5 and answers[-1] is None
    (bye,) = front.heard("v1", "bye")
    assert bye["code"] == "bad_frames" and bye["retry_after"] > 0
    assert front.closed == ["v1"]


def test_w5_a_text_has_4000_characters_and_a_frame_16_kilobytes(front):
    token = conversation(front)["token"]
    message = {"action": "message", "token": token}
    longest = front.visitor("v1", **message, client_id="c2", text="é" * 4_000)
    assert longest["type"] == "ack"
    longer = front.visitor("v1", **message, client_id="c3", text="é" * 4_001)
    assert (longer["code"], longer["client_id"]) == ("too_large", "c3")
    frame = '{"action": "ping", "id": "%s"}'
    for size in (16_385, 32_769, 131_073):
        assert front.say("v1", VISITOR, frame % ("x" * size))["code"] == "too_large"
    emoji = '{"action": "ping", "id": "%s"}' % ("😀" * 4_090)
    assert front.say("v1", VISITOR, emoji)["code"] == "too_large"
    assert front.closed == []


MISUSES = {
    "P6 NUL": ("page", {"url": "https://bank.example/\x00"}, "invalid_text"),
    "P8 a fraction": ("read", {"number": 1.0}, "invalid_field"),
    "P8 true": ("read", {"number": True}, "invalid_field"),
    "P8 a text": ("read", {"number": "1"}, "invalid_field"),
    "P8 below": ("read", {"number": -1}, "invalid_field"),
    "P8 beyond": ("resume", {"after": 2**40}, "invalid_field"),
    "P10": ("typing", {"admin": True}, "unknown_field"),
    "P11 a list": ("message", {"client_id": "c2", "text": ["a"]}, "invalid_field"),
    "P11 a list of addresses": ("email", {"address": ["a@b.com", "c@d.com"]}, "invalid_field"),
    "P15": ("message", {"client_id": "c2", "text": {"$ne": ""}}, "invalid_field"),
    "W10 missing": ("message", {"text": "x"}, "bad_frame"),
    "W10 200 characters": ("message", {"client_id": "x" * 200, "text": "x"}, "bad_frame"),
    "W10 a number": ("message", {"client_id": 7, "text": "x"}, "bad_frame"),
    "W10 a line break": ("message", {"client_id": "a\nb", "text": "x"}, "invalid_text"),
    "Z7 sender": ("message", {"client_id": "c2", "text": "x", "sender": "agent"}, "unknown_field"),
    "Z7 author": (
        "message",
        {"client_id": "c2", "text": "x", "author": {"kind": "agent"}},
        "unknown_field",
    ),
    "Z7 number": ("message", {"client_id": "c2", "text": "x", "number": 1}, "unknown_field"),
    "Z7 sent_at": (
        "message",
        {"client_id": "c2", "text": "x", "sent_at": "2020-01-01"},
        "unknown_field",
    ),
    "Z7 internal": ("message", {"client_id": "c2", "text": "x", "internal": True}, "unknown_field"),
    "Z6 a conversation beside the token": (
        "message",
        {"client_id": "c2", "text": "x", "conversation": "other"},
        "unknown_field",
    ),
    "W9 requestContext": (
        "message",
        {"client_id": "c2", "text": "x", "requestContext": {"connectionId": "s1"}},
        "unknown_field",
    ),
    "W9 connectionId": (
        "message",
        {"client_id": "c2", "text": "x", "connectionId": "s1"},
        "unknown_field",
    ),
    "Z10 a visitor of their own": ("page", {**PAGE, "visitor": "root"}, "unknown_field"),
    "C1 blank": ("message", {"client_id": "c2", "text": " \n "}, "invalid_field"),
}


@pytest.mark.parametrize("row", MISUSES)
def test_a_field_that_is_wrong_changes_nothing(front, row):
    action, fields, code = MISUSES[row]
    known = conversation(front)
    needed = {"token": known["token"]} if action != "page" else {}
    front.wire.forget()
    answer = front.visitor("v1", **{"action": action, "id": "7", **needed, **fields})
    assert (answer["type"], answer["code"], answer["id"]) == ("error", code, "7"), answer
    assert not front.wire.calls.keys() & {"PutItem", "UpdateItem", "TransactWriteItems"}
    assert front.ports.conversations.get("bank", known["conversation"]).last_number == 1


@pytest.mark.parametrize(
    "address",
    [
        "a@b.com,c@d.com",
        "<a@b.com>",
        '"a b"@c.com',
        "a@[127.0.0.1]",
        f"{'a' * 250}@b.com",
        "a@localhost",
        "a@b.com\r\nBcc: c@d.com",
        "\uff41@b.com",
        "",
        None,
        7,
    ],
    ids=lambda each: f"C3 {str(each)[:24]!r}",
)
def test_what_is_not_one_address_gets_no_mail(front, address):
    known = conversation(front)
    answer = front.visitor("v1", action="email", token=known["token"], address=address)
    assert answer["type"] == "error" and answer["code"] in ("invalid_field", "invalid_text")
    assert front.ports.conversations.get("bank", known["conversation"]).email is None


def test_c3_an_international_domain_is_kept_in_ascii(front):
    token = conversation(front)["token"]
    answer = front.visitor("v1", action="email", token=token, address="zoe@B\u00dcCHER.example")
    assert answer["address"] == "zoe@xn--bcher-kva.example"


def test_w10_the_same_id_with_another_text_is_a_conflict(front):
    token = conversation(front)["token"]
    message = {"action": "message", "token": token, "client_id": "c2"}
    assert front.visitor("v1", **message, text="One")["number"] == 2
    assert front.visitor("v1", **message, text="One")["duplicate"] is True
    assert front.visitor("v1", **message, text="Two")["code"] == "conflict"


def test_w11_a_ping_asks_nothing_of_the_table(front):
    front.wire.forget()
    for _ in range(50):
        assert front.visitor("v1", action="ping") == {"type": "pong"}
    assert front.wire.calls.total() == 0


PAGES = {
    "C8 an address that is none": {"url": "http://["},
    "C8 a port that is none": {"url": "http://a:99999999/"},
    "C8 javascript": {"url": "javascript:alert(1)"},
    "C8 credentials": {"url": "https://a:b@bank.example/"},
    "C8 punycode that is none": {"url": "https://xn--.example/"},
    "C8 10 KB": {"url": "https://bank.example/" + "a" * 10_000},
    "C8 percent": {"url": "https://bank.example/%ff%00%zz"},
    "a language that is none": {"language": "$$"},
    "a title that is none": {"title": {"a": 1}},
    "no consent": {"consent": "maybe"},
    "numbers beyond reason": {"facts": {"data": {"n": 10**19, "m": -(10**19)}}},
    "a cart beyond reason": {"facts": {"cart": {"amount": 10**19}}},
    "a cart that is none": {"facts": {"cart": []}},
    "too many data": {"facts": {"data": {f"d{n}": n for n in range(51)}}},
    "a memory that is none": {"memory": {"a": 1}},
    "a resume that is none": {"resume": "x"},
    "nested data": {"facts": {"data": {"a": {"b": 1}}}},
}


@pytest.mark.parametrize("row", PAGES)
def test_a_hostile_page_is_answered_and_is_no_fault_of_ours(front, row):
    answer = front.visitor("v1", **{**PAGE, **PAGES[row]})
    assert answer["type"] in ("page", "error")
    assert answer.get("code") != "internal"


def test_a_page_that_says_more_than_a_pass_holds_is_told_so(front):
    chance = random.Random(7)
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    data = {f"d{n}": "".join(chance.choices(letters, k=300)) for n in range(40)}
    answer = front.visitor("v1", **{**PAGE, "facts": {"data": data}})
    assert (answer["type"], answer["code"]) == ("error", "too_large")


@pytest.mark.parametrize(
    "facts",
    [
        {"page.seconds": 1e300},
        {"page.seconds": -1},
        {"page.exit_intent": 1},
        {"cart.amount": 5},
        {"event.x": "1"},
        {"event." + "x" * 100: 1},
        {"hours": "open"},
        {f"event.e{n}": 1 for n in range(51)},
        [],
        None,
    ],
    ids=lambda each: str(each)[:30],
)
def test_a_page_observes_only_what_it_may(front, facts):
    given = opened(front)
    answer = front.visitor("v1", **{"action": "observed", PASS: given, "facts": facts})
    assert answer["type"] == "error" and answer["code"] in ("invalid_field", "too_large")


def test_a_frame_that_meets_a_bug_is_answered_and_the_socket_stays(front, caplog):
    token = conversation(front)["token"]
    front.wire.plan(refused("AccessDeniedException"))
    said = {"action": "message", "token": token, "client_id": "c2", "text": "Hello"}
    answer = front.visitor("v1", **said, id="7")
    assert answer == {
        "type": "error",
        "code": "internal",
        "message": "something went wrong on our side",
        "id": "7",
        "client_id": "c2",
    }
    assert [each.aws_code for each in caplog.records if each.levelname == "ERROR"] == [
        "AccessDeniedException"
    ]
    assert front.visitor("v1", **said)["type"] == "ack"
    assert front.closed == []
