"""What Step Functions is asked to wait for, and to stop waiting for, on moto's."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from chalicelib.model.flow_run import FlowRun
from chalicelib.outbound.alarms import AwsAlarms
from tests.aws import Wire, client, lost_request, refused
from tests.world import NOON

ROLE = "arn:aws:iam::123456789012:role/alarm-clock"
WAITS = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 60, "End": True}}}
RUN = FlowRun(
    id="r1",
    site="bank",
    conversation="c1",
    playbook_version=1,
    since=NOON,
    wake_at=NOON + timedelta(seconds=30),
)


@pytest.fixture
def states():
    with mock_aws():
        yield client("stepfunctions")


@pytest.fixture
def machine(states):
    made = states.create_state_machine(
        name="test-alarm-clock", definition=json.dumps(WAITS), roleArn=ROLE
    )
    return made["stateMachineArn"]


@pytest.fixture
def alarms(states, machine):
    return AwsAlarms(lambda: states, lambda: None, state_machine=machine, queue="")


def running(states, machine):
    found = states.list_executions(stateMachineArn=machine, statusFilter="RUNNING")
    return sorted(each["name"] for each in found["executions"])


def test_a_run_that_is_called_off_leaves_no_execution_waiting(states, machine, alarms):
    alarms.ring_run(RUN)
    alarms.ring_run(replace(RUN, id="r2"))
    alarms.stop_run(RUN)
    assert running(states, machine) == ["r2"]


def test_a_run_that_was_rung_again_is_stopped_under_both_names(states, machine, alarms):
    alarms.ring_run(RUN)
    woken = replace(RUN, tick=2)
    alarms.ring_run(woken)
    assert running(states, machine) == ["r1", "r1-2"]
    alarms.stop_run(woken)
    assert running(states, machine) == []


def test_what_has_rung_already_is_as_good_as_stopped(states, machine, alarms):
    alarms.stop_run(RUN)
    assert running(states, machine) == []


@pytest.mark.parametrize(
    "fault", [refused("AccessDeniedException"), lost_request], ids=["refused", "lost"]
)
def test_a_stop_that_fails_is_noted_and_nothing_else(states, machine, alarms, fault, written):
    alarms.ring_run(RUN)
    wire = Wire(states)
    wire.plan(*[fault] * 3)
    alarms.stop_run(RUN)
    wire.unplan()
    assert "stop failed" in written.text
    assert running(states, machine) == ["r1"]


def test_an_alarm_that_cannot_be_set_is_told(states, alarms):
    Wire(states).plan(refused("AccessDeniedException"))
    with pytest.raises(ClientError):
        alarms.ring_run(RUN)
