"""A mail's function dies at any of its steps, and is called again three times: how many mails?

Never two. None only where nobody can know whether the first one left.
"""

from functools import partial

import pytest

from chalicelib.services.conversation import inbound
from chalicelib.services.mail import letters, postbox
from chalicelib.services.waiting import sweep as sweeping
from tests import invariants
from tests.aws import ATTEMPTS, lost_answer, lost_request, moto_table, well
from tests.bank import flow
from tests.letters import due
from tests.mails import mail
from tests.people import begun, ends, says, stored
from tests.services.conftest import Wired

FAULTS = {"before": lost_request, "after": lost_answer}
TIMES = 3


class Killed(BaseException):
    """The process ends here: nothing after this line runs."""


class Mortal(Wired):
    """A world whose mail function can be killed before or after SES takes the mail."""

    dies = None

    def send(self, letter, *, unsubscribe=None):
        dies, self.dies = self.dies, None
        if dies == "before":
            raise Killed
        message_id = super().send(letter, unsubscribe=unsubscribe)
        if dies == "after":
            raise Killed
        return message_id


def a_world(table, wire):
    world = Mortal(table=table)
    world.wire, world.pushes = wire, []
    return world


def survived(do):
    """Whether it ran to its end."""
    try:
        do()
    except (Exception, Killed):
        return False
    return True


def settles(world):
    """Everything that repairs has its turn, for an hour: often at first, when most is due."""
    for seconds in [91] * 6 + [600] * 5:
        world.later(seconds)
        sweeping.sweep(world.ports)
        world.run_alarms(0)


@pytest.mark.parametrize("dies", [None, "before", "after"])
@pytest.mark.parametrize("when", FAULTS)
def test_never_two_mails_whichever_request_fails_and_wherever_it_is_killed(when, dies):
    for k in range(4):
        state, sent, counted = sent_after(k, when, dies)
        assert sent <= 1, k
        assert state in ("sent", "unknown"), (k, state)
        # Marked as sent only if it was; not sent only if somebody died who had claimed it.
        assert (state == "sent") <= (sent == 1), (k, state)
        assert sent == 1 or dies == "before" or k == 2, k
        assert counted == 1


def sent_after(k, when, dies):
    """What became of one letter whose k-th request failed, and how many mails left."""
    with moto_table(lambda: worlds[0].epoch()) as (table, wire):
        worlds = [a_world(table, wire)]
        world = worlds[0].site()
        letter = due(world)
        world.ports.playbooks.current("bank")
        world.dies = dies
        wire.plan(*[well] * k, *[FAULTS[when]] * ATTEMPTS)
        send = partial(postbox.send, world.ports, "bank", letter.id)
        for _ in range(1 + TIMES):
            survived(send)
        wire.unplan()
        settles(world)
        state = world.ports.letters.get("bank", letter.id).state
        return state, len(world.sent), world.ports.standing.figures("bank", world.clock).sent


def story(world):
    """A visitor who left an address and their page."""
    world.site(flows=[flow("asks", 30)])
    world.user("ada", slots=3)
    world.later(6)
    world.available("ada")
    visitor = begun(world, "v1")
    visitor.does("email", address="grace@example.com")
    world.run_alarms(0)
    visitor.leave()
    says(world, "ada", visitor, "Your card is fine.")
    return visitor


def an_unseen_reply(world):
    visitor = story(world)
    conversation = stored(visitor).id
    world.rung.clear()
    return lambda: letters.notify_unseen(world.ports, "bank", conversation)


def an_answer_by_mail(world):
    story(world)
    world.run_alarms(0)
    world.mails["m"] = raw = mail(world.sent[-1].reply_to)
    return lambda: inbound.receive(world.ports, "m", len(raw))


def an_answer_after_the_end(world):
    visitor = story(world)
    world.run_alarms(0)
    world.mails["m"] = raw = mail(world.sent[-1].reply_to)
    ends(visitor)
    return lambda: inbound.receive(world.ports, "m", len(raw))


def done(thing, faults):
    """What was mailed and what was said, after doing it under faults and then three times more."""
    with moto_table(lambda: worlds[0].epoch()) as (table, wire):
        worlds = [a_world(table, wire)]
        world = worlds[0]
        do = thing(world)
        world.ports.playbooks.current("bank")
        wire.forget()
        wire.plan(*faults)
        survived(do)
        requests = sum(wire.calls.values())
        wire.unplan()
        for _ in range(TIMES):
            do()
        settles(world)
        invariants.check(table)
        rows = invariants.rows(table)
        said = sorted(row["text"] for row in rows if row["sk"].startswith("MESSAGE#"))
        return [letter.kind.value for letter in world.sent], said, requests


@pytest.mark.parametrize("when", FAULTS)
@pytest.mark.parametrize(
    "thing", [an_unseen_reply, an_answer_by_mail, an_answer_after_the_end], ids=lambda t: t.__name__
)
def test_whichever_request_fails_the_mails_and_the_messages_are_the_same(thing, when):
    mailed, said, requests = done(thing, ())
    assert requests >= 3 and mailed
    for k in range(requests):
        again = done(thing, [well] * k + [FAULTS[when]] * ATTEMPTS)
        assert again[:2] == (mailed, said), f"request {k + 1} of {requests}"
