"""What does an operation weigh: how many requests, and how many items are read?"""

from collections import Counter

from chalicelib.store.memory import MemoryTable
from tests.world import World


class Scales(MemoryTable):
    """A table that weighs: requests by kind, and every item that is read."""

    def __init__(self, now):
        super().__init__(now, self._count)
        self.calls = Counter()
        self.items = 0

    def _count(self, name):
        self.calls[name] += 1

    def get(self, key):
        self.items += 1
        return super().get(key)

    def get_many(self, keys):
        found = super().get_many(keys)
        self.items += len(found)
        return found

    def _select(self, *args, **more):
        found = super()._select(*args, **more)
        self.items += len(found)
        return found

    def forget(self):
        self.calls.clear()
        self.items = 0


def weighing_world():
    """A world on a table that weighs."""
    worlds = []
    table = Scales(lambda: worlds[0].epoch())
    worlds.append(World(table=table))
    return worlds[0]
