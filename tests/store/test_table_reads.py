"""Does every table give back what was put into it, and nothing that has expired?"""

import enum

import pytest

from chalicelib.errors import Invalid
from chalicelib.store.operations import Delete, Key, Put, Update

ADA = Key("SITE#bank", "AGENT#ada")
BOB = Key("SITE#bank", "AGENT#bob")


class State(enum.StrEnum):
    OPEN = "open"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Grüße, 世界 👋",
        0,
        -7,
        10**37 + 1,
        0.1,
        -2.5e-7,
        1e30,
        1e100,
        True,
        False,
        None,
        b"\x00\xff",
        [],
        [1, "a", None, [True, b"x"]],
        {},
        {"with a space": {"a.b": [1.5]}, "#": {}},
    ],
    ids=repr,
)
def test_a_value_comes_back_as_it_went_in(table, value):
    table.write(Put(ADA, {"value": value}))
    read = table.get(ADA)["value"]
    assert read == value
    assert isinstance(read, bool) == isinstance(value, bool)


def test_a_whole_number_comes_back_as_int_however_it_was_written(table):
    table.write(Put(ADA, {"slots": 4.0, "zero": -0.0}))
    item = table.get(ADA)
    assert (type(item["slots"]), type(item["zero"])) == (int, int)


def test_a_word_of_an_enumeration_comes_back_as_plain_text(table):
    table.write(Put(ADA, {"state": State.OPEN}))
    assert type(table.get(ADA)["state"]) is str


def test_a_tuple_comes_back_as_a_list(table):
    table.write(Put(ADA, {"languages": ("en", "fr")}))
    assert table.get(ADA)["languages"] == ["en", "fr"]


def test_an_item_comes_back_with_its_key_and_nothing_that_was_not_put(table):
    table.write(Put(ADA, {"name": "Ada"}))
    table.write(Update(BOB, set={"name": "Bob"}))
    assert table.get(ADA) == {"pk": ADA.pk, "sk": ADA.sk, "name": "Ada"}
    assert table.get(BOB) == {"pk": BOB.pk, "sk": BOB.sk, "name": "Bob"}


def test_nothing_is_found_where_nothing_was_put(table):
    assert table.get(ADA) is None
    assert table.get_many([ADA, BOB]) == {}


def test_an_item_put_back_as_it_was_read_is_the_same(table):
    table.write(Put(ADA, {"name": "Ada"}))
    table.write(Put(ADA, table.get(ADA)))
    assert table.get(ADA) == {"pk": ADA.pk, "sk": ADA.sk, "name": "Ada"}


def test_what_is_read_is_a_copy(table):
    given = {"active": {"c1": True}}
    table.write(Put(ADA, given))
    given["active"]["c2"] = True
    table.get(ADA)["active"]["c3"] = True
    assert table.get(ADA)["active"] == {"c1": True}


def test_a_put_replaces_the_whole_item(table):
    table.write(Put(ADA, {"name": "Ada", "team": "loans"}))
    table.write(Put(ADA, {"name": "Ada L."}))
    assert table.get(ADA) == {"pk": ADA.pk, "sk": ADA.sk, "name": "Ada L."}


def test_a_deleted_item_is_gone_and_deleting_it_again_is_fine(table):
    table.write(Put(ADA, {}))
    table.write(Delete(ADA))
    table.write(Delete(ADA))
    assert table.get(ADA) is None


def test_many_items_are_read_whatever_their_number_and_however_often_asked(table):
    keys = [Key("P", f"{number:03d}") for number in range(230)]
    for first in range(0, 230, 100):
        table.write(*(Put(key, {"n": int(key.sk)}) for key in keys[first : first + 100]))
    found = table.get_many([*keys, keys[0], Key("P", "none")])
    assert {key: item["n"] for key, item in found.items()} == {key: int(key.sk) for key in keys}


@pytest.mark.parametrize(("expires_at", "alive"), [(999.9, False), (1_000, False), (1_000.1, True)])
def test_an_expired_item_is_read_by_nobody(table, expires_at, alive):
    item = {"expires_at": expires_at, "listing_pk": "L", "listing_sk": "a"}
    table.write(Put(ADA, item))
    found = [
        table.get(ADA) is not None,
        ADA in table.get_many([ADA]),
        bool(table.query(ADA.pk)),
        bool(table.query("L", index="listing")),
        bool(table.query_page(ADA.pk, limit=5)[0]),
    ]
    assert found == [alive] * 5


def test_an_item_expires_while_nobody_touches_it(table, now):
    table.write(Put(ADA, {"expires_at": 1_060}))
    assert table.get(ADA)
    now.seconds = 1_060
    assert table.get(ADA) is None


def rows(table, *sks, pk="P", **attributes):
    for sk in sks:
        table.write(Put(Key(pk, sk), attributes))


def sks(items):
    return [item["sk"] for item in items]


NAMES = ["A", "A#1", "A#10", "A#2", "A#2\x00", "A#é", "A$", "B#1"]


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({}, NAMES),
        ({"prefix": "A#"}, ["A#1", "A#10", "A#2", "A#2\x00", "A#é"]),
        ({"prefix": ""}, NAMES),
        ({"prefix": "A#é"}, ["A#é"]),
        ({"prefix": "C"}, []),
        ({"after": "A#2"}, ["A#2\x00", "A#é", "A$", "B#1"]),
        ({"before": "A#2"}, ["A", "A#1", "A#10"]),
        ({"after": "A#1", "before": "A#2\x00"}, ["A#10", "A#2"]),
        ({"prefix": "A#", "after": "A#10"}, ["A#2", "A#2\x00", "A#é"]),
        ({"prefix": "A#", "before": "A#2"}, ["A#1", "A#10"]),
        ({"prefix": "A#", "after": "A#1", "before": "A#2"}, ["A#10"]),
        ({"prefix": "A#", "after": "A"}, ["A#1", "A#10", "A#2", "A#2\x00", "A#é"]),
        ({"prefix": "A#", "after": "B"}, []),
        ({"after": "B", "before": "A"}, []),
        ({"after": "A", "before": "A"}, []),
        ({"limit": 3}, ["A", "A#1", "A#10"]),
        ({"limit": 0}, []),
        ({"limit": 2, "reverse": True}, ["B#1", "A$"]),
        ({"prefix": "A#", "reverse": True, "limit": 2}, ["A#é", "A#2\x00"]),
        ({"prefix": "A", "before": "A$", "reverse": True, "limit": 1}, ["A#é"]),
        ({"consistent": False}, NAMES),
    ],
    ids=str,
)
def test_a_query_reads_the_range_asked_for_in_order(table, bounds, expected):
    rows(table, *NAMES)
    rows(table, "A#1", pk="other")
    assert sks(table.query("P", **bounds)) == expected


def test_a_limit_counts_only_living_items(table):
    rows(table, "1", "2", "4", expires_at=1)
    rows(table, "3", "5", "6")
    assert sks(table.query("P", limit=2)) == ["3", "5"]


def test_a_query_reads_on_where_one_answer_of_the_table_ends(table):
    text = "x" * 300_000
    rows(table, *"12345678", text=text)
    assert sks(table.query("P")) == list("12345678")
    assert sks(table.query("P", limit=6, reverse=True)) == list("876543")


def test_an_index_lists_only_items_that_have_both_its_attributes(table):
    table.write(
        Put(Key("P", "1"), {"due_pk": "DUE#0", "due_sk": "2026-01-02"}),
        Put(Key("Q", "1"), {"due_pk": "DUE#0", "due_sk": "2026-01-01"}),
        Put(Key("R", "1"), {"due_pk": "DUE#1", "due_sk": "2026-01-01"}),
        Put(Key("S", "1"), {"due_pk": "DUE#0"}),
        Put(Key("T", "1"), {"listing_pk": "DUE#0", "listing_sk": "2026-01-01"}),
    )
    assert [item["pk"] for item in table.query("DUE#0", index="due")] == ["Q", "P"]
    assert [item["pk"] for item in table.query("DUE#0", index="due", after="2026-01-01")] == ["P"]


def test_an_item_enters_moves_in_and_leaves_an_index_with_its_attributes(table):
    def listed():
        return [item["listing_sk"] for item in table.query("L", index="listing")]

    table.write(Put(ADA, {"name": "Ada"}))
    assert listed() == []
    table.write(Update(ADA, set={"listing_pk": "L", "listing_sk": "b"}))
    assert listed() == ["b"]
    table.write(Update(ADA, set={"listing_sk": "c"}))
    assert listed() == ["c"]
    table.write(Update(ADA, remove=("listing_pk",)))
    assert listed() == []
    table.write(Update(ADA, set={"listing_pk": "L"}))
    table.write(Delete(ADA))
    assert listed() == []


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("index", [None, "listing"])
def test_pages_follow_each_other_without_gap_or_repetition(table, index, reverse):
    # Two items share each place in the index: its order among them is its own affair.
    for number in range(7):
        place = {"listing_pk": "P", "listing_sk": f"at {number // 2}"}
        table.write(Put(Key("P", f"A#{number}"), place))
    rows(table, "B", expires_at=1)
    seen, cursor, sizes = [], None, []
    while cursor is not None or not sizes:
        items, cursor = table.query_page("P", limit=3, start=cursor, index=index, reverse=reverse)
        sizes.append(len(items))
        seen += items
    assert sizes == [3, 3, 1]
    assert sorted(sks(seen)) == [f"A#{number}" for number in range(7)]
    order = [item["sk" if index is None else "listing_sk"] for item in seen]
    assert order == sorted(order, reverse=reverse)


def test_a_page_that_holds_all_has_no_next(table):
    rows(table, "A#1", "A#2", "B#1")
    items, cursor = table.query_page("P", limit=2, prefix="A#")
    assert (sks(items), cursor) == (["A#1", "A#2"], None)


def test_a_page_goes_on_though_the_item_it_ended_with_is_gone(table):
    rows(table, "1", "2", "3")
    _, cursor = table.query_page("P", limit=2)
    table.write(Delete(Key("P", "2")))
    assert sks(table.query_page("P", limit=2, start=cursor)[0]) == ["3"]


@pytest.mark.parametrize(
    "cursor", ["", "x", "bnVsbA", "WzFd", "W10", "WyJBIiwiQiJd", "WyJaIl0", "é"]
)
def test_a_cursor_that_no_page_gave_out_is_refused(table, cursor):
    rows(table, "A#1")
    with pytest.raises(Invalid) as caught:
        table.query_page("P", limit=2, start=cursor, prefix="A#")
    assert caught.value.path == "cursor"
