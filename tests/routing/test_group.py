from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import Invalid
from chalicelib.model import hours
from chalicelib.model.agent import Role
from chalicelib.routing.elect import Strategy
from chalicelib.routing.group import Criteria, Group, members, open_groups, parse
from tests.routing.builders import SITE, a_group, a_user

MORNING = hours.parse({"weekly": {"mon": [["09:00", "12:00"]]}})
EVENING = hours.parse({"weekly": {"mon": [["18:00", "22:00"]]}})
PARIS = ZoneInfo("Europe/Paris")


def test_a_group_needs_an_id_a_name_and_a_queue_limit_and_nothing_else():
    assert parse({"id": "loans", "name": "Loans", "queue_limit": 0}) == Group(
        id="loans",
        name="Loans",
        criteria=Criteria(),
        members=(),
        queue_limit=0,
        hours=None,
        strategy=Strategy.LONGEST_IDLE,
        answer_timeout_seconds=120,
    )


def test_every_field_of_a_group_is_read():
    document = {
        "id": "loans",
        "name": "Loans",
        "criteria": {
            "role": "agent",
            "team": "Credit",
            "trade": "Banking",
            "skills": ["loans"],
            "languages": ["fr", "en-GB"],
            "regions": ["north"],
        },
        "members": ["ada"],
        "queue_limit": 10_000,
        "hours": {"weekly": {"mon": [["09:00", "12:00"]]}},
        "strategy": "round_robin",
        "answer_timeout_seconds": 0,
    }
    assert parse(document) == Group(
        id="loans",
        name="Loans",
        criteria=Criteria(
            role=Role.AGENT,
            team="Credit",
            trade="Banking",
            skills=("loans",),
            languages=("fr", "en-GB"),
            regions=("north",),
        ),
        members=("ada",),
        queue_limit=10_000,
        hours=MORNING,
        strategy=Strategy.ROUND_ROBIN,
        answer_timeout_seconds=0,
    )


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"queue_limit": None}, "groups[0].queue_limit"),
        ({"queue_limit": -1}, "groups[0].queue_limit"),
        ({"queue_limit": 10_001}, "groups[0].queue_limit"),
        ({"queue_limit": True}, "groups[0].queue_limit"),
        ({"queue_limit": "5"}, "groups[0].queue_limit"),
        ({"name": " "}, "groups[0].name"),
        ({"id": "no spaces"}, "groups[0].id"),
        ({"strategy": "random"}, "groups[0].strategy"),
        ({"answer_timeout_seconds": 3_601}, "groups[0].answer_timeout_seconds"),
        ({"answer_timeout_seconds": -1}, "groups[0].answer_timeout_seconds"),
        ({"away": "offline"}, "groups[0].away"),
        ({"members": ["ada", "ada"]}, "groups[0].members[1]"),
        ({"criteria": []}, "groups[0].criteria"),
        ({"criteria": {"role": "boss"}}, "groups[0].criteria.role"),
        ({"criteria": {"languages": ["fr", "French"]}}, "groups[0].criteria.languages[1]"),
        ({"criteria": {"region": "north"}}, "groups[0].criteria.region"),
        ({"hours": {"weekly": {"mon": [["9", "12"]]}}}, "groups[0].hours.weekly.mon[0]"),
        ({"queue": 3}, "groups[0].queue"),
    ],
)
def test_a_fault_names_its_place(change, path):
    with pytest.raises(Invalid) as caught:
        parse({"id": "loans", "name": "Loans", "queue_limit": 3, **change}, "groups[0]")
    assert caught.value.path == path


@pytest.mark.parametrize(
    ("criteria", "profile", "belongs"),
    [
        ({"team": "Credit"}, {"team": "credit"}, True),
        ({"team": "Credit"}, {"team": "cards"}, False),
        ({"team": "Credit"}, {}, False),
        ({"trade": "Banking"}, {"trade": "BANKING"}, True),
        ({"trade": "Banking"}, {"trade": "law"}, False),
        ({"role": Role.MANAGER}, {"role": Role.MANAGER}, True),
        ({"role": Role.MANAGER}, {"role": Role.AGENT}, False),
        ({"skills": ("a", "b")}, {"skills": ("B", "A", "c")}, True),
        ({"skills": ("a", "b")}, {"skills": ("a",)}, False),
        ({"regions": ("north", "south")}, {"region": "South"}, True),
        ({"regions": ("north", "south")}, {"region": "west"}, False),
        ({"regions": ("north",)}, {}, False),
        ({"languages": ("fr", "de")}, {"languages": ("de-AT",)}, True),
        ({"languages": ("fr", "de")}, {"languages": ("en",)}, False),
        ({"languages": ("fr",)}, {"languages": ()}, True),
        ({"team": "Credit", "skills": ("a",)}, {"team": "Credit", "skills": ("a",)}, True),
        ({"team": "Credit", "skills": ("a",)}, {"team": "Credit"}, False),
        ({"team": "Credit", "skills": ("a",)}, {"skills": ("a",)}, False),
        ({}, {"team": "Credit"}, False),
        ({"skills": ()}, {"team": "Credit"}, False),
    ],
)
def test_who_belongs_by_criteria(criteria, profile, belongs):
    group = a_group("loans", criteria=Criteria(**criteria))
    assert bool(members(group, [a_user("ada", **profile)], SITE)) is belongs


def test_named_members_belong_whatever_the_criteria_say():
    group = a_group("loans", criteria=Criteria(team="Credit"), members=("zoe",))
    users = [a_user("zoe"), a_user("bob"), a_user("ada", team="Credit")]
    assert [user.id for user in members(group, users, SITE)] == ["ada", "zoe"]


def test_a_group_without_criteria_or_names_has_nobody():
    assert members(a_group("loans"), [a_user("ada"), a_user("bob")], SITE) == ()


@pytest.mark.parametrize("change", [{"active": False}, {"sites": ("other",)}, {"sites": ()}])
def test_neither_the_inactive_nor_those_of_other_sites_belong_even_by_name(change):
    group = a_group("loans", criteria=Criteria(team="Credit"), members=("ada",))
    assert members(group, [a_user("ada", team="Credit", **change)], SITE) == ()


def test_admins_belong_on_every_site_when_they_match():
    admin = a_user("ada", role=Role.ADMIN, team="Credit", sites=())
    assert members(a_group("loans", criteria=Criteria(team="Credit")), [admin], SITE) == (admin,)


def test_a_group_is_open_by_its_own_hours_or_else_by_the_sites():
    groups = [a_group("morning", hours=MORNING), a_group("any"), a_group("late", hours=EVENING)]
    monday_at_ten = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert open_groups(groups, MORNING, monday_at_ten, PARIS) == {"morning", "any"}
    assert open_groups(groups, EVENING, monday_at_ten, PARIS) == {"morning"}


field_names = st.sampled_from(
    ["id", "name", "criteria", "members", "queue_limit", "hours", "strategy", "skills", "weekly"]
)
documents = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 20_000) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(field_names, inner, max_size=4),
    max_leaves=8,
)


@given(st.dictionaries(field_names, documents) | documents)
def test_any_document_is_a_group_or_is_refused(document):
    try:
        group = parse(document)
    except Invalid:
        return
    assert group.queue_limit >= 0
