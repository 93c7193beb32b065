"""What should the page look out for on behalf of the rows that are still unknown?"""

from collections.abc import Iterator, Sequence

from chalicelib.rules import watch
from chalicelib.rules.facts import Facts
from chalicelib.rules.index.counters import States, none_asks_more
from chalicelib.rules.index.rows import Place, places_in
from chalicelib.rules.index.sieve import Sieve
from chalicelib.rules.watch import Watch


class Lookout:
    """Counters tell the earliest count; of the few rules that are harder, the tree is asked."""

    def __init__(self, place_of: Sequence[Place], sieve: Sieve) -> None:
        self._place_of = place_of
        self._sieve = sieve
        self._several = 0
        for each in place_of:
            self._several |= each.rows if each.rows & (each.rows - 1) else 0
        self._hopeless = sieve.hopeless
        self._plain: dict[int, bool] = {}

    def watches(
        self, unknown: int, asked: Sequence[Place], facts: Facts, states: States
    ) -> tuple[Watch, ...]:
        """Sorted by fact; `asked` are rules that are unknown, whatever their rows say."""
        if unknown & self._hopeless:
            for _, state in states:
                unknown &= state.hopeful
        harder = asked
        if unknown & self._several:
            harder = [*asked, *self._harder(unknown, any(state.absent for _, state in states))]
            for place in harder:
                unknown &= ~place.rows
        found = _earliest(unknown, states)
        if harder:
            found += watch.watches([place.rule.when for place in harder], facts)
            return watch.merged(found)
        return tuple(found)

    def _harder(self, unknown: int, odd: bool) -> Iterator[Place]:
        """The rules of which several rows are unknown, one of which may ask more than another."""
        for place in places_in(unknown & self._several, self._place_of):
            rows = unknown & place.rows
            if rows & (rows - 1) and (odd or not self._is_plain(place)):
                yield place

    def _is_plain(self, place: Place) -> bool:
        plain = self._plain.get(place.rows)
        if plain is None:
            first = (place.rows & -place.rows).bit_length() - 1
            rows = range(first, place.rows.bit_length())
            plain = none_asks_more([self._sieve.spans_of(row) for row in rows])
            self._plain[place.rows] = plain
        return plain


def _earliest(unknown: int, states: States) -> list[Watch]:
    """Of each counter the first count that any of the rows asks for, by fact."""
    awaited = 0
    for counter, state in states:
        if not counter.elapses:
            awaited |= state.ahead
    found: list[Watch] = []
    for counter, state in states:
        growing = unknown & state.ahead
        # Time passes by itself: it is not waited for beside something else.
        growing = growing & ~awaited if counter.elapses else growing
        if growing:
            found += counter.earliest(growing)
    return found
