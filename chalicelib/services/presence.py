"""Is an agent there? Only as long as their page says so.

Presence is a lease. A socket that closes is a hint that shortens it; a lease that runs out gives
the agent's conversations back to their queues, keeping their places.
"""

from datetime import timedelta

from chalicelib.errors import Unauthenticated, VestibuleError
from chalicelib.model.agent import AgentState, Status
from chalicelib.model.notices import PresenceKept
from chalicelib.services import assignments, buttons, enlisting
from chalicelib.services.ports import Ports

# The page renews every 25 s; three lost beats are an absence.
LEASE = timedelta(seconds=75)
# Time enough to reload the page.
GRACE = timedelta(seconds=15)


def renew(
    ports: Ports, site: str, user_id: str, status: Status | None, connection: str
) -> PresenceKept:
    """Keep the lease for another 75 s; whoever becomes available is served at once."""
    # Whoever was invited a moment ago is not among those we keep in mind yet.
    user = ports.staff.users().get(user_id) or ports.staff.user(user_id)
    if user is None or not user.active:
        raise Unauthenticated("this account is not active", "auth_expired")
    now = ports.now()
    before, after = ports.staff.renew(
        user_id, status=status, connection=connection, until=now + LEASE, now=now
    )
    held = len(after.active)
    if after.is_available(now) and (status is not None or not before.is_available(now)):
        # Also who was there all along: by choosing they may have again what they left.
        held += assignments.serve_everywhere(ports, user, free=after.free_slots, first=site)
    elif after.status is Status.OFFLINE and before.active:
        release(ports, user_id, before, "offline")
        held = 0
    if held == len(after.active):
        # Whatever was handed over or given back has been set right with it.
        enlisting.keep(ports, user, after, site)
    if after.is_available(now) is not before.is_available(now):
        buttons.agent_changed(ports, user, site)
    return PresenceKept(
        status=after.status.value,
        lease_expires_at=now + LEASE,
        slots=after.slots,
        active=held,
    )


def hang_up(ports: Ports, user_id: str, connection: str) -> None:
    """A staff socket has closed."""
    ports.staff.shorten(user_id, connection=connection, until=ports.now() + GRACE)


def release(ports: Ports, agent: str, state: AgentState, reason: str) -> None:
    """Give back every conversation an agent holds."""
    for conversation, site in state.active.items():
        assignments.requeue(ports, site, conversation, agent, reason)


def expire(ports: Ports) -> int:
    """Release what absent agents hold; how many agents were absent. Run by the sweeper."""
    now = ports.now()
    users = ports.staff.users()
    absent = 0
    for agent, state in ports.staff.states(sorted(users)).items():
        if state.active and not state.is_present(now):
            absent += 1
            try:
                release(ports, agent, state, "lease_expired")
            except VestibuleError:
                # What this agent still holds is the next sweep's; the other agents are not.
                continue
    return absent
