"""How is a group looked at: as a whole, or by a sample of those who are free?

A group of up to a hundred is read as a whole. A larger one costs the same whatever its size: a
sample from its free lists, drawn at random so that claims of one moment seldom meet.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from chalicelib.model.agent import User
from chalicelib.playbook.playbook import Playbook
from chalicelib.routing.elect import candidate
from chalicelib.routing.group import Group
from chalicelib.routing.modes import GroupState
from chalicelib.routing.queue import next_for
from chalicelib.routing.roster import Team
from chalicelib.services.ports import Ports
from chalicelib.services.ports.free_agents import Pool
from chalicelib.services.ports.placement import Lane, Look
from chalicelib.services.ports.shares import Shares

# A sample whose every agent has just left is drawn again, a few times.
LOOKS = 3
# Those who wait may speak any number; each is one more read of a large group.
MOST_LANGUAGES = 8


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked beside the groups themselves; `seed` chooses the sample.

    `heads`: who waits beside a free slot; whoever has read the queue does not ask.
    `deep`: of a large group every list that may be asked, though the first names somebody.
    `now`: the moment of whoever decides by it, so that nobody is there for one and gone for the
    other; the moment of the look if it is left out.
    """

    visitor: str | None = None
    shares: Shares | None = None
    languages: tuple[str | None, ...] = (None,)
    seed: str = ""
    heads: bool = True
    deep: bool = False
    now: datetime | None = None


def look(
    ports: Ports, playbook: Playbook, names: Collection[str], asked: Question
) -> tuple[Mapping[str, GroupState], Mapping[str, User], Look]:
    """Groups as they stand, those of their members who were looked at, and what else was asked."""
    teams = teams_of(ports, playbook, names)
    for draw in range(LOOKS):
        pools = pools_of(teams, asked.languages, f"{asked.seed} {draw}", deep=asked.deep)
        looked = ports.lanes.now(
            playbook.site.id, pools, asked.visitor, asked.shares, heads=asked.heads
        )
        if _is_outdated(teams, looked.lanes):
            # A profile has changed in the last seconds; a claim on the old one would fail.
            ports.staff.look_again()
            teams = teams_of(ports, playbook, names)
        elif not _is_stale(teams, looked.lanes, ports.now()):
            break
    people = {
        agent: teams[name].members[agent]
        for name, lane in looked.lanes.items()
        for agent in lane.states
        if agent in teams[name].members
    }
    now = asked.now or ports.now()
    return group_states(playbook, teams, looked.lanes, now), people, looked


def teams_of(ports: Ports, playbook: Playbook, names: Collection[str]) -> Mapping[str, Team]:
    """The teams of some groups."""
    everybody = ports.staff.teams(playbook)
    return {name: everybody[name] for name in names}


def pools_of(
    teams: Mapping[str, Team], languages: Iterable[str | None], seed: str, *, deep: bool = False
) -> dict[str, Pool]:
    """Whom to consider of each team, for conversations in these languages."""
    asked = list(dict.fromkeys(languages))[:MOST_LANGUAGES]
    return {
        name: Pool(lists=_lists(team, asked, deep=deep), seed=seed)
        if team.is_large
        else Pool(members=tuple(team.members))
        for name, team in teams.items()
    }


def _lists(
    team: Team, languages: Iterable[str | None], *, deep: bool
) -> tuple[tuple[str, ...], ...]:
    """The lists to try for each language; or every list by itself."""
    tried = tuple(map(team.lists_for, languages))
    if not deep:
        return tried
    return tuple((each,) for each in dict.fromkeys(chain.from_iterable(tried)))


def _is_outdated(teams: Mapping[str, Team], lanes: Mapping[str, Lane]) -> bool:
    """Whether somebody's state follows another version of their profile than the one in mind."""
    return any(
        agent in teams[name].members and teams[name].members[agent].version != state.profile_version
        for name, lane in lanes.items()
        for agent, state in lane.states.items()
    )


def _is_stale(teams: Mapping[str, Team], lanes: Mapping[str, Lane], now: datetime) -> bool:
    """Whether the free lists of a large group named only people who cannot take anything."""
    return any(
        teams[name].is_large
        and lane.states
        and not any(each.is_available(now) and each.free_slots for each in lane.states.values())
        for name, lane in lanes.items()
    )


def group_states(
    playbook: Playbook, teams: Mapping[str, Team], lanes: Mapping[str, Lane], now: datetime
) -> dict[str, GroupState]:
    """What routing asks of each team, from how it was found."""
    return {
        name: _group_state(playbook.groups[name], team, lanes[name], now)
        for name, team in teams.items()
    }


def _group_state(group: Group, team: Team, lane: Lane, now: datetime) -> GroupState:
    candidates = tuple(
        candidate(team.members[agent], state)
        for agent, state in sorted(lane.states.items())
        if agent in team.members
    )
    state = GroupState(group=group, candidates=candidates, waiting=lane.waiting)
    if not lane.head or len(lane.head) < lane.waiting:
        # Nobody looked at the queue, or not at all of it.
        return state
    served_soon = (
        entry.language
        for entry in lane.head
        if any(next_for(each, [entry], now) is not None for each in candidates)
    )
    return replace(state, waiting_languages=frozenset(served_soon))
