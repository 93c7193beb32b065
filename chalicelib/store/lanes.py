"""Which agents and queues does each group have, at this moment or a second ago?"""

from collections.abc import Callable, Mapping, Sequence

from chalicelib.model.visitor import Ledger
from chalicelib.services.placement import Lane
from chalicelib.store import keys
from chalicelib.store.operations import Table
from chalicelib.store.staff import state_of
from chalicelib.store.visitors import ledger_of

LATELY_SECONDS = 1.0
MOST_KEPT = 256


class StoredLanes:
    """`clock` is in seconds and only measures how old a look is."""

    def __init__(self, table: Table, clock: Callable[[], float]) -> None:
        self._table = table
        self._clock = clock
        self._looks: dict[tuple[str, str, tuple[str, ...]], tuple[float, Lane]] = {}

    def now(
        self, site: str, groups: Mapping[str, Sequence[str]], visitor: str | None = None
    ) -> tuple[Mapping[str, Lane], Ledger | None]:
        agents = {each: keys.agent(each) for members in groups.values() for each in members}
        counters = {group: keys.group_counter(site, group) for group in groups}
        wanted = [*agents.values(), *counters.values()]
        if visitor is not None:
            wanted.append(keys.visitor(site, visitor))
        found = self._table.get_many(wanted)
        states = {agent: state_of(found[key]) for agent, key in agents.items() if key in found}
        lanes = {
            group: Lane(
                states={each: states[each] for each in members if each in states},
                waiting=found.get(counters[group], {}).get("waiting", 0),
            )
            for group, members in groups.items()
        }
        if visitor is None:
            return lanes, None
        return lanes, ledger_of(site, visitor, found.get(keys.visitor(site, visitor)))

    def lately(self, site: str, groups: Mapping[str, Sequence[str]]) -> Mapping[str, Lane]:
        at = self._clock()
        names = {(site, group, tuple(members)): group for group, members in groups.items()}
        unknown = {
            group: groups[group]
            for name, group in names.items()
            if at - self._looks.get(name, (float("-inf"), None))[0] >= LATELY_SECONDS
        }
        if unknown:
            fresh, _ledger = self.now(site, unknown)
            if len(self._looks) >= MOST_KEPT:
                self._looks.clear()
            for name, group in names.items():
                if group in fresh:
                    self._looks[name] = (at, fresh[group])
        return {group: self._looks[name][1] for name, group in names.items()}
