"""Is an agent there? Only as long as their page says so.

Presence is a lease. A socket that closes is a hint that shortens it; a lease that runs out gives
the agent's conversations back to their queues, keeping their places.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.errors import Conflict, NotFound, Unauthenticated, VestibuleError
from chalicelib.model.agent import AgentState, Beat, Status, User
from chalicelib.model.notices import PresenceKept
from chalicelib.routing.group import Away
from chalicelib.services.assignment import assignments, buttons, enlisting
from chalicelib.services.ports import Ports

# The page renews every 25 s; three lost beats are an absence.
LEASE = timedelta(seconds=75)
# Time enough to reload the page.
GRACE = timedelta(seconds=15)
ATTEMPTS = 8


def renew(
    ports: Ports, site: str, user_id: str, status: Status | None, connection: str
) -> PresenceKept:
    """Keep the lease for another 75 s; whoever becomes available is served at once."""
    # Whoever was invited a moment ago is not among those we keep in mind yet.
    user = _active(ports.staff.users().get(user_id) or ports.staff.user(user_id))
    now = ports.now()
    beat = Beat(status=status, connection=connection, until=now + LEASE)
    user, before, after = _renewed(ports, user, beat, now)
    held = _act(ports, user, site, before, after)
    if after.is_available(now) is not before.is_available(now):
        buttons.agent_changed(ports, user, site)
    return PresenceKept(
        status=after.status.value,
        lease_expires_at=now + LEASE,
        slots=after.slots,
        active=held,
    )


def _renewed(
    ports: Ports, user: User, beat: Beat, now: datetime
) -> tuple[User, AgentState, AgentState]:
    """The user as they are now, and their state before and after."""
    for _attempt in range(ATTEMPTS):
        try:
            before, after = ports.staff.renew(user, beat, now)
        except Conflict:
            # The profile has changed since we looked, and they may have been deactivated; or
            # another page of theirs has just chosen a status.
            user = _active(ports.staff.user(user.id))
            continue
        return user, before, after
    raise Conflict("the status keeps changing; try again", "busy")


def _act(ports: Ports, user: User, site: str, before: AgentState, after: AgentState) -> int:
    """What a beat brings about; how many conversations the agent then holds."""
    now = ports.now()
    came = after.is_available(now) and not before.is_available(now)
    given = 0
    if came:
        given = assignments.serve_everywhere(ports, user, free=after.free_slots, first=site)
    elif after.status is Status.OFFLINE and before.active:
        release(ports, user.id, before, "offline")
        return 0
    elif after.status is Status.AWAY and after.active:
        given = -_give_back(ports, user.id, after)
    elif lost := _of_deleted_sites(ports, after):
        release(ports, user.id, replace(after, active=lost), "site_deleted")
        served = assignments.serve_everywhere(ports, user, free=len(lost), first=site)
        given = served - len(lost)
    if given == 0 and enlisting.keep(ports, user, after, site) and not came:
        # A group has grown large, or taken the agent in, since the last beat.
        given = assignments.serve_everywhere(ports, user, free=after.free_slots, first=site)
    return len(after.active) + given


def _active(user: User | None) -> User:
    if user is None or not user.active:
        raise Unauthenticated("this account is not active", "auth_expired")
    return user


def hang_up(ports: Ports, user_id: str, connection: str) -> None:
    """A staff socket has closed."""
    ports.staff.shorten(user_id, connection=connection, until=ports.now() + GRACE)


def release(ports: Ports, agent: str, state: AgentState, reason: str) -> None:
    """Give back every conversation an agent holds."""
    for conversation, site in state.active.items():
        assignments.requeue(ports, site, conversation, agent, reason)


def _give_back(ports: Ports, agent: str, state: AgentState) -> int:
    """Return what belongs to groups that do not leave it with whoever is away; how many."""
    returned = 0
    for conversation, site in state.active.items():
        returning = _returning(ports, site)
        if returning and ports.conversations.get(site, conversation).group in returning:
            assignments.requeue(ports, site, conversation, agent, "away")
            returned += 1
    return returned


def _of_deleted_sites(ports: Ports, state: AgentState) -> dict[str, str]:
    """What an agent holds of sites that are no more: nobody can close it, and it takes slots."""
    gone = {site for site in state.active.values() if not _exists(ports, site)}
    return {each: site for each, site in state.active.items() if site in gone}


def _exists(ports: Ports, site: str) -> bool:
    try:
        ports.playbooks.current(site)
    except NotFound:
        return False
    return True


def _returning(ports: Ports, site: str) -> frozenset[str]:
    try:
        groups = ports.playbooks.current(site).groups
    except NotFound:
        # A site that was deleted has no queue to go back to.
        return frozenset()
    return frozenset(name for name, group in groups.items() if group.away is Away.RETURN)


def expire(ports: Ports) -> int:
    """Release what absent agents hold; how many of them held something. Run by the sweeper."""
    absent = 0
    for agent, state in ports.staff.absent(ports.now()).items():
        absent += bool(state.active)
        try:
            release(ports, agent, state, "lease_expired")
            if state.listed:
                ports.free_agents.relist(replace(state, active={}), [])
            ports.staff.rest(state)
        except VestibuleError:
            # What this agent still holds is the next sweep's; the other agents are not.
            continue
    return absent
