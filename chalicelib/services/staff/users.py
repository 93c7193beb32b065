"""Who belongs to the staff, and what may they do to each other?"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from chalicelib.flows.addresses import address_key, normalise
from chalicelib.model.agent import Role, User, parse_profile
from chalicelib.model.notices import Bye
from chalicelib.model.reading import Fields
from chalicelib.model.views import USER_FIELDS
from chalicelib.playbook.resources import merged
from chalicelib.services.assignment import assignments, enlisting
from chalicelib.services.ports import Ports
from chalicelib.services.ports.limits import Quota
from chalicelib.services.staff import presence

INVITATIONS_AN_HOUR = 20
SERVICE_FIELDS = frozenset({"id", "email", "version", "created_at", "updated_at"})
OWN_FIELDS = frozenset({"first_name", "last_name", "display_name", "avatar", "languages"})


def signed_in(ports: Ports, username: str, groups: frozenset[str]) -> User:
    """The active user behind a verified token.

    The operator makes the first admin in the user pool itself; the first request of such an account
    is where it joins the staff. Whoever was removed stays known, so no old token brings them back.
    """
    user = ports.staff.user(username)
    if user is None and Role.ADMIN.value in groups:
        user = _adopt(ports, username)
    if user is None or not user.active:
        raise Unauthenticated("this account is not active")
    return user


def invite(ports: Ports, body: object, *, by: User) -> User:
    """Add a user to the staff and to the user pool; Conflict when the id or address is taken.

    RateLimited where too many were written to: without a password, an invitation goes by mail.
    """
    fields = Fields(body)
    email = normalise(fields.raw("email"), "email")
    id = fields.identifier("id", None) or ports.new_id()
    password = _password(fields)
    now = ports.now()
    profile: dict[str, Any] = parse_profile(fields)
    fields.done()
    user = User(id=id, email=email, created_at=now, updated_at=now, **profile)
    if password is None:
        name = f"invitations {by.id}"
        ports.limits.spend(Quota(name=name, most=INVITATIONS_AN_HOUR, seconds=3600))
    ports.staff.add(user, address_key=address_key(email))
    try:
        ports.accounts.invite(user, password)
    except Exception:
        # Whatever went wrong, nobody can sign in to it: the id and the address stay free for the
        # next try, and the error goes on.
        ports.staff.discard(user, address_key=address_key(email))
        raise
    return user


def change(ports: Ports, id: str, patch: object, *, version: int | None = None) -> User:
    """Merge a patch into a profile; Conflict `last_admin` when nobody could administer any more."""
    before = _expected(ports, id, version)
    if not isinstance(patch, dict):
        raise Invalid("", "expected an object")
    for name in SERVICE_FIELDS & patch.keys():
        raise Invalid(name, "cannot be changed", "unknown_field")
    profile = {
        name: _plain(getattr(before, name)) for name in USER_FIELDS if name not in SERVICE_FIELDS
    }
    fields = Fields(merged(profile, patch))
    changed: dict[str, Any] = parse_profile(fields)
    fields.done()
    return _save(ports, before, changed)


def change_own(ports: Ports, user: User, patch: object, *, version: int | None = None) -> User:
    """What people may change of themselves: how they are called and seen, and what they speak."""
    if isinstance(patch, dict):
        for name in patch.keys() - OWN_FIELDS:
            code = "forbidden" if name in USER_FIELDS else "unknown_field"
            if code == "forbidden":
                raise Forbidden(f"{name} is changed by an admin")
            raise Invalid(name, "no such field", code)
    return change(ports, user.id, patch, version=version)


def remove(ports: Ports, id: str, *, version: int | None = None) -> None:
    """End all access at once; the name stays known, as the conversations do."""
    before = _expected(ports, id, version)
    if before.active:
        _save(ports, before, {"active": False})


def get(ports: Ports, id: str) -> User:
    user = ports.staff.user(id)
    if user is None:
        raise NotFound(f"no user {id!r}")
    return user


def colleagues(ports: Ports, user: User) -> list[User]:
    """Those a user may know of: admins everybody, others whoever works on a site of theirs."""
    return sorted(
        (each for each in ports.staff.users().values() if _share_a_site(user, each)),
        key=lambda each: each.id,
    )


def colleague(ports: Ports, user: User, id: str) -> User:
    """One of them; NotFound for anybody else."""
    found = get(ports, id)
    if not _share_a_site(user, found):
        raise NotFound(f"no user {id!r}")
    return found


def _share_a_site(one: User, other: User) -> bool:
    return Role.ADMIN in (one.role, other.role) or not set(one.sites).isdisjoint(other.sites)


def _expected(ports: Ports, id: str, version: int | None) -> User:
    before = get(ports, id)
    if version is not None and version != before.version:
        raise Conflict(f"the user is at version {before.version}", "precondition_failed")
    return before


def _save(ports: Ports, before: User, changed: Mapping[str, Any]) -> User:
    after = replace(before, **changed, version=before.version + 1, updated_at=ports.now())
    try:
        ports.staff.save(after, before=before)
    except Conflict as conflict:
        if conflict.code == "last_admin":
            raise Conflict("somebody must be able to administer", "last_admin") from None
        raise
    lost = {site for site in before.sites if not after.works_on(site)}
    if after.active != before.active or after.role is not before.role or lost:
        _change_access(ports, before, after)
    if after.active:
        _serve(ports, after)
    return after


def _change_access(ports: Ports, before: User, after: User) -> None:
    """A change of rights ends what was opened with the old ones."""
    for connection in ports.staff.connections([after.id]).get(after.id, ()):
        ports.sockets.push(connection, Bye(code="auth_expired"))
        ports.sockets.close(connection)
    state = ports.staff.state(after.id)
    if not after.active:
        presence.release(ports, after.id, state, "deactivated")
        ports.accounts.close(after)
        return
    foreign = {each: site for each, site in state.active.items() if not after.works_on(site)}
    presence.release(ports, after.id, replace(state, active=foreign), "not_on_this_site")
    if after.role is not before.role or not before.active:
        ports.accounts.change_role(after, before)


def _serve(ports: Ports, user: User) -> None:
    """More slots, or another group: whoever waits for that waits no longer."""
    state = ports.staff.state(user.id)
    sites = user.sites or (ports.playbooks.sites() if user.administers else ())
    if sites and state.is_available(ports.now()):
        assignments.serve_everywhere(ports, user, free=state.free_slots, first=sites[0])
        enlisting.keep(ports, user, ports.staff.state(user.id), sites[0])


def _adopt(ports: Ports, username: str) -> User:
    address = normalise(ports.accounts.address(username), "email")
    now = ports.now()
    user = User(id=username, email=address, role=Role.ADMIN, created_at=now, updated_at=now)
    try:
        ports.staff.add(user, address_key=address_key(address))
    except Conflict:
        # Two first requests at once: either of them did it.
        return get(ports, username)
    return user


def _password(fields: Fields) -> str | None:
    """A first password as the user pool takes it: it must be refused before anything is stored."""
    password: str | None = fields.text("password", None, minimum=12, maximum=256)
    if password is None:
        return None
    if not (re.search("[a-z]", password) and re.search("[0-9]", password)):
        raise Invalid("password", "needs a lower-case letter and a digit")
    if password != password.strip():
        raise Invalid("password", "begins or ends with a space")
    return password


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
