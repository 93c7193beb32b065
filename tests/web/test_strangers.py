"""What strangers learn of a conversation, over the socket and over REST: nothing."""

import pytest

from tests.web.talks import PASS, conversation, opened
from tests.world import PAGE


def test_z10_a_page_chooses_no_visitor(front):
    given = opened(front)
    other = front.visitor("v2", **{**PAGE, "memory": given[:-1] + "x"})
    ports, passes = (
        front.ports,
        __import__("chalicelib.web.access", fromlist=["edge"]).edge().passes,
    )
    visitors = {passes.read(each, "bank", ports).visitor for each in (given, other[PASS])}
    assert len(visitors) == 2


@pytest.mark.parametrize("action", ["message", "typing", "read", "resume", "email"])
@pytest.mark.parametrize("made", ["altered", "of another site", "a pass", "a cursor", "absent"])
def test_z6_a_token_opens_its_own_conversation_only(front, action, made):
    known = conversation(front)
    site, token = "bank", known["token"]
    match made:
        case "altered":
            body, dot, mac = token.rpartition(".")
            token = body[:-2] + ("AA" if body[-2:] != "AA" else "BB") + dot + mac
        case "of another site":
            site = "shop"
        case "a pass":
            token = opened(front, "v2")
        case "a cursor":
            front.rest("POST", "/v1/sites/bank/groups", {"name": "x", "queue_limit": 1})
            page = front.rest("GET", "/v1/sites/bank/groups", query={"limit": "1"})
            token = page.document["next_cursor"]
        case "absent":
            token = None
    more = {
        "message": {"client_id": "c2", "text": "mine"},
        "read": {"number": 1},
        "email": {"address": "a@b.com"},
    }
    before = dict(front.frames)
    heard = {name: len(frames) for name, frames in before.items()}
    answer = front.visitor("v9", site, action=action, token=token, **more.get(action, {}))
    assert answer["code"] in ("invalid_token", "invalid_field")
    assert {name: len(front.frames[name]) for name in heard} == heard
    assert front.frames["v9"] == []


def test_z6_a_closed_conversation_of_one_s_own_is_read_and_not_written(front):
    known = conversation(front)
    path = f"/v1/sites/bank/conversations/{known['conversation']}/close"
    assert front.rest("POST", path, user="ada").status == 200
    token = known["token"]
    again = front.visitor("v1", action="resume", token=token, after=0)
    assert [each["text"] for each in again["items"]] == ["Hello"]
    more = front.visitor("v1", action="message", token=token, client_id="c2", text="More")
    assert more["code"] == "conversation_closed"
    same = front.visitor("v1", action="message", token=token, client_id="c1", text="Hello")
    assert (same["type"], same["number"]) == ("ack", 1)


@pytest.mark.parametrize("action", ["message", "typing", "read", "resume"])
@pytest.mark.parametrize(
    ("user", "site"),
    [("sue", "shop"), ("max", "shop"), ("sue", "bank"), ("eve", "bank")],
    ids=["another site", "a manager of another site", "not on this site", "another agent"],
)
def test_w6_a_foreign_conversation_is_not_found_and_says_nothing(front, action, user, site):
    front.hire("eve", "agent", ("bank",))
    known = conversation(front)["conversation"]
    more = {"message": {"client_id": "c2", "text": "mine"}, "read": {"number": 1}}
    heard = len(front.frames["v1"]), len(front.frames["s1"])
    answer = front.staff(
        "s9", user, site, action=action, conversation=known, **more.get(action, {})
    )
    assert answer["code"] in ("not_found", "auth_expired")
    absent = front.staff(
        "s9", user, site, action=action, conversation="none", **more.get(action, {})
    )
    assert answer["message"].replace(known, "none") == absent["message"]
    assert (len(front.frames["v1"]), len(front.frames["s1"])) == heard
    front.visitor("v1", action="typing", token=front.heard("v1", "conversation")[0]["token"])
    assert front.frames["s9"] == []


@pytest.mark.parametrize("act", ["messages", "post", "take", "close", "one"])
@pytest.mark.parametrize("user", ["eve", "sue", "max"])
def test_z1_another_s_conversation_is_not_found_over_rest_either(front, act, user):
    front.hire("eve", "agent", ("bank",))
    known = conversation(front)["conversation"]

    def ask(id):
        path = f"/v1/sites/bank/conversations/{id}"
        match act:
            case "messages":
                return front.rest("GET", f"{path}/messages", user=user)
            case "post":
                body = {"client_id": "x", "text": "x"}
                return front.rest("POST", f"{path}/messages", body, user=user)
            case "one":
                return front.rest("GET", path, user=user)
        return front.rest("POST", f"{path}/{act}", user=user)

    foreign, absent = ask(known), ask("none")
    assert (foreign.status, absent.status) == (404, 404)
    assert foreign.text.replace(known, "none") == absent.text
    assert front.ports.conversations.get("bank", known).agent == "ada"


def test_z1_a_list_shows_an_agent_their_own(front):
    front.hire("eve", "agent", ("bank",))
    conversation(front)
    counts = {
        user: len(front.rest("GET", "/v1/sites/bank/conversations", user=user).document["items"])
        for user in ("ada", "eve", "mia")
    }
    assert counts == {"ada": 1, "eve": 0, "mia": 1}


@pytest.mark.parametrize(
    "change",
    [{"active": False}, {"role": "manager"}, {"sites": []}, None],
    ids=["W8 deactivated", "W8 another role", "W8 off the site", "W8 removed"],
)
def test_a_change_of_rights_ends_the_open_sockets(front, change):
    known = conversation(front)
    method = "DELETE" if change is None else "PATCH"
    assert front.rest(method, "/v1/users/ada", change).status in (200, 204)
    assert front.frames["s1"][-1] == {"type": "bye", "code": "auth_expired"}
    assert front.closed == ["s1"]
    front.visitor("v1", action="message", token=known["token"], client_id="c2", text="There?")
    if change != {"role": "manager"}:
        held = front.ports.conversations.get("bank", known["conversation"])
        assert (held.agent, held.state) == (None, "waiting")
        late = front.staff(
            "s1", "ada", action="message", conversation=held.id, client_id="a1", text="Late"
        )
        assert late["code"] == "auth_expired"


def test_w8_a_new_name_ends_nothing(front):
    conversation(front)
    front.rest("PATCH", "/v1/users/ada", {"first_name": "Adele", "slots": 9})
    assert front.closed == [] and front.heard("s1", "bye") == []


CANARIES = ("ada@linden.example", '"ada"', "root", "203.0.113.7", "eyJ")


def test_z9_a_visitor_learns_no_more_of_the_staff_than_a_name(front):
    known = conversation(front)
    staff = {"conversation": known["conversation"]}
    front.staff("s1", "ada", action="message", client_id="a1", text="Good day", **staff)
    front.staff("s1", "ada", action="typing", **staff)
    front.staff("s1", "ada", action="read", number=1, **staff)
    again = front.visitor("v1", action="resume", token=known["token"], after=0)
    widget = front.rest("GET", "/v1/public/sites/bank/widget", user=None)
    texts = [str({**frame, "token": "", PASS: ""}) for frame in [*front.frames["v1"], again]]
    for text in [*texts, widget.text]:
        for canary in CANARIES:
            assert canary not in text.replace("'", '"')
    authors = [each["author"] for each in again["items"]]
    assert authors == [{"kind": "visitor"}, {"kind": "agent", "name": "Ada"}]


def talk(front):
    """Everything a visitor and an agent of the bank may say, said once."""
    front.staff("s1", "ada", action="presence", status="available")
    given = front.visitor("v1", **PAGE)
    signed, engagement = {"pass": given["pass"]}, given["engagement"]["id"]
    front.visitor("v1", action="observed", facts={"page.seconds": 30}, **signed)
    front.visitor("v1", action="accept", engagement=engagement, **signed)
    front.visitor("v1", action="start", client_id="c1", text="Hello", **signed)
    known = front.heard("v1", "conversation")[0]
    token, conversation = {"token": known["token"]}, {"conversation": known["conversation"]}
    front.visitor("v1", action="message", client_id="c2", text="Still there?", **token)
    front.visitor("v1", action="email", address="zoe@home.example", **token)
    front.staff("s1", "ada", action="message", client_id="a1", text="Yes", **conversation)
    for say, named in ((front.visitor, ("v1",)), (front.staff, ("s1", "ada"))):
        whose = token if say == front.visitor else conversation
        for frame in (
            {"action": "typing"},
            {"action": "read", "number": 2},
            {"action": "resume", "after": 0},
        ):
            answer = say(*named, **frame, **whose)
            assert answer is None or answer["type"] == "messages"
    front.rest("POST", f"/v1/sites/bank/conversations/{known['conversation']}/close", user="ada")
    front.hang_up("s1", "ada")


def test_z2_no_frame_of_one_site_touches_another(front):
    talk(front)
    assert front.touched("shop") == set()
    # And the look at the keys does see what is touched.
    assert {"VISITOR", "CONVERSATION", "PLAYBOOK"} <= {
        key.partition("#")[0] for key in front.touched("bank")
    }
