"""Who wins when eight threads want the same thing? Exactly as many as there is room for."""

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from chalicelib.store.operations import (
    Absent,
    Equals,
    Key,
    Missing,
    Put,
    SizeBelow,
    Update,
    WriteConflict,
)

THREADS = 8
ADA = Key("SITE#bank", "AGENT#ada")


@pytest.fixture(autouse=True)
def eager_threads():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def race(contend):
    """What each of the threads got, all of them starting together."""
    barrier = Barrier(THREADS)

    def start(number):
        barrier.wait()
        return contend(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(start, range(THREADS)))


def won(table, *operations):
    try:
        table.write(*operations)
    except WriteConflict:
        return False
    return True


@pytest.mark.parametrize("attempt", range(5))
def test_one_of_many_creators_wins_and_the_others_are_shown_the_winner(table, attempt):
    def create(number):
        try:
            table.write(Put(ADA, {"by": number}, when=Absent()))
        except WriteConflict as conflict:
            return conflict.existing["by"]
        return number

    answers = race(create)
    assert set(answers) == {table.get(ADA)["by"]}


@pytest.mark.parametrize("attempt", range(3))
def test_no_agent_gets_more_conversations_than_slots(table, attempt):
    table.write(Put(ADA, {"slots": 3, "active": {}}))

    def claim(number):
        conversation = f"c{number}"
        return won(
            table,
            Update(
                ADA,
                set={("active", conversation): number},
                when=(SizeBelow("active", "slots"), Missing(("active", conversation))),
            ),
            Put(Key("SITE#bank", conversation), {"agent": "ada"}, when=Absent()),
        )

    winners = {f"c{number}" for number, got in enumerate(race(claim)) if got}
    assert len(winners) == 3
    assert set(table.get(ADA)["active"]) == winners
    stored = {item["sk"] for item in table.query("SITE#bank", prefix="c")}
    assert stored == winners


def test_no_count_is_lost(table):
    def count(_number):
        for _ in range(10):
            table.write(Update(ADA, add={"n": 1}))

    race(count)
    assert table.get(ADA)["n"] == THREADS * 10


def test_no_change_by_version_is_lost(table):
    table.write(Put(ADA, {"version": 0, "by": []}))

    def change(number):
        while True:
            item = table.get(ADA)
            version = item["version"]
            changes = {"version": version + 1, "by": [*item["by"], number]}
            if won(table, Update(ADA, set=changes, when=Equals("version", version))):
                return

    race(change)
    item = table.get(ADA)
    assert item["version"] == THREADS
    assert sorted(item["by"]) == list(range(THREADS))


def test_money_moved_between_two_items_is_neither_made_nor_lost(table):
    one, other = Key("P", "1"), Key("P", "2")
    table.write(Put(one, {"n": 40, "moved": 0}), Put(other, {"n": 40, "moved": 0}))

    def move(number):
        source, target = (one, other) if number % 2 else (other, one)
        for _ in range(5):
            table.write(
                Update(source, add={"n": -1, "moved": 1}), Update(target, add={"n": 1, "moved": 1})
            )

    race(move)
    found = table.get_many([one, other])
    assert (found[one]["n"], found[other]["n"]) == (40, 40)
    assert found[one]["moved"] == found[other]["moved"] == THREADS * 5
