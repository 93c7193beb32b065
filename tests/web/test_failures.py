import logging

import pytest
from botocore.exceptions import ClientError

from chalicelib.errors import Conflict, Forbidden, Invalid, NotFound, RateLimited, VestibuleError
from chalicelib.web.failures import Refused, headers_of, rest_error, socket_error, status_of


class LostRace(Conflict):
    """A conflict as a lower layer specialises it."""


ANSWERS = {
    "invalid": (Invalid("name", "is required"), 422, "invalid_field"),
    "unknown field": (Invalid("isAdmin", "no such field", "unknown_field"), 422, "unknown_field"),
    "not found": (NotFound(), 404, "not_found"),
    "conflict": (Conflict("someone was faster"), 409, "conflict"),
    "in use": (Conflict("loans is used by cards", "in_use"), 409, "in_use"),
    "a conflict's own kind": (LostRace("operation 2 lost"), 409, "conflict"),
    "stale": (Conflict("version 3 is gone", "precondition_failed"), 412, "precondition_failed"),
    "forbidden": (Forbidden(), 403, "forbidden"),
    "too often": (RateLimited("too many files", 7), 429, "rate_limited"),
    "busy": (VestibuleError("try again", "busy"), 503, "busy"),
    "refused": (Refused(413, "too_large", "at most 65536 bytes"), 413, "too_large"),
    "a bug": (KeyError("secret"), 500, "internal"),
    "an error without an answer": (VestibuleError("secret", "strange"), 500, "internal"),
}


@pytest.mark.parametrize(("error", "status", "code"), ANSWERS.values(), ids=ANSWERS.keys())
def test_every_error_has_one_answer(error, status, code):
    assert status_of(error) == status
    body = rest_error(error, "r1")["error"]
    assert (body["code"], body["request_id"]) == (code, "r1")
    assert socket_error(error)["code"] == code


def test_a_configuration_error_names_its_place():
    error = Invalid("when.all[0].fact", "no fact named 'page.ulr'; did you mean 'page.url'?")
    assert rest_error(error, "r1") == {
        "error": {
            "code": "invalid_field",
            "message": "when.all[0].fact: no fact named 'page.ulr'; did you mean 'page.url'?",
            "path": "when.all[0].fact",
            "request_id": "r1",
        }
    }


def test_a_frame_answers_with_the_id_it_was_asked_with():
    assert socket_error(NotFound("no such conversation"), "7") == {
        "type": "error",
        "code": "not_found",
        "message": "no such conversation",
        "id": "7",
    }
    assert "id" not in socket_error(NotFound())


def test_what_is_too_fast_is_told_when_to_come_again():
    assert headers_of(RateLimited("too many files", 7)) == {"Retry-After": "7"}
    assert socket_error(RateLimited("too many files", 7), "1")["retry_after"] == 7
    assert "retry_after" not in socket_error(Conflict("closed"))


def test_busy_says_when_to_come_back_and_a_refusal_brings_its_headers():
    challenge = {"WWW-Authenticate": "Bearer"}
    assert headers_of(VestibuleError("try again", "busy")) == {"Retry-After": "1"}
    assert headers_of(Refused(401, "unauthenticated", "sign in", challenge)) == challenge
    assert headers_of(NotFound()) == {}


def test_foreign_and_absent_look_the_same():
    assert rest_error(NotFound(), "r") == rest_error(NotFound(), "r")


@pytest.mark.parametrize(
    "error",
    [
        Invalid("x" * 60_000, "no such field", "unknown_field"),
        Invalid("name", "x" * 60_000),
        Conflict("x" * 60_000),
    ],
    ids=["a long name", "a long problem", "a long message"],
)
def test_no_answer_echoes_more_than_a_little(error):
    assert len(str(rest_error(error, "r1"))) < 700
    assert len(str(socket_error(error))) < 500


def test_a_long_name_does_not_hide_the_problem():
    message = socket_error(Invalid("x" * 60_000, "no such field", "unknown_field"))["message"]
    assert message.endswith("...: no such field")


def raised(error: Exception) -> Exception:
    with pytest.raises(type(error)) as caught:
        raise error
    return caught.value


def test_a_bug_is_logged_with_its_place_and_without_its_words(caplog):
    with caplog.at_level(logging.ERROR):
        body = rest_error(raised(ValueError("my card is 4111 1111 1111 1111")), "r1")
    assert body["error"]["message"] == "something went wrong on our side"
    (record,) = caplog.records
    assert record.getMessage() == "unexpected ValueError"
    assert record.request_id == "r1"
    assert "test_failures.py" in record.frames[0]
    assert "my card" not in caplog.text + str(record.__dict__)


def test_an_answer_of_aws_is_logged_by_its_code(caplog):
    denied = ClientError({"Error": {"Code": "AccessDeniedException", "Message": ""}}, "PutItem")
    with caplog.at_level(logging.ERROR):
        socket_error(denied, "7")
    assert caplog.records[0].aws_code == "AccessDeniedException"


@pytest.mark.parametrize("error", [NotFound(), Invalid("a", "b"), Refused(400, "c", "d")])
def test_a_caller_s_mistake_is_not_logged(error, caplog):
    with caplog.at_level(logging.DEBUG):
        rest_error(error, "r1")
    assert caplog.records == []
