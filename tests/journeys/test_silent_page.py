"""A page says nothing until a watch is met: ten time rules, twenty minutes, at most ten frames."""

from tests.world import BANK, PAGE, World

RULE = BANK["targeting_rules"][0]
MINUTES = range(1, 11)


def timed(minute):
    """A rule for who stays two minutes longer than the last one, and that nobody can serve."""
    return {
        **RULE,
        "id": f"after-{minute}",
        "priority": minute,
        "when": {
            "all": [
                {"fact": "page.seconds", "is": "gte", "value": 120 * minute},
                {"fact": "visitor.device", "is": "is", "value": "tablet"},
            ]
        },
    }


def met(watch, seconds):
    return watch["fact"] == "page.seconds" and seconds >= watch["value"]


def frames_in_twenty_minutes(world, page):
    """The frames of a page that does as it is told, second by second."""
    answer = world.visitor("v1", **page)
    sent = 1
    for second in range(1, 1201):
        world.later(1)
        if any(met(watch, second) for watch in answer["watches"]):
            facts = {"page.seconds": second}
            answer = world.visitor("v1", action="observed", **{"pass": answer["pass"]}, facts=facts)
            sent += 1
    return sent


def test_ten_time_rules_cost_at_most_ten_observed_frames():
    rules = [timed(minute) for minute in MINUTES]
    # Nobody is there: each rule fires in its turn, and is passed over.
    group = {**BANK["groups"][0], "queue_limit": 0}
    world = World().site(targeting_rules=rules, groups=[group])
    tablet = {**PAGE, "device": "tablet"}
    sent = frames_in_twenty_minutes(world, tablet)
    assert 2 <= sent <= 1 + len(rules)


def test_a_page_that_nobody_scrolls_is_not_asked_for_its_time():
    """A rule for who stays a minute and reads on: the minute alone changes nothing."""
    both = [
        {"fact": "page.seconds", "is": "gte", "value": 60},
        {"fact": "page.scroll_percent", "is": "gte", "value": 60},
    ]
    world = World().site(targeting_rules=[{**RULE, "when": {"all": both}}])
    world.user("ada")
    world.later(6)
    world.available("ada")
    assert frames_in_twenty_minutes(world, PAGE) == 1

    answer = world.visitor("v2", **PAGE)
    world.later(10)
    read = {"action": "observed", "facts": {"page.scroll_percent": 70}}
    answer = world.visitor("v2", **read, **{"pass": answer["pass"]})
    assert answer["watches"] == [{"fact": "page.seconds", "op": "gte", "value": 60}]
    world.later(50)
    stayed = {"action": "observed", "facts": {"page.scroll_percent": 70, "page.seconds": 60}}
    assert "engagement" in world.visitor("v2", **stayed, **{"pass": answer["pass"]})


def test_rules_that_can_never_hold_cost_none():
    world = World().site(targeting_rules=[timed(minute) for minute in MINUTES])
    assert frames_in_twenty_minutes(world, PAGE) == 1
