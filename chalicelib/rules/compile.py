"""Which rule fires for these facts, and what may still change that, without asking every rule?

The rules of a playbook version are compiled once. Their conditions are cut into rows, in the order
in which the rules are considered, and each fact gets a column that tells which rows a value leaves
standing. What stands in every column holds, and its lowest bit is the winner. What a growing count
has not reached yet is possible, and tells the page what to look out for.

The answers are those of `decide`, which gives the reasons too.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from chalicelib.rules.circumstances import Circumstances
from chalicelib.rules.decide import is_held_out
from chalicelib.rules.evaluate import evaluate
from chalicelib.rules.facts import Facts
from chalicelib.rules.index.gates import Gates
from chalicelib.rules.index.lookout import Lookout
from chalicelib.rules.index.rows import Ask, Place, places_in, rows_of
from chalicelib.rules.index.sieve import Sieve
from chalicelib.rules.rule import RuleStatus, TargetingRule
from chalicelib.rules.watch import Watch


class Verdict(NamedTuple):
    """A decision without its reasons; `waiting` are the rows of the rules that are unknown."""

    fired: TargetingRule | None
    held_out: bool
    watches: tuple[Watch, ...]
    waiting: int


_NOTHING: Final = Verdict(None, False, (), 0)


def compile(rules: Iterable[TargetingRule]) -> "Index":
    """The index of one playbook version's rules; drafts and paused rules have no place in it."""
    active = [rule for rule in rules if rule.status is RuleStatus.ACTIVE]
    return Index(sorted(active, key=lambda rule: (-rule.priority, rule.id)))


class Index:
    """Rules by rank. It remembers values that it has met, but not who had them."""

    def __init__(self, ranked: Iterable[TargetingRule]) -> None:
        asked: defaultdict[tuple[str, object], list[tuple[int, Ask]]] = defaultdict(list)
        self._place_of: list[Place] = []
        self._partial = 0
        for rule in ranked:
            rows, whole = rows_of(rule.when)
            start = len(self._place_of)
            for number, row in enumerate(rows, start):
                for ask in row:
                    asked[ask.compare.fact, ask.compare.read].append((number, ask))
            place = Place(rule, ((1 << len(rows)) - 1) << start, whole)
            self._place_of += [place] * len(rows)
            self._partial |= 0 if whole else place.rows
        self._sieve = Sieve(asked.values(), (1 << len(self._place_of)) - 1)
        self._gates = Gates(self._place_of)
        self._lookout = Lookout(self._place_of, self._sieve)

    def decide(self, facts: Facts, around: Circumstances) -> Verdict:
        """What `decide` answers to the same question, but for the reasons."""
        holding, possible, states = self._sieve.outcomes(facts)
        if not possible or around.open_conversation:
            return _NOTHING
        possible = self._gates.passed_by(possible, around)
        if not possible:
            return _NOTHING
        fired, unknown, asked = self._sort_out(holding, possible, facts, around.unavailable)
        held_out = (
            fired is not None and fired.hold_out_percent > 0 and is_held_out(around.visitor, fired)
        )
        if not unknown and not asked:
            return Verdict(fired, held_out, (), 0)
        waiting = unknown | sum(place.rows for place in asked)
        watches = self._lookout.watches(unknown, asked, facts, states)
        return Verdict(fired, held_out, watches, waiting)

    def matching(self, facts: Facts) -> Iterator[TargetingRule]:
        """The rules whose condition holds, first the first to be considered."""
        holding, possible, _ = self._sieve.outcomes(facts)
        for place in places_in(holding | possible & self._partial, self._place_of):
            if place.whole or evaluate(place.rule.when, facts):
                yield place.rule

    def rules_at(self, rows: int) -> tuple[str, ...]:
        """The ids of the rules that have one of these rows."""
        return tuple(place.rule.id for place in places_in(rows, self._place_of))

    def _sort_out(
        self, holding: int, possible: int, facts: Facts, unavailable: frozenset[str]
    ) -> tuple[TargetingRule | None, int, list[Place]]:
        """The rule that fires, the rows above it that are unknown, and partial rules likewise."""
        asked: list[Place] = []
        unknown = possible & ~self._partial
        candidates = possible & (holding | self._partial)
        while candidates:
            row = candidates & -candidates
            place = self._place_of[row.bit_length() - 1]
            outcome = True if place.whole else evaluate(place.rule.when, facts)
            if outcome is None:
                asked.append(place)
            elif outcome:
                unknown &= ~place.rows
                if place.rule.id not in unavailable:
                    return place.rule, unknown & (row - 1), asked
            candidates &= ~place.rows
        return None, unknown, asked
