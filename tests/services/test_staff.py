"""Who may be taken away from the staff, however many try at once?"""

import pytest

from chalicelib.errors import Conflict, RateLimited
from chalicelib.model.agent import Role
from chalicelib.services.staff import users
from tests.world import World


def test_two_admins_who_demote_each_other_at_once_leave_one(at_once):
    world = World().site()
    for name in ("nora", "omar"):
        world.user(name, role=Role.ADMIN)

    def demote(name):
        try:
            users.change(world.ports, name, {"role": "agent"})
        except Conflict as conflict:
            return conflict.code
        return "demoted"

    outcomes = at_once([lambda: demote("nora"), lambda: demote("omar")])
    assert sorted(outcomes) == ["demoted", "last_admin"]


def test_twenty_invitations_an_hour_go_by_mail_and_accounts_with_a_password_are_not_counted():
    world = World().site()
    admins = [world.user(name, role=Role.ADMIN) for name in ("nora", "omar")]

    def invites(name, by, **more):
        body = {"id": name, "email": f"{name}@linden.example", "role": "agent", "sites": ["bank"]}
        users.invite(world.ports, {**body, **more}, by=by)

    for number in range(20):
        invites(f"u{number}", admins[0])
    with pytest.raises(RateLimited) as refusal:
        invites("late", admins[0])
    assert 1 <= refusal.value.retry_after <= 3600
    assert world.ports.staff.user("late") is None
    invites("late", admins[1])
    for number in range(30):
        invites(f"known{number}", admins[0], password="long enough 2026")
    world.later(3600)
    invites("later", admins[0])


def test_an_invitation_that_fails_leaves_the_id_and_the_address_free():
    world = World().site()
    admin = world.user("nora", role=Role.ADMIN)
    invitation = {"id": "ada", "email": "ada@linden.example", "role": "agent", "sites": ["bank"]}
    world.accounts_fail = True
    with pytest.raises(RuntimeError):
        users.invite(world.ports, invitation, by=admin)
    world.accounts_fail = False
    assert users.invite(world.ports, invitation, by=admin).id == "ada"
