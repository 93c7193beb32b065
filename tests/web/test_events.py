"""Every trigger's own event, as AWS sends it, reaches what it is for and does no harm."""

import pytest
from botocore.exceptions import ClientError

from app import ring_alarm, ring_short_alarm, sweep
from tests.aws import refused
from tests.web.front import event
from tests.world import PAGE


def test_a_rest_event_is_answered(front):
    answer = front.rest("GET", "/v1/sites/bank", user="mia")
    assert answer.status == 200 and answer.document["id"] == "bank"


def test_a_visitor_of_the_site_may_open_a_socket_and_is_known_from_then_on(front):
    known = front.handshake({"site": "bank"}, {"Origin": "https://bank.example"})
    assert (known["kind"], known["site"]) == ("visitor", "bank")
    assert front.say("v1", known, PAGE)["type"] == "page"


def test_a_closed_staff_socket_shortens_the_lease(front):
    front.staff("s1", "ada", action="presence", status="available")
    before = front.ports.staff.state("ada").lease_expires_at
    front.hang_up("s1", "ada")
    assert front.ports.staff.state("ada").lease_expires_at < before


def test_a_visitor_s_closed_socket_asks_nothing_of_the_table(front):
    front.wire.forget()
    front.hang_up("v1", "")
    assert front.wire.calls.total() == 0


def test_an_alarm_for_something_gone_is_answered_that_the_wait_is_over(front):
    alarm = event("step_functions")
    assert ring_alarm(alarm, None) == {**alarm, "wake_at": None}


def test_a_short_alarm_for_something_gone_is_taken_off_the_queue(front):
    assert ring_short_alarm(event("sqs"), None) is None


def test_the_sweep_of_an_empty_house_finds_nothing(front):
    assert sweep(event("schedule"), None) is None


def test_what_ends_in_a_bug_has_its_line_too_and_is_rung_again(front, caplog):
    front.wire.plan(refused("AccessDeniedException"))
    with pytest.raises(ClientError):
        ring_short_alarm(event("sqs"), None)
    (line,) = [each for each in caplog.records if each.getMessage() == "SQSEvent"]
    assert line.failed == "ClientError"
