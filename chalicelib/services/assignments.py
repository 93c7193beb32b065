"""A slot is free, or somebody waits: who gets whom?

The table decides every race: an attempt that lost reads again and decides again. Nothing here
polls; the same invocation that freed a slot hands it on.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain

from chalicelib.errors import Conflict, Forbidden, NotFound
from chalicelib.model.agent import Role, Status, User
from chalicelib.model.conversation import Conversation, ConversationState
from chalicelib.model.notices import Unassigned
from chalicelib.playbook.playbook import Playbook
from chalicelib.routing.elect import Candidate, Reason, consider, elect
from chalicelib.routing.group import Group
from chalicelib.routing.queue import Entry, next_for, order
from chalicelib.services import audience, availability, places, positions
from chalicelib.services.placement import Claim, entry_of
from chalicelib.services.ports import Ports

# How far down a queue we look for a conversation that a free agent can take: first, and at most.
HEAD = 25
DEEPEST = 500
# Everybody who frees a slot at one moment reaches for the same head of the queue.
ATTEMPTS = 50
RECHECK_SECONDS = 2


class Handed(StrEnum):
    """What came of handing a waiting conversation to an agent."""

    GIVEN = "given"
    NO_SLOT = "no_slot"
    GONE = "gone"


def serve_agent(ports: Ports, site: str, user: User, *, free: int) -> int:
    """Give an agent's free slots to those who wait longest in their groups; how many were given.

    The agent is taken to be available: the claim itself finds out when they are not.
    """
    playbook = ports.playbooks.current(site)
    given = 0
    for _attempt in range(ATTEMPTS):
        if given == free:
            break
        entry = _next_entry(ports, playbook, user)
        if entry is None:
            break
        match _hand_over(ports, playbook, entry, user):
            case Handed.GIVEN:
                given += 1
            case Handed.NO_SLOT:
                current = ports.staff.user(user.id)
                if current is None or current.version == user.version:
                    break
                # The profile has just changed, and the claim was made on the old one.
                user = current
            case Handed.GONE:
                continue
    return given


def serve_everywhere(ports: Ports, user: User, *, free: int, first: str) -> int:
    """Give an agent's free slots to whoever waits, on any of their sites; how many were given.

    Slots count over all sites: what one site's queue does not need, another's may.
    """
    given = 0
    for site in _sites_of(ports, user, first):
        if given >= free:
            break
        try:
            given += serve_agent(ports, site, user, free=free - given)
        except NotFound:
            # A site that was deleted has nobody to serve.
            continue
    return given


def serve_group(ports: Ports, playbook: Playbook, group: str) -> int:
    """Look at a queue and its agents once more, and join whom it can; how many were joined."""
    given = 0
    lost: set[str] = set()
    for _attempt in range(ATTEMPTS):
        found = _next_pair(ports, playbook, group, lost)
        if found is None:
            break
        entry, agent = found
        match _hand_over(ports, playbook, entry, agent):
            case Handed.GIVEN:
                given += 1
            case Handed.NO_SLOT:
                lost.add(agent.id)
            case Handed.GONE:
                continue
    return given


def recheck(ports: Ports, site: str, conversation: str) -> None:
    """The second look of whoever joined a queue: a slot may have been freed at that very moment."""
    found = ports.conversations.get(site, conversation)
    if found.state is ConversationState.WAITING and found.group is not None:
        serve_group(ports, ports.playbooks.current(site), found.group)


def take(ports: Ports, site: str, conversation: str, user: User) -> Conversation:
    """An agent picks a conversation from the queue by hand; Conflict when another was faster."""
    playbook = ports.playbooks.current(site)
    before = ports.conversations.get(site, conversation)
    if before.state is not ConversationState.WAITING or before.group is None:
        code = "already_assigned" if before.is_open else "conversation_closed"
        raise Conflict(f"the conversation is {before.state}", code)
    if before.group not in availability.groups_of(playbook, user):
        raise Forbidden("this conversation waits in a group that you are not a member of")
    try:
        ports.conversations.hand_over(site, entry_of(before), claim_of(user), ports.now())
    except Conflict as conflict:
        if conflict.code == "slot_taken":
            raise Conflict("you are not available, or have no free slot", "no_free_slot") from None
        raise Conflict("somebody else was faster", "already_assigned") from None
    after = ports.conversations.get(site, conversation)
    after_assignment(ports, playbook, after)
    return after


def requeue(ports: Ports, site: str, conversation: str, agent: str, reason: str) -> None:
    """Take a conversation from an agent who is gone, keeping its place; twice is once."""
    before = ports.conversations.get(site, conversation)
    if before.state is not ConversationState.ASSIGNED or before.agent != agent:
        return
    after = before.requeued(ports.now())
    try:
        ports.conversations.requeue(before, after)
    except Conflict:
        return
    audience.tell_agent(ports, agent, Unassigned(conversation=conversation, reason=reason))
    playbook = ports.playbooks.current(site)
    if after.group is not None:
        serve_group(ports, playbook, after.group)
        positions.tell(ports, playbook, after.group)
    places.changed(ports, before)


def after_assignment(ports: Ports, playbook: Playbook, conversation: Conversation) -> None:
    """Tell whom it concerns that a conversation has found its agent."""
    audience.tell_placed(ports, conversation)
    if conversation.group is not None:
        positions.tell(ports, playbook, conversation.group)
    places.changed(ports, conversation)


def _sites_of(ports: Ports, user: User, first: str) -> Iterable[str]:
    """Every site a user works on, one of them first; the others are looked up only if needed."""
    yield first
    everywhere = user.role is Role.ADMIN
    yield from (
        site for site in (ports.playbooks.sites() if everywhere else user.sites) if site != first
    )


def _next_entry(ports: Ports, playbook: Playbook, user: User) -> Entry | None:
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
        now = ports.now()
        entry = next_for(_ready(user, now), chain.from_iterable(heads), now)
        if entry is not None or all(len(head) < depth for head in heads):
            return entry
    return None


def _next_pair(
    ports: Ports, playbook: Playbook, name: str, lost: Collection[str]
) -> tuple[Entry, User] | None:
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
            seed=f"{entries[0].conversation} {len(lost)}",
        )
        now = ports.now()
        candidates = states[name].candidates
        if all(consider(each, None, now) is not Reason.ELIGIBLE for each in candidates):
            return None
        found = _first_pair(candidates, group, entries, now, lost)
        if found is not None:
            return found[0], people[found[1]]
        if len(entries) < depth:
            return None
    return None


def _ready(user: User, now: datetime) -> Candidate:
    """An agent whose slot has just come free, before anybody has looked."""
    return Candidate(
        id=user.id,
        languages=user.languages,
        slots=1,
        load=0,
        status=Status.AVAILABLE,
        lease_expires_at=now + timedelta(seconds=1),
    )


def _first_pair(
    candidates: Collection[Candidate],
    group: Group,
    entries: Iterable[Entry],
    now: datetime,
    lost: Collection[str],
) -> tuple[Entry, str] | None:
    """Whoever waits longest and can be served, and the agent elected for them."""
    for entry in order(entries):
        chosen = elect(
            candidates, group.strategy, entry.language, now, excluded=entry.offered, lost=lost
        )
        if chosen.winner is not None:
            return entry, chosen.winner
    return None


def _hand_over(ports: Ports, playbook: Playbook, entry: Entry, user: User) -> Handed:
    site = playbook.site.id
    try:
        ports.conversations.hand_over(site, entry, claim_of(user), ports.now())
    except Conflict as conflict:
        return Handed.NO_SLOT if conflict.code == "slot_taken" else Handed.GONE
    after_assignment(ports, playbook, ports.conversations.get(site, entry.conversation))
    return Handed.GIVEN


def claim_of(user: User) -> Claim:
    """A claim on one slot of an agent, as long as their profile stays what it is."""
    return Claim(agent=user.id, profile_version=user.version)
