"""C14: a POST sent twice under one Idempotency-Key is done once."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest

from chalicelib.outbound.clock import now
from chalicelib.services.ports import Kept
from chalicelib.store.requests import IN_PROGRESS
from chalicelib.web.documents import ROUTES
from tests.aws import refused, well
from tests.world import PAGE

GROUPS = "/v1/sites/bank/groups"
GROUP = {"name": "Loans", "queue_limit": 5}
POSTS = sorted(route.path for route in ROUTES if route.method == "POST" and route.roles)


def post(front, key, body=GROUP, path=GROUPS, **more):
    return front.rest("POST", path, body, headers={"Idempotency-Key": key}, **more)


def groups(front):
    return [each["id"] for each in front.rest("GET", GROUPS).document["items"]]


def test_the_first_use_is_done_and_the_second_is_told_what_it_was_told(front):
    first, second = post(front, "k1"), post(front, "k1")
    assert (second.status, second.text) == (first.status, first.text) == (201, first.text)
    assert second.headers["Location"] == first.headers["Location"]
    assert second.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert len(groups(front)) == 2


def test_another_body_under_the_same_key_is_refused(front):
    post(front, "k1")
    other = post(front, "k1", {**GROUP, "name": "Cards"})
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert len(groups(front)) == 2


def test_a_request_that_is_being_answered_is_not_begun_again(front):
    digest = sha256(json.dumps(GROUP).encode()).hexdigest()
    requests = front.ports.requests
    assert requests.begin("root /v1/sites/bank/groups", "k1", digest=digest, now=now()) is None
    answer = post(front, "k1")
    assert (answer.status, answer.code) == (409, "request_in_progress")
    assert len(groups(front)) == 1
    other = post(front, "k1", {**GROUP, "name": "Cards"})
    assert (other.status, other.code) == (422, "idempotency_key_reused")


def test_whoever_died_at_it_stands_in_the_way_for_a_minute_only(front):
    requests = front.ports.requests
    before = now() - IN_PROGRESS - timedelta(seconds=1)
    assert requests.begin("root /v1/sites/bank/groups", "k1", digest="d", now=before) is None
    assert post(front, "k1").status == 201


def test_an_answer_is_kept_for_a_day(front):
    requests, at = front.ports.requests, now() - timedelta(days=1, seconds=1)
    answer = Kept(status=201, headers={}, body="{}")
    until = at + timedelta(days=1)
    requests.begin("root /v1/sites/bank/groups", "k1", digest="d", now=at)
    requests.finish("root /v1/sites/bank/groups", "k1", digest="d", answer=answer, until=until)
    assert post(front, "k1").document["name"] == "Loans"


def test_what_failed_changed_nothing_and_may_be_tried_again(front):
    bad = post(front, "k1", {**GROUP, "queue_limit": -1})
    assert bad.status == 422
    assert post(front, "k1").status == 201
    assert post(front, "k2", raw="{bad", body=None).status == 400
    assert post(front, "k2", {**GROUP, "name": "Cards"}).status == 201


def test_what_met_a_bug_may_be_tried_again_at_once(front):
    front.wire.plan(well, well, refused("AccessDeniedException"))
    assert post(front, "k1").status == 500
    front.wire.unplan()
    assert post(front, "k1").status == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "a\x00b", "a\nb", "\u202e"], ids=repr)
def test_a_key_is_short_and_printable(front, key):
    answer = post(front, key)
    assert (answer.status, answer.code) == (400, "invalid_idempotency_key")
    assert len(groups(front)) == 1


def test_a_key_of_255_characters_is_good(front):
    assert post(front, "x" * 255).status == 201
    assert post(front, "x" * 255).headers["Idempotent-Replayed"] == "true"


def test_keys_of_other_people_and_of_other_places_are_other_keys(front):
    front.hire("ann", "admin", ())
    answers = [
        post(front, "k1"),
        post(front, "k1", user="ann"),
        post(front, "k1", path="/v1/sites/shop/groups"),
        post(front, "k1", {"name": "Spring"}, path="/v1/sites/bank/campaigns"),
    ]
    assert [each.status for each in answers] == [201] * 4
    assert all("Idempotent-Replayed" not in each.headers for each in answers)
    assert len({each.document["id"] for each in answers}) == 4


def test_rights_are_asked_before_answers_are_repeated(front):
    front.hire("ann", "admin", ())
    assert post(front, "k1", user="ann").status == 201
    front.rest("PATCH", "/v1/users/ann", {"role": "agent", "sites": ["bank"]})
    assert post(front, "k1", user="ann").status == 403
    front.rest("DELETE", "/v1/users/ann")
    assert post(front, "k1", user="ann").status == 401


def test_a_ticket_is_repeated_while_it_is_worth_something(front):
    first, second = (
        post(front, "k1", {"site": "bank"}, "/v1/sockets/tickets", user="ada") for _ in range(2)
    )
    assert first.document == second.document
    known = front.handshake({"ticket": first.document["ticket"]}, {})
    assert known == {"kind": "staff", "site": "bank", "user": "ada"}
    assert front.handshake({"ticket": first.document["ticket"]}, {}) is None


def conversation(front):
    front.staff("s1", "ada", action="presence", status="available")
    given = front.visitor("v1", **PAGE)
    front.visitor("v1", action="start", client_id="c1", text="Hello", **{"pass": given["pass"]})
    return front.heard("v1", "conversation")[0]["conversation"]


BODIES = {
    "/v1/sites": {"name": "Third"},
    "/v1/users": {"email": "eve@linden.example", "role": "agent"},
    "/v1/sockets/tickets": {"site": "bank"},
    "/v1/sites/{site}/groups": GROUP,
    "/v1/sites/{site}/routing-rules": {
        "name": "Any",
        "default": {"targets": [{"group": "service"}]},
    },
    "/v1/sites/{site}/campaigns": {"name": "Spring"},
    "/v1/sites/{site}/targeting-rules": {
        "name": "Loans",
        "campaign": "help",
        "engagement": {"kind": "chatbox"},
        "routing_rule": "any",
    },
    "/v1/sites/{site}/notifications": {"name": "Again"},
    "/v1/sites/{site}/flows": {"name": "Late", "kind": "email_request", "delay_seconds": 60},
    "/v1/sites/{site}/email-templates": {"id": "closed", "subject": "Over", "text": "Over"},
    "/v1/sites/{site}/email-templates/{id}/preview": {"subject": "Over", "text": "Over"},
    "/v1/sites/{site}/suppressions/look-up": {"address": "grace@example.com"},
    "/v1/sites/{site}/suppressions/lift": {"address": "grace@example.com"},
    "/v1/sites/{site}/segments": {"name": "all", "when": {}},
    "/v1/sites/{site}/custom-data": {"name": "plan", "kind": "text"},
    "/v1/sites/{site}/campaigns/{id}/activate": None,
    "/v1/sites/{site}/campaigns/{id}/pause": None,
    "/v1/sites/{site}/conversations/{conversation}/messages": {"client_id": "a1", "text": "Hi"},
    "/v1/sites/{site}/conversations/{conversation}/take": None,
    "/v1/sites/{site}/conversations/{conversation}/attachments": {
        "name": "plan.pdf",
        "type": "application/pdf",
        "size": 1000,
    },
    "/v1/sites/{site}/conversations/{conversation}/close": None,
    "/v1/sites/{site}/conversations/{conversation}/hand-back": None,
    "/v1/sites/{site}/conversations/{conversation}/notes": {"text": "He called before"},
    "/v1/sites/{site}/conversations/{conversation}/snooze": {"seconds": 600},
    "/v1/sites/{site}/conversations/{conversation}/tags": {"tags": ["loan"]},
    "/v1/sites/{site}/conversations/{conversation}/transfer": {"routing_rule": "any"},
    "/v1/sites/{site}/conversations/{conversation}/wake": None,
    "/v1/sites/{site}/conversations/{conversation}/transcript": None,
    "/v1/sites/{site}/decisions/{decision}/replay": None,
    "/v1/sites/{site}/preview": {"at": "2026-11-23T11:00:00Z"},
}


def test_every_post_is_named_here():
    assert sorted(BODIES) == POSTS


@pytest.mark.parametrize("path", POSTS)
def test_every_post_is_done_once(front, path):
    ids = {"site": "bank", "id": "closed" if "email-templates" in path else "help"}
    if "{conversation}" in path:
        ids["conversation"] = conversation(front)
    user = "ada" if "{conversation}" in path else "root"
    if "{decision}" in path:
        ids["decision"] = "none"
    if path.endswith(("/take", "/wake", "/replay", "/transcript")):
        # There is nothing to take, wake, replay or mail: a refusal is not kept, the same twice.
        answers = [post(front, "k1", None, path.format(**ids), user=user) for _ in range(2)]
        assert [each.status for each in answers] in ([200, 200], [409, 409], [404, 404])
        return
    first, second = (
        post(front, "k1", BODIES[path], path.format(**ids), user=user) for _ in range(2)
    )
    assert first.status in (200, 201, 204), first.text
    assert (second.status, second.text) == (first.status, first.text)
    assert second.headers["Idempotent-Replayed"] == "true"
