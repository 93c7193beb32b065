"""Decisions over REST: asked for in advance, kept, read and taken again, each by its role."""

import pytest

PREVIEW = "/v1/sites/bank/preview"
SUNDAY = "2028-12-24T23:59:00Z"


@pytest.fixture
def on_sundays(front):
    """The bank's one rule is for Sundays, and for a plan that the site's pages tell."""
    front.rest("POST", "/v1/sites/bank/custom-data", {"name": "plan", "kind": "list"})
    parts = [
        {"fact": "clock.day", "is": "is", "value": "sun"},
        {"fact": "data.plan", "is": "has", "value": "gold"},
    ]
    answer = front.rest("PATCH", "/v1/sites/bank/targeting-rules/hello", {"when": {"all": parts}})
    assert answer.status == 200
    return front


def test_a_preview_is_of_the_moment_that_is_asked_for_and_says_why(on_sundays):
    body = {"visitor": {"data.plan": ["Gold"]}, "at": SUNDAY}
    sunday = on_sundays.rest("POST", PREVIEW, body).document
    assert sunday["fired"] == "hello" and "id" not in sunday
    monday = on_sundays.rest("POST", PREVIEW, {**body, "at": "2028-12-25T12:00:00Z"}).document
    assert monday["fired"] is None
    assert monday["rules"][0]["because"]["observed"] == "mon"
    assert monday["sentences"] == [
        '“Everybody” does not hold: clock.day is "mon", and should be "sun".'
    ]


def test_a_preview_that_is_kept_is_a_decision_like_any_other(on_sundays):
    body = {"visitor": {"data.plan": ["gold"], "cart.amount": 19.99}, "at": SUNDAY, "keep": True}
    kept = on_sundays.rest("POST", PREVIEW, body).document
    one = f"/v1/sites/bank/decisions/{kept['id']}"
    on_sundays.rest("PATCH", "/v1/sites/bank/targeting-rules/hello", {"status": "paused"})
    assert on_sundays.rest("GET", one, user="mia").document == kept
    assert on_sundays.rest("POST", f"{one}/replay", user="mia").document["identical"] is True
    foreign = f"/v1/sites/shop/decisions/{kept['id']}"
    assert on_sundays.rest("GET", foreign, user="max").status == 404
    assert on_sundays.rest("GET", one, user="ada").status == 403


def test_only_an_admin_asks_in_advance(on_sundays):
    assert on_sundays.rest("POST", PREVIEW, {}, user="mia").status == 403


@pytest.mark.parametrize(
    ("body", "path", "message"),
    [
        ({"visitor": {"data.plam": 1}}, "visitor.data.plam", "did you mean 'data.plan'?"),
        ({"visitor": {"page.ulr": "/"}}, "visitor.page.ulr", "did you mean 'page.url'?"),
        ({"keep": 1}, "keep", "expected true or false"),
        ({"at": "Sunday"}, "at", ""),
        ({"when": SUNDAY}, "when", "no such field"),
    ],
)
def test_what_cannot_be_imagined_is_refused_by_name(on_sundays, body, path, message):
    refused = on_sundays.rest("POST", PREVIEW, body)
    assert refused.status == 422, refused.text
    assert refused.document["error"]["path"] == path
    assert message in refused.document["error"]["message"]
