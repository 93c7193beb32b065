"""Who may open a socket, and how fast is somebody out who may no longer be in?"""

import pytest
from websockets.exceptions import InvalidStatus

from local.rest import RefusedError
from tests.stack.live import Live
from tests.stack.sites import Place, Pool

pytestmark = pytest.mark.stack


def refused(live: Live, query: str, origin: str | None) -> int:
    """The status with which a handshake is turned away."""
    with pytest.raises(InvalidStatus) as refusal:
        live.line(f"{live.document['socket']}{query}", origin)
    return refusal.value.response.status_code


def test_a_page_of_another_origin_cannot_speak_for_a_site(live: Live, place: Place) -> None:
    assert refused(live, f"?site={place.id}", "https://elsewhere.example") in (401, 403)
    assert refused(live, f"?site={place.id}", None) in (401, 403)


def test_a_site_that_does_not_exist_has_no_socket(live: Live) -> None:
    assert refused(live, "?site=nowhere", live.origin) in (401, 403)
    assert refused(live, "", live.origin) in (401, 403)


def test_a_ticket_opens_one_socket(live: Live, place: Place) -> None:
    agent, _ = place.agents
    address = agent.ticket()
    line = live.line(address, live.origin)
    assert line.ask("ping")["type"] == "pong"
    query = "?" + address.partition("?")[2]
    assert refused(live, query, live.origin) in (401, 403)
    assert refused(live, "?ticket=invented", live.origin) in (401, 403)
    assert line.ask("ping")["type"] == "pong"


def test_a_ticket_is_no_use_to_a_page_from_elsewhere(live: Live, place: Place) -> None:
    query = "?" + place.agents[0].ticket().partition("?")[2]
    assert refused(live, query, "https://elsewhere.example") in (401, 403)


def test_nobody_gets_a_ticket_for_a_site_of_others(live: Live, place: Place) -> None:
    with pytest.raises(RefusedError) as refusal:
        live.call("POST", "/sockets/tickets", {"site": "bank"}, token=place.agents[0].token)
    assert refusal.value.status == 404


def test_who_is_deactivated_is_out_within_a_second(live: Live, place: Place) -> None:
    leaving, staying = place.agents
    leaving.arrive()
    visitor = place.visitor()
    visitor.start("Do you still work here?")
    leaving.assigned()
    staying.arrive()
    token = leaving.token

    live.call("PATCH", f"/users/{leaving.id}", {"active": False})
    assert leaving.ear.hear("bye", 1)["code"] == "auth_expired"
    leaving.ear.ends(1)
    with pytest.raises(RefusedError) as refusal:
        live.call("GET", "/me", token=token)
    assert refusal.value.status == 401
    # The visitor is not forgotten.
    assert staying.assigned()["id"] == visitor.conversation


def test_a_visitor_cannot_speak_as_the_staff(place: Place) -> None:
    visitor = place.visitor()
    answer = visitor.line.ask("presence", status="available")
    assert answer["type"] == "error"


def test_a_token_of_one_site_opens_nothing_on_another(pool: Pool, place: Place) -> None:
    place.agents[0].arrive()
    visitor = place.visitor()
    visitor.start("Mine")
    stranger = pool.take().visitor()
    answer = stranger.line.ask("resume", token=visitor.token, after=0)
    assert answer["type"] == "error", answer
