"""What if the k-th request to the table fails, for every k, and whoever asked asks again?

*Before*: the request never arrives, however often it is repeated. *After*: it is carried out, and
no answer ever comes back. Then the same frame, or the same alarm, comes once more, as it does from
the widget's outbox and from the alarm clock. The table must hold what it holds without any fault.
"""

import json
import re
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import Conflict, NotFound, VestibuleError
from chalicelib.services.assignment import snoozes, transfers
from chalicelib.services.conversation import closing
from chalicelib.services.flows import flow_runs
from chalicelib.services.waiting import due, erasures
from chalicelib.services.waiting import sweep as sweeping
from tests import invariants
from tests.aws import ATTEMPTS, lost_answer, lost_request, moto_table, well
from tests.bank import estimated_wait, flow, group
from tests.people import begun, invited, says, stored
from tests.services.conftest import Wired

MASKS = (
    (re.compile(r"id-\d{6}"), "<id>"),
    (re.compile(r"[0-9a-f]{40}"), "<digest>"),
    (re.compile(r"DUE#\d"), "<shard>"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z"), "<moment>"),
    (re.compile(r'"expires_at": \d+'), "<moment>"),
    (re.compile(r"#vestibule=[\w.-]+"), "<token>"),
)
FAULTS = {"before": lost_request, "after": lost_answer}


class Failed(Exception):
    """The frame was answered with our own fault."""


def ready(world):
    world.site(groups=[group()], flows=[flow("asks", 30)])
    world.user("ada", slots=1)
    world.later(6)
    world.available("ada")


def frame(answer):
    if answer is not None and answer.get("code") in ("internal", "busy"):
        raise Failed
    return answer


def a_start(world):
    visitor = invited(world, "v1")
    return lambda: frame(visitor.start("Good morning", "c1"))


def a_start_that_waits(world):
    begun(world, "v0")
    visitor = invited(world, "v1")
    return lambda: frame(visitor.start("Good morning", "c1"))


def a_message(world):
    visitor = begun(world, "v1")
    says(world, "ada", visitor, "Here I am")
    return lambda: frame(visitor.say("A loan", "c2"))


def an_answer(world):
    visitor = begun(world, "v1")
    return lambda: frame(says(world, "ada", visitor, "Here I am"))


def an_address(world):
    visitor = begun(world, "v1")
    world.run_alarms(30)
    return lambda: frame(visitor.does("email", address="grace@example.com"))


def a_dismissal(world):
    visitor = invited(world, "v1")
    fields = {"engagement": visitor.offer["id"], "pass": visitor.pass_}
    return lambda: frame(world.visitor("v1", action="dismiss", **fields))


def an_end(world):
    first = begun(world, "v1")
    begun(world, "v2")
    conversation = stored(first).id

    def close():
        if world.ports.conversations.get("bank", conversation).is_open:
            closing.close(world.ports, "bank", conversation)

    return close


def a_wake(world):
    visitor = begun(world, "v1")
    return a_wake_of(world, visitor)


def a_wake_of(world, visitor):
    run = stored(visitor).flow_run
    world.rung.clear()
    world.later(30)
    return lambda: flow_runs.wake(world.ports, "bank", run, 0)


def a_wake_with_a_known_address(world):
    visitor = begun(world, "v1")
    visitor.does("email", address="grace@example.com")
    visitor.leave()
    return a_wake_of(world, visitor)


def a_wake_that_tells_of_the_wait(world):
    begun(world, "v1")
    world.publish(lambda document: {**document, "flows": [estimated_wait("tells")]})
    visitor = begun(world, "v2")
    run = stored(visitor).estimate_run
    return lambda: flow_runs.wake(world.ports, "bank", run, 0)


def if_it_still_can(act):
    """Asked again, it is refused when the first time was enough."""

    def do():
        with suppress(Conflict, NotFound):
            act()

    return do


def a_transfer(world):
    world.user("ben", slots=1)
    world.later(6)
    visitor, ada = begun(world, "v1"), world.ports.staff.user("ada")
    begun(world, "v2")
    world.available("ben")
    conversation = stored(visitor).id
    return if_it_still_can(
        lambda: transfers.to_rule(world.ports, "bank", conversation, ada, "any", "A loan")
    )


def a_snooze(world):
    visitor, ada = begun(world, "v1"), world.ports.staff.user("ada")
    begun(world, "v2")
    conversation, until = stored(visitor).id, world.clock + timedelta(hours=1)
    return if_it_still_can(
        lambda: snoozes.snooze(world.ports, "bank", conversation, until, keep=True, by=ada)
    )


def snoozed(world):
    visitor, ada = begun(world, "v1"), world.ports.staff.user("ada")
    says(world, "ada", visitor, "Later")
    until = world.clock + timedelta(hours=1)
    snoozes.snooze(world.ports, "bank", stored(visitor).id, until, keep=True, by=ada)
    world.rung.clear()
    return visitor


def an_end_of_a_snooze(world):
    found = stored(snoozed(world))
    world.later(3_600)
    world.available("ada")
    return lambda: due.wake(world.ports, "bank", found.id, found.version)


def a_message_that_ends_a_snooze(world):
    visitor = snoozed(world)
    return lambda: frame(visitor.say("One more thing", "c2"))


def an_answer_timeout(world):
    visitor = begun(world, "v1")
    world.user("ben", slots=1)
    world.later(6)
    world.available("ben")
    world.rung.clear()
    world.later(120)
    world.available("ben")
    found = stored(visitor)
    return lambda: due.wake(world.ports, "bank", found.id, found.version)


def an_overflow(world):
    targets = [{"group": "service"}, {"group": "sales"}]
    rule = {
        "id": "any",
        "name": "Any",
        "default": {"targets": targets, "overflow_after_seconds": 30},
    }
    sales = group("sales", criteria={}, members=["cyd"])
    world.user("cyd", slots=1)
    world.publish(
        lambda document: {
            **document,
            "groups": [*document["groups"], sales],
            "routing_rules": [rule],
        }
    )
    begun(world, "v1")
    visitor = begun(world, "v2")
    world.rung.clear()
    world.later(30)
    found = stored(visitor)
    return lambda: due.wake(world.ports, "bank", found.id, found.version)


def an_erasure(world):
    visitor = begun(world, "v1")
    says(world, "ada", visitor, "Here I am")
    found = stored(visitor)
    closing.close(world.ports, "bank", found.id)
    world.rung.clear()
    year = world.ports.playbooks.current("bank").site.retention_days
    world.later(year * 86_400)
    world.available("ada")
    return lambda: erasures.erase(world.ports, "bank", found.id)


THINGS = (
    a_start,
    a_start_that_waits,
    a_message,
    an_answer,
    an_address,
    a_dismissal,
    an_end,
    a_wake,
    a_wake_with_a_known_address,
    a_wake_that_tells_of_the_wait,
    a_transfer,
    a_snooze,
    an_end_of_a_snooze,
    a_message_that_ends_a_snooze,
    an_answer_timeout,
    an_overflow,
    an_erasure,
)


def done(thing, faults):
    """What is stored after doing it under these faults and then again, and in how many requests."""
    with moto_table(lambda: world.epoch()) as (table, wire):
        world = Wired(table=table)
        world.wire, world.pushes = wire, []
        ready(world)
        do = thing(world)
        world.ports.playbooks.current("bank")
        world.ports.staff.users()
        wire.forget()
        wire.plan(*faults)
        try:
            do()
        except (Failed, VestibuleError, BotoCoreError, ClientError):
            assert faults, "without a fault nothing fails"
            wire.unplan()
            do()
        requests = sum(wire.calls.values())
        wire.unplan()
        # Whatever is left is the second look's and the sweeper's.
        world.run_alarms(70)
        world.available("ada")
        sweeping.sweep(world.ports)
        # What the sweeper changed is told a second later.
        world.run_alarms(2)
        invariants.check(table)
        return shape(invariants.rows(table)), requests


def shape(rows):
    """Rows whose ids are all called the same.

    Which pages of the staff follow a conversation is mended by its next message.
    """
    found = Counter()
    for row in rows:
        if row["sk"].startswith("AUDIENCE#") and "user" in row:
            continue
        # Who else was considered depends on who had to look again.
        untold = {"written_by": "", **({"record": ""} if "record" in row else {})}
        text = json.dumps({**row, **untold}, sort_keys=True, default=repr)
        for mask, name in MASKS:
            text = mask.sub(name, text)
        found[text] += 1
    return found


@pytest.mark.parametrize("when", FAULTS)
@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: thing.__name__)
def test_whichever_request_fails_the_end_is_the_same(thing, when):
    faultless, requests = done(thing, ())
    assert requests >= 2
    for k in range(requests):
        after, _requests = done(thing, [well] * k + [FAULTS[when]] * ATTEMPTS)
        assert after - faultless == Counter(), f"request {k + 1} of {requests}: too much"
        assert faultless - after == Counter(), f"request {k + 1} of {requests}: too little"
