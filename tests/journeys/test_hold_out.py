"""A share of visitors sees nothing, so that the others can be compared: is each counted alike?"""

from tests.bank import group
from tests.people import Visitor
from tests.world import BANK, World

RULE = BANK["targeting_rules"][0]
BRIEF = {
    **RULE,
    "id": "brief",
    "priority": 5,
    "when": {"fact": "page.seconds", "is": "between", "value": [20, 30]},
}


def a_bank(**changes):
    world = World().site(targeting_rules=[{**RULE, **changes}, BRIEF])
    world.user("ada")
    world.later(6)
    world.available("ada")
    return world


def exposures(world, rule="hello"):
    """How often the rule is counted to have fired for the one visitor, shown or not."""
    history = world.ports.visitors.ledger("bank", "id-000001").history
    return history["rules"].get(rule, [0, 0, 0])[2]


def stays(world, visitor):
    """One minute on a page that reports every ten seconds; how often somebody reaches out."""
    offers = 0
    for seconds in range(10, 70, 10):
        world.later(10)
        frame = {"action": "observed", "facts": {"page.seconds": seconds}}
        answer = world.visitor(visitor.connection, **frame, **{"pass": visitor.pass_})
        visitor.pass_ = answer["pass"]
        offers += "engagement" in answer
    return offers


def test_one_page_is_one_exposure_whether_the_visitor_sees_it_or_not():
    counted = []
    for percent in (0, 100):
        world = a_bank(hold_out_percent=percent)
        visitor = Visitor(world, "v1")
        for _page in range(2):
            assert ("engagement" in visitor.arrive()) is (percent == 0)
            stays(world, visitor)
            counted.append((exposures(world), exposures(world, "brief")))
    assert counted == [(1, 1), (2, 2)] * 2


def test_whom_nobody_could_have_answered_is_no_more_held_out_than_shown_to():
    """Else the one share is counted at hours at which the other is not."""
    for percent in (0, 100):
        world = a_bank(hold_out_percent=percent)
        world.publish(lambda document: {**document, "groups": [group(queue_limit=0)]})
        world.agent("page of ada", "ada", action="presence", status="away")
        world.later(1)
        visitor = Visitor(world, "v1")
        assert "engagement" not in visitor.arrive()
        assert world.ports.visitors.ledger("bank", "id-000001").history == {}
        world.available("ada")
        world.later(1)
        assert ("engagement" in visitor.arrive()) is (percent == 0)
        assert exposures(world) == 1


def test_a_rule_that_another_one_outranked_for_a_while_is_not_shown_twice_on_a_page():
    visitor = Visitor(a_bank(), "v1")
    assert visitor.arrive()["engagement"]
    assert stays(visitor.world, visitor) == 1, "the rule of the twentieth second, and no other"
