"""How a visitor of the bank comes to talk with ada, frame by frame."""

from tests.world import PAGE

PASS = "pass"


def opened(front, connection="v1"):
    """A visitor's page and the pass it holds."""
    front.staff("s1", "ada", action="presence", status="available")
    return front.visitor(connection, **PAGE)[PASS]


def conversation(front, connection="v1", client_id="c1", text="Hello"):
    """A conversation that ada holds, as its visitor knows it."""
    given = opened(front, connection)
    front.visitor(connection, action="start", client_id=client_id, text=text, **{PASS: given})
    return front.heard(connection, "conversation")[0]
