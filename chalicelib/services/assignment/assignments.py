"""A slot is free, or somebody waits: who gets whom?

The table decides every race: an attempt that lost reads again and decides again. Nothing here
polls; the same invocation that freed a slot hands it on.
"""

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum

from chalicelib.errors import Conflict, Forbidden, NotFound
from chalicelib.model.agent import Role, User
from chalicelib.model.conversation import Conversation, ConversationState
from chalicelib.model.notices import Unassigned
from chalicelib.model.views import for_visitor
from chalicelib.playbook.playbook import Playbook
from chalicelib.routing.record import service
from chalicelib.services import audience
from chalicelib.services.assignment import availability, homes, matching, places, positions, waits
from chalicelib.services.assignment.matching import Match
from chalicelib.services.ports import Ports
from chalicelib.services.ports.placement import Claim, Listener, Why, entry_of

# Everybody who frees a slot at one moment reaches for the same head of the queue.
ATTEMPTS = 50
RECHECK_SECONDS = 2
# Whoever lost a conversation for one of these has no slot to offer.
ABSENT = frozenset({"lease_expired", "offline", "deactivated", "not_on_this_site"})


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
        found = matching.next_for_agent(ports, playbook, user)
        if found is None:
            break
        match _hand_over(ports, playbook, found):
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
        found = matching.next_in_group(ports, playbook, group, lost)
        if found is None:
            break
        match _hand_over(ports, playbook, found):
            case Handed.GIVEN:
                given += 1
            case Handed.NO_SLOT:
                lost.add(found.user.id)
            case Handed.GONE:
                continue
    return given


def recheck(ports: Ports, site: str, conversation: str) -> None:
    """The second look of whoever joined a queue: a slot may have been freed at that very moment."""
    found = ports.conversations.get(site, conversation)
    serve_queues(ports, ports.playbooks.current(site), found)


def serve_queues(ports: Ports, playbook: Playbook, conversation: Conversation) -> int:
    """Look at every queue a conversation waits in; how many were joined to an agent."""
    return sum(serve_group(ports, playbook, group) for group in conversation.queues)


def take(ports: Ports, site: str, conversation: str, user: User) -> Conversation:
    """An agent picks a conversation from the queue by hand; Conflict when another was faster."""
    playbook = ports.playbooks.current(site)
    before = ports.conversations.get(site, conversation)
    if not before.queues:
        code = "already_assigned" if before.is_open else "conversation_closed"
        raise Conflict(f"the conversation is {before.state}", code)
    theirs = availability.groups_of(playbook, user)
    group = next((each for each in before.queues if each in theirs), None)
    if group is None:
        raise Forbidden("this conversation waits in a group that you are not a member of")
    entry, now = entry_of(before, group), ports.now()
    claim = replace(claim_of(user), by_hand=True)
    strategy = playbook.groups[group].strategy
    why = Why(event="take", at=now, record=service(entry, user.id, strategy, (), now))
    due_at = waits.due_once_given(ports, playbook, group, now)
    try:
        ports.conversations.hand_over(site, entry, claim, now, due_at=due_at, why=why)
    except Conflict as conflict:
        if conflict.code == "slot_taken":
            raise Conflict("you are not available, or have no free slot", "no_free_slot") from None
        raise Conflict("somebody else was faster", "already_assigned") from None
    after = ports.conversations.get(site, conversation)
    after_assignment(ports, playbook, after, before.queues)
    return after


def requeue(ports: Ports, site: str, conversation: str, agent: str, reason: str) -> None:
    """Take a conversation from an agent who is gone, keeping its place; twice is once."""
    before, listeners = ports.conversations.with_audience(site, conversation)
    if before.state is not ConversationState.ASSIGNED or before.agent != agent:
        return
    playbook = _playbook_if_any(ports, site)
    now = ports.now()
    after = before.requeued(now)
    if playbook is not None:
        after = waits.with_due(ports, playbook, homes.at_home(playbook, after))
    record = {"outcome": "enqueue", "group": after.group, "agent": agent}
    try:
        ports.conversations.move(before, after, why=Why(event=reason, at=now, record=record))
    except Conflict:
        return
    if playbook is not None:
        after_leaving(ports, playbook, before, after, listeners, reason)


def _playbook_if_any(ports: Ports, site: str) -> Playbook | None:
    """Slots are given back on a site that was deleted, too."""
    try:
        return ports.playbooks.current(site)
    except NotFound:
        return None


def after_leaving(
    ports: Ports,
    playbook: Playbook,
    before: Conversation,
    after: Conversation,
    listeners: Iterable[Listener],
    reason: str,
) -> None:
    """A conversation has left its place: serve whoever may be served now, and tell them all.

    Serving comes first: whoever waits has waited long enough.
    """
    audience.tell_visitor(ports, after, listeners, for_visitor(after))
    waits.arm(ports, playbook, after)
    serve_queues(ports, playbook, after)
    if reason not in ABSENT:
        serve_freed(ports, before.agent, before.site)
    if before.agent is not None:
        notice = Unassigned(conversation=before.id, reason=reason)
        audience.tell_agent(ports, before.agent, notice)
    for group in dict.fromkeys((*before.queues, *after.queues)):
        positions.tell(ports, playbook, group)
    places.changed(ports, before)
    if after.group != before.group:
        places.changed(ports, after)


def serve_freed(ports: Ports, agent: str | None, site: str) -> None:
    """A slot of this agent has come free: whoever waits longest gets it, on any of their sites."""
    user = ports.staff.users().get(agent or "")
    if user is not None and user.active:
        serve_everywhere(ports, user, free=1, first=site)


def after_assignment(
    ports: Ports, playbook: Playbook, conversation: Conversation, queues: Iterable[str]
) -> None:
    """Tell whom it concerns that a conversation from these queues has found its agent."""
    audience.tell_placed(ports, conversation)
    waits.arm(ports, playbook, conversation)
    for group in queues:
        positions.tell(ports, playbook, group)
    places.changed(ports, conversation)


def _sites_of(ports: Ports, user: User, first: str) -> Iterable[str]:
    """Every site a user works on, one of them first; the others are looked up only if needed."""
    yield first
    everywhere = user.role is Role.ADMIN
    yield from (
        site for site in (ports.playbooks.sites() if everywhere else user.sites) if site != first
    )


def _hand_over(ports: Ports, playbook: Playbook, found: Match) -> Handed:
    site, entry, user, now = playbook.site.id, found.entry, found.user, ports.now()
    strategy = playbook.groups[entry.group].strategy
    record = service(entry, user.id, strategy, found.considered, now)
    why = Why(event="queue", at=now, record=record)
    due_at = waits.due_once_given(ports, playbook, entry.group, now)
    try:
        ports.conversations.hand_over(site, entry, claim_of(user), now, due_at=due_at, why=why)
    except Conflict as conflict:
        return Handed.NO_SLOT if conflict.code == "slot_taken" else Handed.GONE
    given = ports.conversations.get(site, entry.conversation)
    after_assignment(ports, playbook, given, entry.queues)
    return Handed.GIVEN


def claim_of(user: User) -> Claim:
    """A claim on one slot of an agent, as long as their profile stays what it is."""
    return Claim(agent=user.id, profile_version=user.version)
