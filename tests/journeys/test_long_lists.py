"""Very many conversations, few of which concern whoever asks: what does a page of them cost?"""

from collections import Counter

from chalicelib.services.conversation import desk
from chalicelib.store.memory import MemoryTable
from tests.people import begun, ends, stored
from tests.world import World


def test_a_page_ends_before_everything_is_read_and_the_next_goes_on():
    calls = Counter()
    world = World(table=MemoryTable(lambda: world.epoch(), lambda name: calls.update([name])))
    world.site()
    world.user("ada", slots=1)
    world.user("ben", slots=1)
    world.later(6)
    world.available("ben")
    hers = []
    for number in range(130):
        if number == 0:
            world.agent("page of ben", "ben", action="presence", status="away")
            world.available("ada")
        visitor = begun(world, f"v{number}")
        if number == 0:
            hers.append(stored(visitor).id)
        ends(visitor)
        world.later(1)
        if number == 0:
            world.agent("page of ada", "ada", action="presence", status="offline")
            world.available("ben")
        world.agent("page of ben", "ben", action="presence")
    readable = desk.readable_by(world.ports, "bank", world.ports.staff.user("ada"))
    found, pages, cursor = [], 0, None
    while True:
        calls.clear()
        items, cursor = world.ports.conversations.list_page(
            "bank", {}, readable, limit=1, cursor=cursor
        )
        assert calls.total() <= 100
        found, pages = found + [each.id for each in items], pages + 1
        if cursor is None:
            break
    assert found == hers
    assert pages > 1
