"""Who may be taken away from the staff, however many try at once?"""

import pytest

from chalicelib.errors import Conflict
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


def test_an_invitation_that_fails_leaves_the_id_and_the_address_free():
    world = World().site()
    invitation = {"id": "ada", "email": "ada@linden.example", "role": "agent", "sites": ["bank"]}
    world.accounts_fail = True
    with pytest.raises(RuntimeError):
        users.invite(world.ports, invitation)
    world.accounts_fail = False
    assert users.invite(world.ports, invitation).id == "ada"
