"""Does every table write alike, and do all of it or nothing?"""

import math

import pytest

from chalicelib.errors import Conflict
from chalicelib.store.operations import (
    Absent,
    AnyOf,
    Check,
    Delete,
    Equals,
    Key,
    Less,
    Present,
    Put,
    SizeBelow,
    Update,
    WriteConflict,
)

ADA = Key("SITE#bank", "AGENT#ada")
BOB = Key("SITE#bank", "AGENT#bob")
EVE = Key("SITE#bank", "AGENT#eve")


def succeeds(table, *operations):
    try:
        table.write(*operations)
    except WriteConflict:
        return False
    return True


@pytest.mark.parametrize(
    "operation",
    [
        Put(ADA, {}, when=Equals("slots", 9)),
        Update(ADA, set={"slots": 1}, when=Equals("slots", 9)),
        Delete(ADA, when=Equals("slots", 9)),
        Check(ADA, when=Equals("slots", 9)),
    ],
    ids=lambda operation: type(operation).__name__,
)
@pytest.mark.parametrize("others", [(), (Put(BOB, {}),)], ids=["alone", "in a transaction"])
def test_a_conflict_says_which_operation_failed_and_what_stood_there(table, operation, others):
    table.write(Put(ADA, {"slots": 2}))
    with pytest.raises(WriteConflict) as caught:
        table.write(*others, operation)
    assert isinstance(caught.value, Conflict)
    assert caught.value.index == len(others)
    assert caught.value.existing == {"pk": ADA.pk, "sk": ADA.sk, "slots": 2}
    assert table.get(BOB) is None


def test_a_conflict_with_nothing_or_with_something_expired_shows_nothing(table):
    table.write(Put(BOB, {"expires_at": 999}))
    for key, condition in ((ADA, Present()), (BOB, Absent())):
        with pytest.raises(WriteConflict) as caught:
            table.write(Put(key, {}, when=condition))
        assert caught.value.existing is None


def test_the_first_of_several_conflicts_is_told(table):
    table.write(Put(ADA, {}), Put(BOB, {}))
    with pytest.raises(WriteConflict) as caught:
        table.write(Put(EVE, {}), Put(ADA, {}, when=Absent()), Put(BOB, {}, when=Absent()))
    assert (caught.value.index, caught.value.existing["sk"]) == (1, ADA.sk)


def test_an_expired_item_is_taken_over(table):
    table.write(Put(ADA, {"by": "old", "expires_at": 1_000}))
    table.write(Put(ADA, {"by": "new"}, when=Absent(expired_at=1_000)))
    assert table.get(ADA)["by"] == "new"


def test_an_update_changes_what_it_names_and_keeps_the_rest(table):
    table.write(Put(ADA, {"name": "Ada", "team": "loans", "active": {"c1": 1, "c2": 2}}))
    table.write(
        Update(
            ADA,
            set={"name": "Ada L.", ("active", "c3"): {"since": 5}},
            remove=("team", ("active", "c1"), "never there", ("active", "never there")),
        )
    )
    expected = {"name": "Ada L.", "active": {"c2": 2, "c3": {"since": 5}}}
    assert table.get(ADA) == {"pk": ADA.pk, "sk": ADA.sk, **expected}


def test_an_update_creates_the_item(table):
    table.write(Update(ADA, set={"name": "Ada"}, add={"seen": 3}))
    assert table.get(ADA) == {"pk": ADA.pk, "sk": ADA.sk, "name": "Ada", "seen": 3}


def test_an_empty_update_creates_an_empty_item(table):
    table.write(Update(ADA))
    assert table.get(ADA) == {"pk": ADA.pk, "sk": ADA.sk}


def test_names_that_the_table_reserves_or_could_misread_are_ordinary_names(table):
    odd = ["name", "size", "status", "a.b", "#0", ":0", "with space", "c-1", "0", "é"]
    table.write(Update(ADA, set={"map": {}, **dict.fromkeys(odd, 1)}))
    members = {("map", name): 2 for name in odd}
    conditions = tuple(Equals(name, 1) for name in odd)
    table.write(Update(ADA, set=members, add=dict.fromkeys(odd, 1), when=conditions))
    item = table.get(ADA)
    assert item["map"] == dict.fromkeys(odd, 2)
    assert {item[name] for name in odd} == {2}


def test_numbers_are_added_at_the_top_and_inside_maps(table):
    table.write(Put(ADA, {"shown": 2, "share": 0.1, "by_day": {"mon": 1}}))
    increments = {"shown": -3, "share": 2, ("by_day", "mon"): 1, ("by_day", "tue"): 5, "new": 1}
    table.write(Update(ADA, add=increments))
    item = table.get(ADA)
    assert (item["shown"], item["share"], item["new"]) == (-1, 2.1, 1)
    assert item["by_day"] == {"mon": 2, "tue": 5}


@pytest.mark.parametrize(
    "update",
    [
        Update(ADA, set={("nowhere", "c1"): 1}),
        Update(ADA, set={("name", "c1"): 1}),
        Update(ADA, add={("nowhere", "c1"): 1}),
        Update(ADA, remove=(("nowhere", "c1"),)),
        Update(ADA, add={"name": 1}),
        Update(BOB, set={("active", "c1"): 1}),
    ],
    ids=str,
)
@pytest.mark.parametrize("others", [(), (Put(EVE, {}),)], ids=["alone", "in a transaction"])
def test_a_path_that_leads_nowhere_is_a_mistake(table, update, others):
    table.write(Put(ADA, {"name": "Ada", "active": {}}))
    with pytest.raises(ValueError):
        table.write(*others, update)
    assert table.get(EVE) is None


def test_a_transaction_does_everything(table):
    table.write(Put(ADA, {"active": {}, "slots": 1}), Put(EVE, {}))
    table.write(
        Update(ADA, set={("active", "c1"): True}, when=SizeBelow("active", "slots")),
        Put(BOB, {"agent": "ada"}, when=Absent()),
        Delete(EVE, when=Present()),
        Check(Key("SITE#bank", "OPEN"), when=Absent()),
    )
    assert table.get(ADA)["active"] == {"c1": True}
    assert table.get(BOB)["agent"] == "ada"
    assert table.get(EVE) is None


def test_a_transaction_that_fails_in_one_place_does_nothing_anywhere(table):
    table.write(Put(ADA, {"n": 1, "due_pk": "D", "due_sk": "a"}), Put(EVE, {}))
    with pytest.raises(WriteConflict) as caught:
        table.write(
            Update(ADA, add={"n": 1}, remove=("due_pk",)),
            Put(BOB, {}),
            Delete(EVE),
            Check(Key("SITE#bank", "OPEN"), when=Present()),
        )
    assert caught.value.index == 3
    assert table.get(ADA)["n"] == 1
    assert table.get(BOB) is None
    assert table.get(EVE) is not None
    assert len(table.query("D", index="due")) == 1


def test_conditions_of_a_transaction_see_the_table_as_it_was_before(table):
    assert succeeds(table, Put(ADA, {}), Check(BOB, when=Absent()), Put(EVE, {}, when=Absent()))
    assert not succeeds(table, Delete(ADA), Put(EVE, {}, when=Absent()))
    assert table.get(ADA) is not None


def test_a_lone_check_tells_whether_its_condition_holds(table):
    table.write(Put(ADA, {"slots": 2}))
    assert succeeds(table, Check(ADA, when=Equals("slots", 2)))
    assert not succeeds(table, Check(ADA, when=Equals("slots", 3)))


def test_a_hundred_operations_are_one_transaction(table):
    keys = [Key("P", f"{number:03d}") for number in range(100)]
    table.write(*(Put(key, {}) for key in keys))
    assert len(table.query("P")) == 100


@pytest.mark.parametrize(
    "operations",
    [
        (),
        tuple(Put(Key("P", str(number)), {}) for number in range(101)),
        (Put(ADA, {}), Delete(ADA)),
        (Put(Key("", "a"), {}),),
        (Put(Key("a", ""), {}),),
        (Put(ADA, {"n": math.nan}),),
        (Put(ADA, {"n": [math.inf]}),),
        (Put(ADA, {"n": 1e-200}),),
        (Put(ADA, {"n": 1e200}),),
        (Put(ADA, {"n": 10**38 + 1}),),
        (Put(ADA, {"text": "\ud800"}),),
        (Put(ADA, {"\ud800": 1}),),
        (Put(ADA, {"listing_pk": ""}),),
        (Put(ADA, {"due_sk": 5}),),
        (Put(ADA, {"written_by": "me"}),),
        (Put(ADA, {"text": "x" * (400 * 1024)}),),
        (Update(ADA, set={"due_sk": 5}),),
        (Update(ADA, set={"pk": "other"}),),
        (Update(ADA, remove=("sk",)),),
        (Update(ADA, set={"written_by": "me"}),),
        (Update(ADA, set={"active": {}, ("active", "c1"): 1}),),
        (Update(ADA, set={"n": 1}, add={"n": 1}),),
        (Update(ADA, set={(): 1}),),
        (Update(ADA, set={"n": math.nan}),),
        (Update(ADA, add={"n": 0.5}),),
        (Update(ADA, add={"n": True}),),
        (Check(ADA, when=()),),
        (Delete(ADA, when=Less("n", True)),),
        (Delete(ADA, when=AnyOf(())),),
        (Delete(ADA, when=AnyOf(((),))),),
    ],
    ids=lambda operations: repr(operations)[:70],
)
def test_what_no_table_would_take_is_refused_before_anything_happens(table, operations):
    with pytest.raises(ValueError):
        table.write(*operations)
    assert table.get(ADA) is None


@pytest.mark.parametrize("value", [{1, 2}, object(), 1j])
def test_what_no_attribute_can_hold_is_refused(table, value):
    with pytest.raises(TypeError):
        table.write(Put(ADA, {"value": value}))
    with pytest.raises(TypeError):
        table.write(Update(ADA, set={"value": value}))


def test_the_members_of_a_map_have_names(table):
    with pytest.raises(TypeError):
        table.write(Put(ADA, {"value": {1: "one"}}))


def test_an_item_does_not_grow_beyond_what_fits(table):
    table.write(Put(ADA, {"text": "x" * 390_000}))
    with pytest.raises(ValueError):
        table.write(Update(ADA, set={"more": "x" * 20_000}))
    assert "more" not in table.get(ADA)
