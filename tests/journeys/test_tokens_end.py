"""How long is what a browser was given worth anything?"""

import pytest

from tests.people import begun, invited
from tests.world import World


@pytest.fixture
def world():
    world = World().site()
    world.user("ada", slots=3)
    world.available("ada")
    return world


@pytest.mark.parametrize(("days", "answer"), [(89, "messages"), (91, "error")])
def test_a_conversation_is_opened_by_its_token_for_ninety_days(world, days, answer):
    visitor = begun(world, "v1")
    world.later(days * 86_400)
    assert visitor.does("resume", after=0)["type"] == answer


@pytest.mark.parametrize(("minutes", "code"), [(129, None), (131, "expired_token")])
def test_a_pass_lasts_as_long_as_a_socket_can(world, minutes, code):
    visitor = invited(world, "v1")
    world.later(minutes * 60)
    world.available("ada")
    assert visitor.start().get("code") == code
    assert len(visitor.heard("conversation")) == (code is None)
