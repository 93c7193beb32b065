"""Where is it kept how many wait in a group, and what they have yet to be told?

Beside the count: each queue has one item, which every change of the queue writes anyway.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from chalicelib.services.ports.queues import News
from chalicelib.store import keys
from chalicelib.store.items import attribute
from chalicelib.store.operations import (
    AnyOf,
    AtMost,
    Equals,
    Has,
    Item,
    Missing,
    Present,
    Table,
    Update,
    WriteConflict,
)


class StoredQueues:
    def __init__(self, table: Table) -> None:
        self._table = table

    def waiting(self, site: str, groups: Collection[str]) -> Mapping[str, int]:
        found = self._counters(site, groups)
        return {group: item.get("waiting", 0) for group, item in found.items()}

    def mark(self, site: str, group: str, news: News, *, until: datetime, now: datetime) -> bool:
        at = _attribute(news)
        nobody_will = AnyOf((Missing(at), AtMost(at, attribute(now))))
        mark = Update(keys.group_counter(site, group), set={at: attribute(until)}, when=nobody_will)
        return self._happens(mark)

    def unmark(self, site: str, group: str, news: News) -> None:
        at = _attribute(news)
        self._happens(Update(keys.group_counter(site, group), remove=(at,), when=Has(at)))

    def begin_telling(
        self, site: str, group: str, telling: str, *, until: datetime, now: datetime
    ) -> bool:
        nobody_tells = AnyOf((Missing("telling_until"), AtMost("telling_until", attribute(now))))
        begin = Update(
            keys.group_counter(site, group),
            set={"telling": telling, "telling_until": attribute(until)},
            remove=(_attribute(News.PLACES),),
            when=(Present(), nobody_tells),
        )
        return self._happens(begin)

    def go_on_telling(self, site: str, group: str, telling: str, *, until: datetime) -> bool:
        more = {"telling_until": attribute(until)}
        ours = Equals("telling", telling)
        return self._happens(Update(keys.group_counter(site, group), set=more, when=ours))

    def end_telling(self, site: str, group: str, telling: str) -> bool:
        key, ours = keys.group_counter(site, group), Equals("telling", telling)
        told = ("telling", "telling_until")
        if self._happens(Update(key, remove=told, when=(ours, Missing(_attribute(News.PLACES))))):
            return False
        return self._happens(Update(key, remove=told, when=ours))

    def untold(
        self, site: str, groups: Collection[str], before: datetime
    ) -> Sequence[tuple[str, News]]:
        late = attribute(before)
        return [
            (group, news)
            for group, item in self._counters(site, groups).items()
            for news in News
            if any(item.get(at, late) < late for at in _promises(news))
        ]

    def _counters(self, site: str, groups: Collection[str]) -> dict[str, Item]:
        names = {group: keys.group_counter(site, group) for group in groups}
        found = self._table.get_many(names.values()) if names else {}
        return {group: found.get(key, {}) for group, key in names.items()}

    def _happens(self, update: Update) -> bool:
        try:
            self._table.write(update)
        except WriteConflict:
            return False
        return True


def _promises(news: News) -> tuple[str, ...]:
    """By when this news was to be told."""
    promised = _attribute(news)
    return (promised, "telling_until") if news is News.PLACES else (promised,)


def _attribute(news: News) -> str:
    return f"tell_{news.value}_at"
