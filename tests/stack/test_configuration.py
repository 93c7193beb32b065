"""Does what an author changes come to visitors who are already there?"""

import time

import pytest

from local import aws
from local.rest import RefusedError
from tests.stack.live import Live, until
from tests.stack.sites import Place

pytestmark = pytest.mark.stack


def test_a_published_change_takes_effect_on_an_open_page_within_seconds(place: Place) -> None:
    visitor = place.visitor("/pricing")
    assert visitor.engagement is None
    place.call(
        "PATCH",
        "/targeting-rules/help",
        {"when": {"fact": "page.path", "is": "is", "value": "/pricing"}},
    )
    changed = time.monotonic()
    until("the new rule", lambda: visitor.arrive("/pricing").get("engagement"), 8)
    # Every function looks for a newer version once in five seconds.
    assert time.monotonic() - changed < 7


def test_a_paused_campaign_engages_nobody_any_more(place: Place) -> None:
    assert place.visitor().engagement is not None
    place.call("POST", "/campaigns/all/pause", {})
    until("nobody is engaged", lambda: place.visitor().engagement is None, 8)


def test_a_change_that_contradicts_the_rest_is_refused_and_changes_nothing(place: Place) -> None:
    before = place.call("GET", "/routing-rules/rule")
    with pytest.raises(RefusedError) as refusal:
        place.call(
            "PATCH",
            "/routing-rules/rule",
            {"default": {"mode": "escalation", "targets": [{"group": "nobody"}]}},
        )
    assert refusal.value.status in (400, 422)
    assert place.call("GET", "/routing-rules/rule") == before


PARTS = (
    "/groups/service",
    "/groups/service/members",
    "/routing-rules/rule",
    "/routing-rules/rule/availability",
    "/campaigns/all",
    "/targeting-rules/help",
    "/notifications/hello",
    "/flows/ask",
    "/chatbox",
    "/readiness",
)


def test_every_part_of_a_site_is_read_at_its_own_address(place: Place) -> None:
    # The gateway takes only one name for a variable part: two names would hide each other.
    for path in PARTS:
        assert place.call("GET", path), path


def test_the_sweeper_comes_every_minute(live: Live) -> None:
    events = aws.client("events", live.stack.deployed.port)
    sweeper = live.function("Sweep")
    [rule] = [
        rule
        for rule in events.list_rules()["Rules"]
        for target in events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
        if target["Arn"].endswith(f":{sweeper}")
    ]
    assert (rule["State"], rule["ScheduleExpression"]) == ("ENABLED", "rate(1 minute)")
