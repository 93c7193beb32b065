from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.errors import Invalid
from chalicelib.model.tokens import Kind, Signer
from chalicelib.web import cursors
from chalicelib.web.failures import Refused

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
SIGNER = Signer(b"k" * 32)
BANK = "/v1/sites/bank/conversations"
START = {"pk": "SITE#bank", "sk": "CONVERSATION#c1"}
CURSOR = cursors.encode(SIGNER, BANK, START, now=NOW)


def test_a_cursor_opens_the_next_page_of_its_collection():
    assert cursors.decode(SIGNER, BANK, CURSOR, now=NOW) == START


@pytest.mark.parametrize(
    ("collection", "cursor", "now"),
    [
        (BANK, CURSOR[:-1] + ("A" if CURSOR[-1] != "A" else "B"), NOW),
        (BANK, "x" + CURSOR[1:], NOW),
        (BANK, "", NOW),
        (BANK, "a" * 100_000, NOW),
        ("/v1/sites/shop/conversations", CURSOR, NOW),
        ("/v1/sites/bank/groups", CURSOR, NOW),
        (BANK, cursors.encode(Signer(b"f" * 32), BANK, START, now=NOW), NOW),
        (BANK, SIGNER.sign(Kind.PASS, {"in": BANK, "after": START}, now=NOW), NOW),
        (BANK, CURSOR, NOW + timedelta(days=1, seconds=1)),
    ],
    ids=[
        "P13 altered at the end",
        "P13 altered at the start",
        "P13 empty",
        "P13 very long",
        "P13 of another site",
        "P13 of another collection",
        "P13 of another deployment",
        "P13 a pass",
        "P13 of the day before",
    ],
)
def test_any_other_cursor_is_refused(collection, cursor, now):
    with pytest.raises(Refused) as refusal:
        cursors.decode(SIGNER, collection, cursor, now=now)
    assert (refusal.value.status, refusal.value.code) == (400, "invalid_cursor")


@pytest.mark.parametrize(("limit", "size"), [(None, 25), ("1", 1), ("100", 100), ("007", 7)])
def test_a_page_holds_one_to_a_hundred(limit, size):
    assert cursors.page_size(limit) == size


@pytest.mark.parametrize(
    "limit",
    ["0", "-1", "101", "1000000000", "9" * 5_000, "1e2", "1.0", "", " 1", "ten", "٣", "²", "{}"],
)
def test_p13_any_other_limit_is_invalid(limit):
    with pytest.raises(Invalid) as refusal:
        cursors.page_size(limit)
    assert refusal.value.path == "limit"
    assert len(refusal.value.message) < 120
