"""Before consent nothing is stored, and nothing known that a browser would have to store."""

from tests import invariants
from tests.people import Visitor
from tests.world import BANK, PAGE, World

RULE = BANK["targeting_rules"][0]
LIGHT = {**PAGE, "consent": "light", "url": "https://bank.example/loans?utm_source=news"}
FULL = {**LIGHT, "consent": "full"}


def a_bank(when, **rule):
    world = World().site(targeting_rules=[{**RULE, **rule, "when": when}])
    world.user("ada")
    world.later(6)
    world.available("ada")
    return world


def compare(fact, operator, value):
    return {"fact": fact, "is": operator, "value": value}


def test_who_is_not_engaged_leaves_no_row_in_either_mode():
    world = a_bank(compare("page.seconds", "gte", 30))
    before = invariants.rows(world.table)
    for page in (LIGHT, FULL):
        visitor = Visitor(world, f"v-{page['consent']}")
        for _view in range(3):
            visitor.arrive(**page)
        frame = {"action": "observed", "facts": {"page.seconds": 10}, "pass": visitor.pass_}
        world.visitor(visitor.connection, **frame)
    assert invariants.rows(world.table) == before


def test_consent_in_the_middle_of_a_visit_makes_known_what_it_was_needed_for():
    world = a_bank(compare("visit.utm.source", "is", "news"))
    visitor = Visitor(world, "v1")
    assert "engagement" not in visitor.arrive(**LIGHT)
    assert "engagement" in visitor.arrive(**FULL, again=True), "the page is the same"


def test_consent_that_is_taken_back_makes_it_unknown_again():
    world = a_bank(compare("visit.pages", "gte", 2))
    visitor = Visitor(world, "v1")
    visitor.arrive(**FULL)
    assert "engagement" not in visitor.arrive(**LIGHT)
    assert "engagement" in visitor.arrive(**FULL)


def test_without_consent_no_page_is_asked_for_a_time_that_it_cannot_know():
    world = a_bank({"any": [compare("visit.seconds", "gte", 60), compare("event.x", "gte", 1)]})
    answer = Visitor(world, "v1").arrive(**LIGHT)
    assert answer["watches"] == [{"fact": "event.x", "op": "gte", "value": 1}]
