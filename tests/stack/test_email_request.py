"""Is a visitor who waits in vain asked for an address, once, and does the mail arrive?

The waits are real: 25 s of the flow are 5 s here.
"""

import time
from email.utils import parseaddr

import pytest

from tests.stack.live import WAIT_SCALE, Live, until
from tests.stack.sites import NEVER, Place

pytestmark = pytest.mark.stack

DELAY = 25 * WAIT_SCALE


@pytest.fixture
def closed(place: Place) -> Place:
    """The same site after its hours."""
    place.call("PATCH", "", {"hours": NEVER})
    return place


def test_after_the_delay_a_visitor_is_asked_and_the_acknowledgement_arrives(
    closed: Place, live: Live
) -> None:
    visitor = closed.visitor()
    began = time.monotonic()
    assert visitor.start("Can I pay from abroad?")["state"] == "waiting"
    asked = visitor.line.hear("email_request")
    waited = time.monotonic() - began
    assert DELAY - 1.1 <= waited < DELAY + 6, waited
    assert (asked["number"], asked["text"]) == (2, "Where can we write to you?")

    refused = visitor.line.ask("email", token=visitor.token, address="no address")
    assert (refused["type"], refused["code"]) == ("error", "invalid_field")
    address = f"zoe@{closed.id}.example"
    kept = visitor.line.ask("email", token=visitor.token, address=f" Zoe@{closed.id}.example ")
    assert kept["type"] == "email", kept
    assert kept["address"].lower() == address
    confirmation = visitor.line.hear("message", number=3)
    assert confirmation["author"]["kind"] == "flow"
    assert confirmation["text"] == f"Thank you, we write to {kept['address']}."

    [mail] = until("the acknowledgement", lambda: live.mails(kept["address"]))
    assert mail["Subject"] == "We have your question: été"
    assert parseaddr(mail["Source"])[1] == "hello@vestibule.example"
    assert mail["To"] == [kept["address"]]
    assert "A site answers to this address." in mail["BodyText"]
    assert f"{live.origin}/help#vestibule=" in mail["BodyText"]
    assert "A site answers to this address." in mail["BodyHtml"]

    token = mail["BodyText"].split("#vestibule=")[1].split()[0]
    back = closed.visitor()
    assert back.line.ask("resume", token=token, after=0)["last"] == 3
    assert closed.conversation(visitor.conversation)["email"] == kept["address"]
    # Nothing more comes: neither a second request nor a second mail.
    heard = visitor.line.listen(DELAY + 1)
    assert [frame["type"] for frame in heard].count("email_request") == 1
    assert len(live.mails(kept["address"])) == 1


def test_an_answer_before_the_delay_means_that_nobody_is_asked(closed: Place, live: Live) -> None:
    agent, _ = closed.agents
    agent.arrive()
    known = set(live.executions())
    visitor = closed.visitor()
    assert visitor.start("Is this about right?")["state"] == "assigned"
    [run] = until("the flow waits", lambda: set(live.executions()) - known)
    agent.say(visitor.conversation, "It is.")
    until("the wait is over", lambda: live.executions()[run] != "RUNNING")
    heard = visitor.line.listen(DELAY + 2)
    assert "email_request" not in [frame["type"] for frame in heard]
    assert closed.texts(visitor.conversation) == ["Is this about right?", "It is."]


def test_while_the_site_is_open_the_closed_hours_flow_asks_nobody(place: Place) -> None:
    visitor = place.visitor()
    visitor.start("It is day")
    heard = visitor.line.listen(DELAY + 2)
    assert "email_request" not in [frame["type"] for frame in heard]


def test_what_a_visitor_did_not_see_comes_in_one_mail(closed: Place, live: Live) -> None:
    # The site's patience with unseen words: two seconds, scaled.
    closed.call("PATCH", "", {"unseen_after_seconds": 10})
    agent, _ = closed.agents
    visitor = closed.visitor()
    visitor.start("I have to go soon")
    visitor.line.hear("email_request")
    address = f"gone@{closed.id}.example"
    visitor.line.ask("email", token=visitor.token, address=address)
    until("the acknowledgement", lambda: live.mails(address))
    agent.arrive()
    agent.assigned()
    agent.say(visitor.conversation, "We looked it up.")
    agent.say(visitor.conversation, "It costs nothing.")
    # Heard by the page, but nobody looks at it: so the page says no `read`, and goes.
    visitor.line.hear("message", text="It costs nothing.")
    visitor.line.close()

    _acknowledgement, mail = until(
        "the unseen words",
        lambda: live.mails(address) if len(live.mails(address)) > 1 else None,
        30,
    )
    assert "We looked it up." in mail["BodyText"]
    assert "It costs nothing." in mail["BodyText"]
    assert "A site" in mail["Subject"]
    time.sleep(3)
    assert len(live.mails(address)) == 2


def test_who_looks_at_the_answer_gets_no_mail_of_it(closed: Place, live: Live) -> None:
    closed.call("PATCH", "", {"unseen_after_seconds": 10})
    agent, _ = closed.agents
    visitor = closed.visitor()
    visitor.start("I stay")
    visitor.line.hear("email_request")
    address = f"here@{closed.id}.example"
    visitor.line.ask("email", token=visitor.token, address=address)
    agent.arrive()
    agent.assigned()
    agent.say(visitor.conversation, "Then here you are.")
    said = visitor.line.hear("message", text="Then here you are.")
    visitor.line.send("read", token=visitor.token, number=said["number"])
    assert agent.ear.hear("read", by="visitor")["number"] == said["number"]
    time.sleep(4)
    assert len(live.mails(address)) == 1
