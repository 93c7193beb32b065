"""Which facts have so few values that what they say together can be remembered?

Most visitors share their device, browser, system and language with many others, and at one moment
of one site little else varies than where they came from. So the rows that stand for all of it are
looked up at once.
"""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any, Final

from chalicelib.rules.index.columns import Column, most_values

TOGETHER: Final = (
    ("visitor.device", "visitor.browser", "visitor.os", "visitor.language"),
    ("clock.day", "clock.date", "clock.time", "hours", "page.host", "visit.source"),
)


class Group:
    """Several columns of texts as one: by their values, the rows that stand in all of them."""

    __slots__ = ("_columns", "_limit", "_values_of", "facts", "met")

    def __init__(self, columns: Sequence[Column], every: int) -> None:
        self.met: dict[tuple[object, ...], int] = {}
        self.facts = tuple(column.fact for column in columns)
        # Quicker than one by one, where there is a value for each.
        self._values_of = itemgetter(*self.facts)
        self._columns = columns
        self._limit = most_values(every)

    def standing(self, facts: dict[str, Any]) -> int:
        """The rows that stand for these facts; raises `TypeError` where one is a list."""
        try:
            values = self._values_of(facts)
        except KeyError:
            values = tuple(map(facts.get, self.facts))
        rows = self.met.get(values)
        return self.learn(values) if rows is None else rows

    def learn(self, values: tuple[object, ...]) -> int:
        """The rows that stand for values that were not met together."""
        rows: int = -1
        for column, value in zip(self._columns, values, strict=True):
            known = column.met.get(value)
            rows &= column.learn(value) if known is None else known
        if len(self.met) >= self._limit:
            self.met.clear()
        self.met[values] = rows
        return rows


def grouped(columns: Sequence[Column], every: int) -> tuple[list[Group], list[Column]]:
    """The groups that are worth it, and the columns that are in none of them."""
    met = [[column for column in columns if column.fact in facts] for facts in TOGETHER]
    groups = [Group(each, every) for each in met if len(each) > 1]
    taken = {fact for group in groups for fact in group.facts}
    return groups, [column for column in columns if column.fact not in taken]
