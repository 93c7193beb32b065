"""When does every table find that a condition holds?"""

import pytest

from chalicelib.store.operations import (
    Absent,
    AnyOf,
    AtMost,
    Equals,
    Greater,
    Has,
    Key,
    Less,
    Missing,
    NotEquals,
    Present,
    Put,
    SizeBelow,
    Update,
    WriteConflict,
)

ADA = Key("SITE#bank", "AGENT#ada")
AGENT = {
    "name": "Ada",
    "slots": 2,
    "share": 0.5,
    "online": True,
    "one": 1,
    "team": None,
    "raw": b"b",
    "skills": ["loans"],
    "active": {"c1": {"since": 5}},
    "expires_at": 2_000,
}


def succeeds(table, *operations):
    try:
        table.write(*operations)
    except WriteConflict:
        return False
    return True


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (Present(), True),
        (Absent(), False),
        (Absent(expired_at=1_999), False),
        (Absent(expired_at=2_000), True),
        (Equals("name", "Ada"), True),
        (Equals("name", "Bob"), False),
        (Equals("nothing", "Ada"), False),
        (Equals("team", None), True),
        (Equals("nothing", None), False),
        (Equals("one", True), False),
        (Equals("online", 1), False),
        (Equals("slots", 2.0), True),
        (Equals("slots", "2"), False),
        (Equals("skills", ["loans"]), True),
        (Equals("active", {"c1": {"since": 5}}), True),
        (Equals(("active", "c1", "since"), 5), True),
        (Equals(("name", "c1"), 5), False),
        (Equals("active.c1", {"since": 5}), False),
        (NotEquals("name", "Bob"), True),
        (NotEquals("name", "Ada"), False),
        (NotEquals("nothing", "Ada"), True),
        (NotEquals(("active", "c2"), "Ada"), True),
        (NotEquals("slots", "2"), True),
        (Less("slots", 3), True),
        (Less("slots", 2), False),
        (Less("name", "Adb"), True),
        (Less("name", 5), False),
        (Less("raw", b"c"), True),
        (Less("nothing", 5), False),
        (Less("online", 5), False),
        (AtMost("slots", 2), True),
        (AtMost("slots", 1.5), False),
        (Greater("share", 0.4), True),
        (Greater("share", 0.5), False),
        (Greater("nothing", 0), False),
        (Greater(("active", "c1", "since"), 4), True),
        (Missing("nothing"), True),
        (Missing("team"), False),
        (Missing(("active", "c1")), False),
        (Missing(("active", "c2")), True),
        (Missing(("name", "c2")), True),
        (Has("team"), True),
        (Has("nothing"), False),
        (Has(("active", "c1")), True),
        (SizeBelow("active", "slots"), True),
        (SizeBelow("active", "one"), False),
        (SizeBelow("active", 1), False),
        (SizeBelow("active", ("active", "c1", "since")), True),
        (SizeBelow("skills", 2), True),
        (SizeBelow("nothing", 2), False),
        (SizeBelow("active", "nothing"), False),
        (SizeBelow("active", "name"), False),
        (AnyOf((Missing("name"), Equals("slots", 2))), True),
        (AnyOf((Missing("name"), Equals("slots", 3))), False),
        (AnyOf(((Has("name"), Has("nothing")), Has("slots"))), True),
        (AnyOf(((Has("name"), Has("nothing")), (Has("name"), Missing("slots")))), False),
        ((Has("name"), Less("slots", 3)), True),
        ((Has("name"), Less("slots", 2)), False),
        ((), True),
    ],
    ids=str,
)
def test_a_condition_is_decided_by_what_stands_there(table, condition, holds):
    table.write(Put(ADA, AGENT))
    assert succeeds(table, Update(ADA, set={"seen": 1}, when=condition)) is holds
    assert ("seen" in table.get(ADA)) is holds


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (Present(), False),
        (Absent(), True),
        (Absent(expired_at=0), True),
        (Equals("name", None), False),
        (NotEquals("name", "Ada"), True),
        (Less("slots", 1), False),
        (Missing("name"), True),
        (Missing(("active", "c1")), True),
        (Has("name"), False),
        (SizeBelow("active", 5), False),
    ],
    ids=str,
)
def test_a_condition_is_decided_where_nothing_stands(table, condition, holds):
    assert succeeds(table, Put(ADA, {"name": "Ada"}, when=condition)) is holds
    assert (table.get(ADA) is not None) is holds
