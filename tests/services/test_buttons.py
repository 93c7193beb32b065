"""What do custom buttons cost, and who tells a page when several could?"""

from collections import Counter

import pytest

from tests.bank import group
from tests.people import begun, ends, invited
from tests.services.conftest import Wired
from tests.world import BANK

BUTTON = {"id": "advisor", "name": "Advisor", "status": "active", "format": "custom_button"}
SHOWS = {"kind": "notification", "notification": "advisor"}


def a_bank(world, **more):
    world.site(
        **{
            "groups": [group(queue_limit=0)],
            "notifications": [*BANK["notifications"], BUTTON],
            "targeting_rules": [{**BANK["targeting_rules"][0], "engagement": SHOWS}],
            **more,
        }
    )
    world.user("ada", slots=1)
    world.later(6)
    return world


def follow_all(world, pages):
    """Every page follows; read here once, as no two threads may be the first to convert a type."""
    assert len(world.ports.followers.of("bank", "any")) == len(pages)


def begin_to_count(world):
    world.ports.playbooks.current("bank")
    world.ports.staff.users()
    world.wire.forget()


def spent(world, act):
    begin_to_count(world)
    act()
    return Counter(world.wire.calls)


@pytest.fixture
def bank(dynamo: Wired) -> Wired:
    return a_bank(dynamo)


def test_a_button_is_offered_and_followed_with_four_requests(bank):
    bank.available("ada")
    bank.later(2)
    calls = spent(bank, lambda: invited(bank, "v1"))
    assert calls == {"BatchGetItem": 2, "TransactWriteItems": 1, "PutItem": 1}
    calls = spent(bank, lambda: invited(bank, "v2"))
    assert calls == {"BatchGetItem": 1, "TransactWriteItems": 1, "PutItem": 1}, "a look was kept"


def test_a_change_that_nobody_follows_is_one_query_more(bank):
    with_button = spent(bank, lambda: bank.available("ada"))
    bank.agent("page of ada", "ada", action="presence", status="away")
    bank.publish(lambda document: {**document, "targeting_rules": BANK["targeting_rules"]})
    without = spent(bank, lambda: bank.available("ada"))
    assert with_button - without == {"Query": 1}


def test_a_beat_of_an_agents_page_asks_nothing_of_buttons(bank):
    bank.available("ada")
    invited(bank, "v1")
    calls = spent(bank, lambda: bank.agent("page of ada", "ada", action="presence"))
    assert "Query" not in calls


def test_a_paused_button_costs_nothing(dynamo):
    rules = [
        {**BANK["targeting_rules"][0], "id": "button", "status": "paused", "engagement": SHOWS},
        BANK["targeting_rules"][0],
    ]
    bank = a_bank(dynamo, targeting_rules=rules)
    bank.available("ada")
    visitor = begun(bank, "v1")
    begin_to_count(bank)
    ends(visitor)
    assert not [body for body in bank.wire.requests if "BUTTON#" in str(body)]


def test_whoever_changes_things_at_once_tells_each_page_once(world, at_once):
    """Three agents come at one moment: each compares, and one of them tells."""
    a_bank(world)
    others = ["ben", "cleo"]
    for user in others:
        world.user(user)
    world.later(6)
    pages = [invited(world, f"v{number}") for number in range(4)]
    follow_all(world, pages)
    outcomes = at_once([lambda user=user: world.available(user) for user in ["ada", *others]])
    assert [each["type"] for each in outcomes] == ["presence"] * 3
    for page in pages:
        assert [frame["state"] for frame in page.heard("button")] == ["online"]


def test_who_comes_and_goes_at_once_leaves_every_page_with_the_truth(world, at_once):
    """The last word a page hears, by its number, is what is so."""
    a_bank(world)
    world.user("ben", slots=1)
    world.later(6)
    world.available("ben")
    pages = [invited(world, f"v{number}") for number in range(3)]
    follow_all(world, pages)
    gone = {"action": "presence", "status": "offline"}
    for _round in range(4):
        at_once(
            [
                lambda: world.available("ada"),
                lambda: world.agent("page of ben", "ben", **gone),
                lambda: world.agent("page of ada", "ada", **gone),
                lambda: world.available("ben"),
            ]
        )
        states = world.ports.staff.states(["ada", "ben"]).values()
        so = "online" if any(each.is_available(world.clock) for each in states) else "offline"
        rows = world.ports.followers.of("bank", "any")
        assert {row.state for row in rows} == {so}
        for page, row in zip(pages, sorted(rows, key=lambda row: row.connection), strict=True):
            heard = sorted(page.heard("button"), key=lambda frame: frame["number"])
            last = heard[-1]["state"] if heard else page.offer["button"]["state"]
            assert last == row.state
            assert [frame["number"] for frame in heard] == list(range(1, len(heard) + 1))
