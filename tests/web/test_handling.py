"""What the staff does with a conversation over REST: pass on, put aside, end, and ask why."""

import json
import re

import pytest

from app import ring_alarm, ring_short_alarm
from chalicelib.outbound.aws import client
from tests.aws import REGION
from tests.web.front import event
from tests.web.talks import conversation

HERE = "/v1/sites/bank/conversations"


def talk(front, connection="v1"):
    return conversation(front, connection)["id"]


def post(front, id, what, body=None, user="ada"):
    return front.rest("POST", f"{HERE}/{id}/{what}", body, user=user)


def test_a_transfer_answers_the_conversation_as_it_is_now(front):
    id = talk(front)
    answer = post(front, id, "transfer", {"routing_rule": "any", "comment": "A loan"})
    assert (answer.status, answer.document["state"]) == (200, "waiting")
    notes = front.rest("GET", f"{HERE}/{id}/notes", user="mia").document["items"]
    assert [(each["author"], each["text"]) for each in notes] == [("ada", "A loan")]
    again = post(front, id, "transfer", {"agent": "ada"}, user="mia")
    assert (again.status, again.document["agent"]) == (200, "ada")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "agent"),
        ({"agent": "ada", "routing_rule": "any"}, "agent"),
        ({"agent": "sue"}, "agent"),
        ({"routing_rule": "none"}, "routing_rule"),
        ({"agent": "mia", "comment": "x" * 4_001}, "comment"),
    ],
    ids=str,
)
def test_a_transfer_to_nobody_is_refused_with_its_place(front, body, path):
    answer = post(front, talk(front), "transfer", body)
    assert answer.status == 422
    assert answer.document["error"]["path"] == path


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"seconds": 59},
        {"seconds": 30 * 86_400 + 1},
        {"seconds": 600, "until": "2030-01-01T00:00:00Z"},
        {"until": "2020-01-01T00:00:00Z"},
        {"until": "tomorrow"},
        {"seconds": 600, "keep": "yes"},
    ],
    ids=str,
)
def test_a_snooze_is_a_minute_to_thirty_days(front, body):
    assert post(front, talk(front), "snooze", body).status == 422


def test_a_snooze_is_seen_and_ended(front):
    id = talk(front)
    asleep = post(front, id, "snooze", {"seconds": 3_600, "keep": True}).document
    assert (asleep["state"], asleep["kept_for"], asleep["agent"]) == ("snoozed", "ada", None)
    assert asleep["snoozed_until"]
    listed = front.rest("GET", HERE, user="ada", query={"state": "snoozed"}).document["items"]
    assert [each["id"] for each in listed] == [id]
    timers = front.rest("GET", f"{HERE}/{id}/timers", user="ada").document["items"]
    assert [(each["id"], each["what"]) for each in timers] == [("snooze", "snooze")]
    awake = post(front, id, "wake").document
    assert (awake["state"], awake["agent"]) == ("assigned", "ada")
    again = post(front, id, "wake")
    assert (again.status, again.code) == (409, "not_snoozed")


def test_a_timer_of_a_rule_cannot_be_called_off_and_a_snooze_can(front):
    id = talk(front)
    (timer,) = front.rest("GET", f"{HERE}/{id}/timers", user="ada").document["items"]
    assert (timer["what"], timer["rule"]) == ("answer", {"kind": "group", "id": "service"})
    refused = front.rest("DELETE", f"{HERE}/{id}/timers/answer", user="ada")
    assert (refused.status, refused.code) == (409, "not_cancellable")
    post(front, id, "snooze", {"seconds": 3_600})
    assert front.rest("DELETE", f"{HERE}/{id}/timers/answer", user="ada").status == 404
    assert front.rest("DELETE", f"{HERE}/{id}/timers/snooze", user="ada").status == 204
    assert front.rest("GET", f"{HERE}/{id}", user="mia").document["state"] == "assigned"


def test_closing_says_why_and_by_whom(front):
    id = talk(front)
    body = {"reason": "Answered", "tags": ["loan", "branch"]}
    closed = post(front, id, "close", body, user="mia").document
    assert (closed["close_reason"], closed["closed_by"]) == ("Answered", "mia")
    found = front.rest("GET", HERE, user="mia", query={"tag": "loan"}).document["items"]
    assert [each["id"] for each in found] == [id]
    assert front.rest("GET", HERE, user="mia", query={"tag": "cat"}).document["items"] == []


def test_closing_needs_no_body(front):
    assert post(front, talk(front), "close").document["close_reason"] is None


def test_what_is_closed_is_neither_passed_on_nor_put_aside(front):
    id = talk(front)
    post(front, id, "close")
    for what, body in (
        ("transfer", {"routing_rule": "any"}),
        ("snooze", {"seconds": 600}),
        ("hand-back", None),
        ("wake", None),
        ("close", None),
        ("take", None),
    ):
        answer = post(front, id, what, body, user="mia")
        assert (answer.status, answer.code) == (409, "conversation_closed"), what


def test_tags_are_few_and_distinct(front):
    id = talk(front)
    assert post(front, id, "tags", {"tags": ["a", "b"]}).document["tags"] == ["a", "b"]
    assert post(front, id, "tags", {"tags": []}).document["tags"] == []
    assert post(front, id, "tags", {"tags": [str(each) for each in range(21)]}).status == 422
    assert post(front, id, "tags", {"tags": ["a", "a"]}).status == 422


def test_a_note_is_shown_to_the_staff_and_to_no_visitor(front):
    id = talk(front)
    answer = post(front, id, "notes", {"text": "He called before"})
    assert answer.status == 201
    assert answer.document["author"] == "ada"
    assert "He called" not in str(front.frames["v1"])
    messages = front.rest("GET", f"{HERE}/{id}/messages", user="ada").document["items"]
    assert len(messages) == 1


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("transfer", {"routing_rule": "any"}),
        ("snooze", {"seconds": 600}),
        ("hand-back", None),
        ("wake", None),
        ("close", None),
        ("take", None),
        ("tags", {"tags": []}),
        ("notes", {"text": "x"}),
    ],
)
def test_a_conversation_of_another_site_is_like_none(front, what, body):
    id = talk(front)
    foreign = front.rest("POST", f"/v1/sites/shop/conversations/{id}/{what}", body, user="max")
    absent = front.rest("POST", f"/v1/sites/shop/conversations/none/{what}", body, user="max")
    assert (foreign.status, absent.status) == (404, 404)
    assert foreign.text.replace(id, "none") == absent.text


def test_an_agent_without_it_sees_and_does_nothing(front):
    id = talk(front)
    front.hire("eve", "agent", ("bank",))
    front.ports.staff.look_again()
    token = front.token("eve", **{"cognito:groups": ["agent"]})
    for method, what in (("GET", "why"), ("GET", "timers"), ("POST", "close")):
        assert front.rest(method, f"{HERE}/{id}/{what}", token=token).status == 404


def test_why_says_it_in_words(front):
    id = talk(front)
    post(front, id, "transfer", {"routing_rule": "any"})
    post(front, id, "take")
    said = front.rest("GET", f"{HERE}/{id}/why", user="mia").document
    assert said["engagement"]["fired"] == "hello"
    assert said["engagement"]["sentences"] == [
        "“Everybody” engages: it holds, and somebody could answer."
    ]
    assert [each["event"] for each in said["routing"]] == ["start", "transfer", "take"]
    # These clocks are real: on a busy machine it waits for some seconds.
    words = [
        [re.sub(r", after \d+ s in the queue", "", sentence) for sentence in each["sentences"]]
        for each in said["routing"]
    ]
    assert words == [
        ["Ada of Service was chosen: the only one who could take it."],
        [
            "Ada transferred it. It joined the queue of Service: nobody there could take it at"
            " once.",
            "Ada: had it before and left it.",
        ],
        ["Ada took it from the queue of Service."],
    ]


def test_a_long_wait_is_an_execution_and_a_short_one_a_delayed_message(front):
    id = talk(front)
    post(front, id, "snooze", {"seconds": 3_600})
    machine = front.environment["STATE_MACHINE_ARN"]
    states = client("stepfunctions", REGION)
    executions = states.list_executions(stateMachineArn=machine)["executions"]
    (ours,) = [each for each in executions if id in each["name"]]
    assert ours["name"] == f"wait-{id}-2"
    asked = json.loads(states.describe_execution(executionArn=ours["executionArn"])["input"])
    snoozed = front.rest("GET", f"{HERE}/{id}", user="mia").document
    assert asked.keys() == {"what", "site", "id", "tick", "wake_at"}
    assert snoozed["snoozed_until"] <= asked["wake_at"].replace("Z", ".999Z")
    assert ring_alarm(asked, None)["wake_at"] == asked["wake_at"], "it is not time yet"
    assert ring_alarm({**asked, "tick": 1}, None)["wake_at"] is None, "that time is over"

    name = "ApproximateNumberOfMessagesDelayed"
    queue, sqs = front.environment["ALARM_QUEUE_URL"], client("sqs", REGION)
    before = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=[name])["Attributes"][name]
    post(front, id, "wake")
    after = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=[name])["Attributes"][name]
    assert int(after) > int(before), "its agent has two minutes to answer"
    body = json.dumps({"what": "wait", "site": "bank", "id": id, "tick": 4})
    ring_short_alarm({"Records": [{**event("sqs")["Records"][0], "body": body}]}, None)
    assert front.rest("GET", f"{HERE}/{id}", user="mia").document["version"] == 4
