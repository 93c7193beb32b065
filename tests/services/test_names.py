"""What is a page told that things are called?"""

import pytest

from chalicelib.errors import NotFound
from chalicelib.services.staff import names, users
from tests.bank import flow
from tests.world import World


def test_everything_that_a_page_shows_has_its_name_as_it_is_now():
    world = World().site(flows=[flow("asks", 30)])
    world.user("zoe", display_name="Zoé")
    world.user("nora", role="admin", sites=())
    found = names.of(world.ports, "bank")
    assert found.site == "Linden Bank"
    assert found.agents == {"zoe": "Zoé", "nora": "Nora"}
    assert found.groups == {"service": "Service"}
    assert found.routing_rules == {"any": "Anybody"}
    assert found.targeting_rules == {"hello": "Everybody"}
    assert (found.campaigns, found.flows) == ({"help": "Help"}, {"asks": "asks"})


def test_whoever_left_or_works_elsewhere_has_none():
    world = World().site()
    world.user("zoe")
    world.user("kim", sites=("shop",))
    users.remove(world.ports, "zoe")
    world.later(6)
    assert names.of(world.ports, "bank").agents == {}


def test_a_site_that_does_not_exist_has_no_names():
    with pytest.raises(NotFound):
        names.of(World().ports, "none")
