"""What every collection promises: ids, versions, pages, merges, and who still uses what."""

from dataclasses import replace

import pytest

from chalicelib import wiring
from chalicelib.store.staff import StoredStaff
from chalicelib.web.documents import ROUTES
from tests.world import PAGE

RESOURCES = {
    "groups": {"name": "Loans", "queue_limit": 5},
    "routing-rules": {"name": "To service", "default": {"targets": [{"group": "service"}]}},
    "campaigns": {"name": "Spring"},
    "targeting-rules": {
        "name": "Loans",
        "campaign": "help",
        "engagement": {"kind": "chatbox"},
        "routing_rule": "any",
    },
    "notifications": {"name": "Hello again"},
    "flows": {"name": "Late", "kind": "email_request", "delay_seconds": 60},
    "segments": {"name": "loyal", "when": {"fact": "visitor.visits", "is": "gte", "value": 5}},
    "custom-data": {"name": "plan", "kind": "text"},
}
MORE = {
    "segments": {"name": "new", "when": {"fact": "visitor.visits", "is": "eq", "value": 1}},
    "custom-data": {"name": "tier", "kind": "text"},
}
EVERY = [*RESOURCES, "sites", "users"]


def base(kind):
    return f"/v1/{kind}" if kind in ("sites", "users") else f"/v1/sites/bank/{kind}"


def new(kind, id=None, again=False):
    body = RESOURCES.get(kind) or {
        "sites": {"name": "Third"},
        "users": {"email": f"{id or 'eve'}@linden.example", "role": "agent", "sites": ["bank"]},
    }.get(kind)
    body = MORE.get(kind, body) if again else body
    return body if id is None else {**body, "id": id}


def made(front, kind, id="made"):
    answer = front.rest("POST", base(kind), new(kind, id))
    assert answer.status == 201, answer.text
    return answer


@pytest.mark.parametrize("kind", EVERY)
def test_what_is_made_is_found_where_its_location_says(front, kind):
    answer = front.rest("POST", base(kind), new(kind))
    assert answer.status == 201 and answer.document.keys() >= {"id", "version", "created_at"}
    location = answer.headers["Location"]
    assert location == f"{base(kind)}/{answer.document['id']}"
    assert front.rest("GET", location).document == answer.document


@pytest.mark.parametrize("kind", EVERY)
def test_an_author_s_id_is_kept_and_stands_once(front, kind):
    assert made(front, kind).document["id"] == "made"
    again = front.rest("POST", base(kind), new(kind, "made", again=True))
    assert (again.status, again.code) == (409, "exists")


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("given", ["1", '"1"', 'W/"1"', "*"])
def test_a_version_that_is_current_may_be_changed(front, kind, given):
    made(front, kind)
    answer = front.rest("PATCH", f"{base(kind)}/made", {}, headers={"If-Match": given})
    assert answer.status == 200 and answer.document["version"] == 2


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_version_that_is_gone_stops_the_change(front, kind, method):
    made(front, kind)
    body = {} if method == "PATCH" else None
    stale = front.rest(method, f"{base(kind)}/made", body, headers={"If-Match": '"7"'})
    assert (stale.status, stale.code) == (412, "precondition_failed")
    senseless = front.rest(method, f"{base(kind)}/made", body, headers={"If-Match": "latest"})
    assert senseless.status == 422
    assert front.rest("GET", f"{base(kind)}/made").document["version"] == 1


@pytest.mark.parametrize("path", ["/v1/me", "/v1/sites/bank/chatbox"])
def test_what_is_not_in_a_collection_has_versions_too(front, path):
    method = "PATCH" if path == "/v1/me" else "PUT"
    body = {} if path == "/v1/me" else {"texts": {"en": {"title": "Bank"}}}
    assert front.rest(method, path, body, headers={"If-Match": "9"}).status == 412
    assert front.rest(method, path, body, headers={"If-Match": "1"}).document["version"] == 2


@pytest.mark.parametrize("kind", EVERY)
def test_what_is_removed_is_gone(front, kind):
    made(front, kind)
    answer = front.rest("DELETE", f"{base(kind)}/made", headers={"If-Match": "1"})
    assert (answer.status, answer.text) == (204, "")
    after = front.rest("GET", f"{base(kind)}/made")
    if kind == "users":
        # Whoever left stays known, as their conversations do.
        assert after.document["active"] is False
    else:
        assert after.status == 404
        assert front.rest("DELETE", f"{base(kind)}/made").status == 404


@pytest.mark.parametrize("kind", [*EVERY, "agents"])
def test_two_pages_hold_what_one_would(front, kind):
    if kind == "agents":
        made(front, "users")
    else:
        for id in ("b", "c"):
            front.rest("POST", base(kind), {**new(kind, id, again=id == "c")})
    path = f"/v1/sites/bank/{kind}" if kind == "agents" else base(kind)
    whole = front.rest("GET", path).document
    assert len(whole["items"]) >= 2 and whole["next_cursor"] is None
    found, cursor = [], None
    for _page in range(len(whole["items"])):
        query = {"limit": "1"} if cursor is None else {"limit": "1", "cursor": cursor}
        page = front.rest("GET", path, query=query).document
        assert len(page["items"]) == 1
        found += page["items"]
        cursor = page["next_cursor"]
    assert cursor is None and found == whole["items"]


def test_a_patch_merges_and_null_removes(front):
    hours = {"weekly": {"mon": [["09:00", "12:00"]], "tue": [["09:00", "12:00"]]}}
    path = "/v1/sites/bank/groups/service"
    before = front.rest("PATCH", path, {"hours": hours, "members": ["ada"]}).document
    changed = front.rest(
        "PATCH",
        path,
        {"hours": {"weekly": {"mon": None}}, "members": None, "name": "Desk"},
        headers={"Content-Type": "application/merge-patch+json"},
    ).document
    assert changed["hours"]["weekly"] == {"tue": [["09:00", "12:00"]]}
    assert "members" not in changed and changed["name"] == "Desk"
    assert changed["queue_limit"] == before["queue_limit"]
    assert (changed["version"], changed["created_at"]) == (3, before["created_at"])
    needed = front.rest("PATCH", path, {"queue_limit": None})
    assert needed.status == 422
    assert front.rest("GET", path).document == changed


def test_a_user_s_patch_merges_too(front):
    path = "/v1/users/ada"
    front.rest("PATCH", path, {"team": "Loans", "skills": ["tax"]})
    changed = front.rest("PATCH", path, {"team": None, "slots": 5}).document
    assert (changed["team"], changed["skills"], changed["slots"]) == ("", ["tax"], 5)


@pytest.mark.parametrize("kind", EVERY)
def test_an_id_cannot_change(front, kind):
    made(front, kind)
    answer = front.rest("PATCH", f"{base(kind)}/made", {"id": "other"})
    assert answer.status == 422
    assert front.rest("GET", f"{base(kind)}/made").document["id"] == "made"


@pytest.mark.parametrize("stamp", ["version", "created_at", "updated_at"])
@pytest.mark.parametrize("kind", EVERY)
def test_stamps_are_the_service_s(front, kind, stamp):
    answer = front.rest("POST", base(kind), {**new(kind), stamp: 7})
    assert (answer.status, answer.code) == (422, "unknown_field")


@pytest.mark.parametrize(
    ("path", "users"),
    [
        ("groups/service", "routing_rules/any"),
        ("routing-rules/any", "targeting_rules/hello"),
        ("campaigns/help", "targeting_rules/hello"),
        ("notifications/hello", "targeting_rules/hello"),
    ],
)
def test_what_is_in_use_stays_and_names_its_users(front, path, users):
    answer = front.rest("DELETE", f"/v1/sites/bank/{path}")
    assert (answer.status, answer.code) == (409, "in_use")
    assert users in answer.document["error"]["message"]
    assert front.rest("GET", f"/v1/sites/bank/{path}").status == 200


def test_a_reference_to_nothing_is_refused(front):
    body = {**RESOURCES["targeting-rules"], "routing_rule": "none"}
    answer = front.rest("POST", "/v1/sites/bank/targeting-rules", body)
    assert (answer.status, answer.code) == (422, "unknown_reference")
    group = {**RESOURCES["groups"], "members": ["nobody"]}
    assert front.rest("POST", "/v1/sites/bank/groups", group).code == "unknown_reference"


def test_nothing_starts_half_configured(front):
    front.rest("PUT", "/v1/sites/bank/chatbox", {"status": "paused"})
    made(front, "campaigns")
    path = "/v1/sites/bank/campaigns/made"
    refused = [
        front.rest("POST", f"{path}/activate"),
        front.rest("PATCH", path, {"status": "active"}),
        front.rest("POST", "/v1/sites/bank/campaigns", {"name": "Now", "status": "active"}),
    ]
    assert [(each.status, each.code) for each in refused] == [(409, "not_ready")] * 3
    assert "Activate the chatbox" in refused[0].document["error"]["message"]
    readiness = front.rest("GET", "/v1/sites/bank/readiness").document
    assert readiness["ready"] is False and len(readiness["items"]) == 4
    front.rest(
        "PUT",
        "/v1/sites/bank/chatbox",
        {"status": "active", "texts": {"en": {"title": "Linden Bank"}}},
    )
    started = front.rest("POST", f"{path}/activate")
    assert (started.status, started.document["status"]) == (200, "active")
    assert front.rest("POST", f"{path}/pause").document["status"] == "paused"


def test_a_method_without_a_body_cares_for_no_type(front):
    plain = {"Content-Type": "text/plain"}
    assert front.rest("GET", "/v1/sites/bank", headers=plain).status == 200
    made(front, "groups")
    assert front.rest("DELETE", "/v1/sites/bank/groups/made", headers=plain).status == 204


def test_every_collection_of_the_interface_has_its_routes():
    open_routes = {(route.method, route.path) for route in ROUTES}
    for kind in RESOURCES:
        every = f"/v1/sites/{{site}}/{kind}"
        one = f"{every}/{{id}}"
        for method, path in (
            ("GET", every),
            ("POST", every),
            ("GET", one),
            ("PATCH", one),
            ("DELETE", one),
        ):
            assert (method, path) in open_routes


def test_conversations_and_messages_come_in_pages_too(front):
    for each in ("v1", "v2", "v3"):
        front.staff("s1", "ada", action="presence", status="available")
        given = front.visitor(each, **PAGE)["pass"]
        front.visitor(each, **{"action": "start", "client_id": each, "text": "Hi", "pass": given})
    known = front.heard("v1", "conversation")[0]
    for number in ("2", "3"):
        frame = {"action": "message", "token": known["token"], "client_id": number}
        front.visitor("v1", **frame, text=number)
    conversations = "/v1/sites/bank/conversations"
    for path in (conversations, f"{conversations}/{known['conversation']}/messages"):
        whole = front.rest("GET", path, user="ada").document["items"]
        assert len(whole) == 3
        first = front.rest("GET", path, user="ada", query={"limit": "2"}).document
        rest = {"limit": "2", "cursor": first["next_cursor"]}
        second = front.rest("GET", path, user="ada", query=rest).document
        assert first["items"] + second["items"] == whole
        assert second["next_cursor"] is None


def test_the_last_admin_is_the_last_even_if_another_instance_removed_the_other(front):
    front.hire("ann", "admin", ())
    assert front.rest("GET", "/v1/users").status == 200
    # Elsewhere, and this instance still has the list it read a moment ago.
    elsewhere = StoredStaff(wiring.table(), lambda: 0.0)
    before = elsewhere.user("ann")
    elsewhere.save(replace(before, active=False, version=2), before=before)
    answer = front.rest("PATCH", "/v1/users/root", {"role": "agent"})
    assert (answer.status, answer.code) == (409, "last_admin")
