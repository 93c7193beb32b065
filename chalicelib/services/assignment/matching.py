"""Which conversation of those that wait, and which agent, belong together now?

Only looks; the claim is made elsewhere, and finds out whether the look was right.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from chalicelib.model.agent import Status, User
from chalicelib.playbook.playbook import Playbook
from chalicelib.routing.elect import Candidate, Election, Reason, Verdict, consider, elect
from chalicelib.routing.group import Group
from chalicelib.routing.queue import Entry, next_for, offer_order
from chalicelib.services.assignment import availability
from chalicelib.services.ports import Ports

# How far down a queue we look for a conversation that a free agent can take: first, and at most.
HEAD = 25
DEEPEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Who waits, who takes it, and everybody who was considered for it."""

    entry: Entry
    user: User
    considered: Sequence[Verdict]


def next_for_agent(ports: Ports, playbook: Playbook, user: User) -> Match | None:
    """Whom of those who wait in their groups an agent with a free slot serves next."""
    groups = [
        group
        for group in availability.groups_of(playbook, user)
        if availability.takes(playbook, playbook.groups[group], ports.now())
    ]
    if len(groups) > 1:
        waiting = ports.queues.waiting(playbook.site.id, groups)
        groups = [group for group in groups if waiting[group]]
    for depth in (HEAD, DEEPEST):
        heads = [ports.conversations.queue(playbook.site.id, group, depth) for group in groups]
        entries = list(chain.from_iterable(heads))
        now = ports.now()
        ready = _ready(ports, user, entries, now)
        entry = next_for(ready, entries, now)
        if entry is not None:
            strategy = playbook.groups[entry.group].strategy
            election = elect([ready], strategy, entry.language, now, excluded=entry.offered_to)
            return Match(entry=entry, user=user, considered=election.verdicts)
        if all(len(head) < depth for head in heads):
            return None
    return None


def next_in_group(
    ports: Ports, playbook: Playbook, name: str, lost: Collection[str]
) -> Match | None:
    """Whoever waits longest in a group and can be served, and the agent elected for them."""
    group = playbook.groups.get(name)
    if group is None or not availability.takes(playbook, group, ports.now()):
        return None
    for depth in (HEAD, DEEPEST):
        entries = ports.conversations.queue(playbook.site.id, name, depth)
        if not entries:
            return None
        states, people = availability.states(
            ports,
            playbook,
            [name],
            languages=[entry.language for entry in entries],
            # Another sample at every look: all of one may have left the conversation.
            seed=f"{ports.now().isoformat()} {entries[0].conversation} {len(lost)}",
            heads=False,
            deep=any(entry.offered_to for entry in entries),
        )
        now = ports.now()
        candidates = states[name].candidates
        if all(consider(each, None, now) is not Reason.ELIGIBLE for each in candidates):
            return None
        for entry in offer_order(entries, now):
            election = _vote(candidates, group, entry, now, lost)
            if election.winner is not None:
                user = people[election.winner]
                return Match(entry=entry, user=user, considered=election.verdicts)
        if len(entries) < depth:
            return None
    return None


def _vote(
    candidates: Collection[Candidate],
    group: Group,
    entry: Entry,
    now: datetime,
    lost: Collection[str],
) -> Election:
    keeper = entry.keeper(now)
    asked = [each for each in candidates if keeper in (None, each.id)]
    return elect(asked, group.strategy, entry.language, now, excluded=entry.offered_to, lost=lost)


def _ready(ports: Ports, user: User, entries: Iterable[Entry], now: datetime) -> Candidate:
    """An agent whose slot has just come free, before anybody has looked."""
    # Whether they are back by their own hand matters only for what they left before.
    has_left = any(user.id in each.offered_to for each in entries)
    return Candidate(
        id=user.id,
        languages=user.languages,
        slots=1,
        load=0,
        status=Status.AVAILABLE,
        lease_expires_at=now + timedelta(seconds=1),
        acted_at=ports.staff.state(user.id).acted_at if has_left else None,
    )
