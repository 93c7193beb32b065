"""Hostile queries, cursors and ids on the routes of the real app."""

import pytest

from tests.web.refusals import refused

GROUP = {"name": "Loans", "queue_limit": 5}
USER = {"email": "eve@linden.example", "role": "agent"}


@pytest.fixture
def front(standing):
    standing.wire.forget()
    return standing


COLLECTIONS = {
    "sites": "/v1/sites",
    "users": "/v1/users",
    "groups": "/v1/sites/bank/groups",
    "agents": "/v1/sites/bank/agents",
    "conversations": "/v1/sites/bank/conversations",
}


@pytest.mark.parametrize("path", COLLECTIONS.values(), ids=COLLECTIONS)
@pytest.mark.parametrize("limit", ["0", "-1", "1000000000", "1.5", "", "٣", " 5", "5;DROP"])
def test_p13_a_page_holds_one_to_a_hundred(front, path, limit):
    assert refused(front.rest("GET", path, query={"limit": limit}), 422, "invalid_field")


def of_another_site(front):
    for each in ("a", "b"):
        front.rest("POST", "/v1/sites/shop/groups", {**GROUP, "id": each})
    return front.rest("GET", "/v1/sites/shop/groups", query={"limit": "1"}).document["next_cursor"]


@pytest.mark.parametrize("path", COLLECTIONS.values(), ids=COLLECTIONS)
@pytest.mark.parametrize("made", ["altered", "of another site", "invented", "a pass", "long"])
def test_p13_a_cursor_opens_only_what_it_was_made_for(front, path, made):
    cursor = of_another_site(front)
    match made:
        case "altered":
            cursor = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
        case "invented":
            cursor = "25"
        case "a pass":
            cursor = front.visitor("v", **{"action": "page", "url": "https://bank.example/"})[
                "pass"
            ]
        case "long":
            cursor *= 200
    assert refused(front.rest("GET", path, query={"cursor": cursor}), 400, "invalid_cursor")


@pytest.mark.parametrize(
    "id",
    [
        "../x",
        "..",
        "%00",
        "\x00",
        "x" * 3_000,
        "TENANT#other",
        "a#b",
        "a b",
        "é",
        "a\n",
        "{}",
        "$ne",
    ],
)
@pytest.mark.parametrize(
    ("method", "resource", "name"),
    [
        ("GET", "/v1/sites/{site}", "site"),
        ("PATCH", "/v1/sites/{site}", "site"),
        ("GET", "/v1/users/{user}", "user"),
        ("DELETE", "/v1/users/{user}", "user"),
        ("GET", "/v1/sites/{site}/groups/{id}", "id"),
        ("GET", "/v1/sites/{site}/conversations/{conversation}", "conversation"),
        ("GET", "/v1/public/sites/{site}/widget", "site"),
    ],
)
def test_p14_what_cannot_be_an_id_names_nothing(front, method, resource, name, id):
    ids = {"site": "bank"} if "{site}" in resource else {}
    answer = front.rest(method, "/", {}, resource=resource, ids={**ids, name: id})
    assert refused(answer, 404, "not_found")


@pytest.mark.parametrize("id", ["../x", "a#b", "x" * 65, "", "a b", 7, ["a"], {"a": 1}], ids=repr)
@pytest.mark.parametrize(
    ("path", "good"),
    [("/v1/sites/bank/groups", GROUP), ("/v1/users", USER), ("/v1/sites", {"name": "New"})],
)
def test_p14_an_author_s_id_is_held_to_the_same(front, path, good, id):
    assert refused(front.rest("POST", path, {**good, "id": id}), 422, "invalid_field")


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ({"state": '{"$ne":""}'}, "state"),
        ({"state": "closed OR 1=1"}, "state"),
        ({"state[$ne]": ""}, "state[$ne]"),
        ({"state": ["waiting", "closed"]}, "state"),
        ({"agent": "ada' OR '1'='1"}, "agent"),
        ({"group": "*"}, "group"),
        ({"visitor": "#"}, "visitor"),
        ({"from": "yesterday"}, "from"),
        ({"from": "0001-01-01T00:00:00+23:59"}, "from"),
        ({"to": "2026-13-01T00:00:00Z"}, "to"),
        ({"order": "name"}, "order"),
        ({"is_admin": "true"}, "is_admin"),
    ],
    ids=lambda each: f"P15 {each}",
)
def test_a_filter_is_a_word_of_ours_or_refused(front, query, path):
    answer = front.rest("GET", "/v1/sites/bank/conversations", query=query)
    assert answer.status == 422 and answer.document["error"]["path"] == path


@pytest.mark.parametrize(
    "key",
    ["messages", "members", "availability"],
)
def test_other_queries_are_checked_as_well(front, key):
    path, query = {
        "messages": ("/v1/sites/bank/conversations/none/messages", {"after": "-1"}),
        "members": ("/v1/sites/bank/groups/none/members", {"x": "y"}),
        "availability": ("/v1/sites/bank/routing-rules/any/availability", {"language": "x" * 36}),
    }[key]
    assert front.rest("GET", path, query=query).status in (404, 422)
