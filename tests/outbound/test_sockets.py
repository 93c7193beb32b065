"""What becomes of a push that API Gateway does not take?"""

import pytest

from chalicelib.model.notices import Pong
from chalicelib.outbound.sockets import TRIES, ApiGatewaySockets
from tests.aws import Wire, client, lost_request, refused


@pytest.fixture
def connections():
    return client("apigatewaymanagementapi", connect_timeout=1)


@pytest.fixture
def sockets(connections):
    return ApiGatewaySockets(
        lambda: connections, lambda _notice, _to: "{}", chance=lambda: 0.0, sleep=lambda _for: None
    )


@pytest.mark.parametrize(
    "fault", [refused("LimitExceededException"), lost_request], ids=["refused", "lost"]
)
def test_a_push_that_fails_is_tried_again_and_is_only_a_hint(connections, sockets, fault, written):
    wire = Wire(connections)
    wire.plan(*[fault] * 9)
    assert sockets.push("c1", Pong()) is False
    assert written.text.count("push failed") == TRIES


@pytest.mark.parametrize("fault", [refused("GoneException"), lost_request], ids=["refused", "lost"])
def test_a_socket_that_cannot_be_closed_is_left_to_itself(connections, sockets, fault):
    Wire(connections).plan(*[fault] * 9)
    sockets.close("c1")
