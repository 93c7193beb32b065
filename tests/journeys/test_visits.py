"""What does one page remember of the pages before it?"""

import pytest

from chalicelib.services.engagement import decisions
from tests.people import invited
from tests.world import World


@pytest.fixture
def world():
    world = World().site()
    world.user("ada")
    world.later(6)
    world.available("ada")
    return world


def known(world, visitor):
    """The facts of the page on which the visitor was invited last."""
    return decisions.get(world.ports, "bank", visitor.offer["id"])["facts"]


def observes(world, visitor, **facts):
    frame = {"action": "observed", "facts": facts, "pass": visitor.pass_}
    visitor.pass_ = world.visitor(visitor.connection, **frame)["pass"]


def test_events_are_counted_over_the_visit_and_scrolling_on_the_page(world):
    visitor = invited(world, "v1")
    observes(world, visitor, **{"event.help": 3, "page.scroll_percent": 40})
    visitor.arrive()
    facts = known(world, visitor)
    assert (facts["event.help"], facts["visit.pages"]) == (3, 2)
    assert "page.scroll_percent" not in facts


@pytest.mark.parametrize(("seconds", "visits"), [(1800, 1), (1801, 2)])
def test_half_an_hour_of_silence_ends_a_visit_and_not_a_second_less(world, seconds, visits):
    visitor = invited(world, "v1")
    observes(world, visitor, **{"event.help": 3})
    world.later(seconds)
    visitor.arrive()
    facts = known(world, visitor)
    assert (facts["visitor.visits"], facts["visitor.returning"]) == (visits, visits > 1)
    assert ("event.help" in facts) is (visits == 1)
    assert facts.get("visitor.hours_since_last_visit") == (0.5 if visits > 1 else None)
