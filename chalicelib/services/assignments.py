"""A slot is free, or somebody waits: who gets whom?

The table decides every race: an attempt that lost reads again and decides again. Nothing here
polls; the same invocation that freed a slot hands it on.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.errors import Conflict, Forbidden, NotFound
from chalicelib.model.agent import Status, User
from chalicelib.model.conversation import Conversation, ConversationState
from chalicelib.model.notices import QueueChanged, Queued, Unassigned
from chalicelib.playbook.playbook import Playbook
from chalicelib.routing.elect import Candidate, elect
from chalicelib.routing.group import Group, members
from chalicelib.routing.queue import Entry, next_for, order, position
from chalicelib.services import audience, availability
from chalicelib.services.ports import Claim, Ports, entry_of

# How far down the queues we look for a conversation that a free agent can take.
HEAD = 25
ATTEMPTS = 8
RECHECK_SECONDS = 2
POSITIONS_TOLD = 20


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
    groups = availability.groups_of(playbook, user)
    given = 0
    passed: set[str] = set()
    while given < free and len(passed) < ATTEMPTS:
        entry = next_for(
            _ready(user, ports.now()), _heads(ports, site, groups, passed), ports.now()
        )
        if entry is None:
            break
        match _hand_over(ports, playbook, entry, user):
            case Handed.GIVEN:
                given += 1
            case Handed.NO_SLOT:
                break
            case Handed.GONE:
                passed.add(entry.conversation)
    return given


def serve_everywhere(ports: Ports, user: User, *, free: int, first: str) -> None:
    """Slots count over all sites: what one site's queue does not need, another's may."""
    sites = [first, *(site for site in user.sites if site != first)]
    for site in sites:
        if free <= 0:
            return
        free -= serve_agent(ports, site, user, free=free)


def serve_group(ports: Ports, playbook: Playbook, group: str) -> int:
    """Look at a queue and its agents once more, and join whom it can; how many were joined."""
    given = 0
    lost: set[str] = set()
    for _attempt in range(HEAD):
        entries = ports.conversations.queue(playbook.site.id, group, HEAD)
        if not entries:
            break
        states, people, _ledger = availability.states(ports, playbook, [group])
        found = _first_pair(
            states[group].candidates, playbook.groups[group], entries, ports.now(), lost
        )
        if found is None:
            break
        entry, agent = found
        match _hand_over(ports, playbook, entry, people[agent]):
            case Handed.GIVEN:
                given += 1
            case Handed.NO_SLOT:
                lost.add(agent)
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
        tell_queue(ports, playbook, after.group)


def after_assignment(ports: Ports, playbook: Playbook, conversation: Conversation) -> None:
    """Tell whom it concerns that a conversation has found its agent."""
    audience.tell_placed(ports, conversation)
    if conversation.group is not None:
        tell_queue(ports, playbook, conversation.group)


def tell_queue(ports: Ports, playbook: Playbook, group: str) -> None:
    """Tell those who wait their new positions, and the group's agents its length."""
    site = playbook.site.id
    entries = order(ports.conversations.queue(site, group))
    for entry in entries[:POSITIONS_TOLD]:
        place = position(entries, entry.conversation)
        try:
            waiting, listeners = ports.conversations.with_audience(site, entry.conversation)
        except NotFound:
            continue
        if place is not None and waiting.state is ConversationState.WAITING:
            notice = Queued(conversation=entry.conversation, position=place)
            audience.tell_visitor(ports, waiting, listeners, notice)
    people = [
        user.id for user in members(playbook.groups[group], ports.staff.users().values(), site)
    ]
    audience.tell_members(ports, people, QueueChanged(group=group, waiting=len(entries)))


def _heads(
    ports: Ports, site: str, groups: Iterable[str], passed: Collection[str]
) -> tuple[Entry, ...]:
    found = (entry for group in groups for entry in ports.conversations.queue(site, group, HEAD))
    return tuple(entry for entry in found if entry.conversation not in passed)


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
