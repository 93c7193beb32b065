"""What every refusal over REST looks like."""

from tests.web.front import Answer


def refused(answer: Answer, status: int, code: str) -> bool:
    """Whether it is this refusal, in the form that all refusals have."""
    assert (answer.status, answer.code) == (status, code), answer.text
    assert answer.document["error"].keys() <= {"code", "message", "path", "request_id"}
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert len(answer.text) < 800
    return True
