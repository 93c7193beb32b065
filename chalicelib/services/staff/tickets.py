"""How does a member of staff open a socket without a secret in its address?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.errors import NotFound
from chalicelib.model.agent import User
from chalicelib.services.ports import Ports

LIFETIME = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """Good for one handshake, for half a minute."""

    ticket: str
    url: str
    expires_at: datetime


def issue(ports: Ports, user: User, site: str, socket_url: str) -> Ticket:
    """A ticket for a site the user works on; NotFound for any other."""
    if not user.works_on(site):
        raise NotFound(f"no site {site!r}")
    ports.playbooks.current(site)
    token = ports.new_secret()
    until = ports.now() + LIFETIME
    ports.tickets.issue(token, user=user.id, site=site, until=until)
    return Ticket(ticket=token, url=f"{socket_url}?ticket={token}", expires_at=until)


def redeem(ports: Ports, token: str) -> tuple[User, str] | None:
    """Who may open a staff socket, and on which site; None for any ticket but a fresh one."""
    found = ports.tickets.redeem(token)
    if found is None:
        return None
    user, site = ports.staff.user(found[0]), found[1]
    # Half a minute is long enough to lose one's rights.
    if user is None or not user.active or not user.works_on(site):
        return None
    return user, site
