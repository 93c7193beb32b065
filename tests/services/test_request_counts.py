"""What does each thing cost? Requests to the table, counted on the wire, against the budgets.

Everything is warm: profiles and playbook are known to the instance, as for all but one request in
five seconds.
"""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.services.assignment import snoozes, transfers
from chalicelib.services.conversation import closing
from chalicelib.services.ports import estimates
from chalicelib.services.waiting import due
from tests.bank import flow, group
from tests.identities import SECRET, vouched
from tests.people import Visitor, begun, invited, says, stored
from tests.services.conftest import Wired
from tests.world import BANK

WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")


@pytest.fixture
def world(dynamo: Wired) -> Wired:
    dynamo.site(groups=[group(queue_limit=20)], flows=[flow("asks", 30)])
    dynamo.user("ada", slots=1)
    dynamo.later(6)
    dynamo.available("ada")
    begin_to_count(dynamo)
    return dynamo


def begin_to_count(world):
    """From here on, with the instance's memory filled."""
    playbook = world.ports.playbooks.current("bank")
    world.ports.staff.users()
    estimates.of_group(world.ports.estimates, playbook, "service", world.clock)
    world.wire.forget()
    world.pushes.clear()


def requests_before(world, kind, connection=None):
    """How many requests went out before the first such frame was pushed."""
    return next(
        sum(calls.values())
        for to, type, calls in world.pushes
        if type == kind and connection in (None, to)
    )


def transactions_before(world, kind):
    return next(calls["TransactWriteItems"] for _to, type, calls in world.pushes if type == kind)


def test_a_known_customer_is_read_once_a_visit(world):
    rule = {**BANK["targeting_rules"][0], "when": {"fact": "page.path", "is": "is", "value": "/no"}}
    world.publish(lambda document: {**document, "targeting_rules": [rule]})
    world.secrets["bank"] = SECRET
    begin_to_count(world)
    visitor = Visitor(world, "v1")
    visitor.arrive(identity=vouched(world))
    assert world.wire.calls == {"GetItem": 1}
    visitor.arrive(identity=vouched(world))
    assert world.wire.calls == {"GetItem": 1}


def test_a_page_that_engages_nobody_costs_nothing(world):
    rule = {**BANK["targeting_rules"][0], "when": {"fact": "page.path", "is": "is", "value": "/no"}}
    world.publish(lambda document: {**document, "targeting_rules": [rule]})
    begin_to_count(world)
    visitor = Visitor(world, "v1")
    visitor.arrive()
    visitor.arrive()
    world.visitor("v1", action="observed", facts={"page.seconds": 10}, **{"pass": visitor.pass_})
    assert world.wire.calls == {}
    assert world.pushes == [], "the answer is the only message out"


def test_a_sale_to_whoever_nobody_engaged_costs_nothing_and_to_others_one_read(world):
    visitor = invited(world, "v1")
    sale = {"action": "transaction", "transaction": "o1", "amount": 1, "currency": "EUR"}
    world.wire.forget()
    world.visitor("v1", **sale, **{"pass": visitor.pass_})
    assert world.wire.calls == {"GetItem": 1}
    rule = {**BANK["targeting_rules"][0], "when": {"fact": "page.path", "is": "is", "value": "/no"}}
    world.publish(lambda document: {**document, "targeting_rules": [rule]})
    begin_to_count(world)
    stranger = Visitor(world, "v2")
    stranger.arrive()
    world.visitor("v2", **sale, **{"pass": stranger.pass_})
    assert world.wire.calls == {}


def test_a_playbook_is_looked_at_once_in_five_seconds(world):
    visitor = Visitor(world, "v1")
    world.publish(lambda document: {**document, "targeting_rules": []})
    begin_to_count(world)
    for _second in range(5):
        visitor.arrive()
        world.later(1)
    assert world.wire.calls == {}
    visitor.arrive()
    assert world.wire.calls == {"GetItem": 1}


def test_an_engagement_is_one_look_at_who_is_there_and_one_write(world):
    invited(world, "v1")
    assert world.wire.calls == {"BatchGetItem": 1, "TransactWriteItems": 1}


def test_rules_that_nobody_can_serve_cost_one_look_a_second_whoever_comes(world):
    rule = BANK["targeting_rules"][0]
    rules = [{**rule, "id": f"rule-{number}", "priority": number} for number in range(5)]
    alone = {"groups": [group(queue_limit=0)], "targeting_rules": rules}
    world.publish(lambda document: {**document, **alone})
    world.agent("page of ada", "ada", action="presence", status="away")
    world.later(1)
    begin_to_count(world)
    for number in range(10):
        assert "engagement" not in Visitor(world, f"v{number}").arrive()
    assert world.wire.calls == {"BatchGetItem": 1}
    world.later(1)
    Visitor(world, "later").arrive()
    assert world.wire.calls == {"BatchGetItem": 2}


def test_a_start_that_finds_an_agent_is_answered_after_two_requests(world):
    visitor = invited(world, "v1")
    begin_to_count(world)
    assert visitor.start()["state"] == "assigned"
    assert requests_before(world, "conversation") == 2
    assert requests_before(world, "ack") == 2
    assert transactions_before(world, "ack") == world.wire.calls["TransactWriteItems"] == 1


def test_a_start_that_joins_the_queue_is_answered_after_two_requests(world):
    begun(world, "v1")
    visitor = invited(world, "v2")
    begin_to_count(world)
    assert visitor.start()["state"] == "waiting"
    assert requests_before(world, "ack") == 2
    assert world.wire.calls["TransactWriteItems"] == 1


def test_a_queue_of_any_length_makes_a_newcomer_no_dearer(world):
    begun(world, "v0")
    costs = []
    for number in range(1, 8):
        visitor = invited(world, f"v{number}")
        begin_to_count(world)
        visitor.start()
        costs.append(sum(world.wire.calls.values()))
    assert len(set(costs)) == 1, costs


def test_a_visitors_message_is_two_requests(world):
    visitor = begun(world, "v1")
    begin_to_count(world)
    visitor.say("A loan")
    assert world.wire.calls == {"Query": 1, "TransactWriteItems": 1}
    assert requests_before(world, "message") == 2


def test_an_agents_message_is_two_requests(world):
    visitor = begun(world, "v1")
    begin_to_count(world)
    says(world, "ada", visitor, "Here I am")
    assert world.wire.calls == {"Query": 1, "TransactWriteItems": 1}
    assert requests_before(world, "message") == 2


def test_a_visitors_message_that_begins_a_new_wait_is_two_requests(world):
    visitor = begun(world, "v1")
    says(world, "ada", visitor, "Here I am")
    begin_to_count(world)
    visitor.say("One more thing")
    assert world.wire.calls == {"Query": 1, "TransactWriteItems": 1}


def test_a_message_sent_again_is_four_requests_and_no_push(world):
    visitor = begun(world, "v1")
    visitor.say("A loan", client_id="c2")
    begin_to_count(world)
    visitor.say("A loan", client_id="c2")
    assert world.wire.calls == {"Query": 1, "TransactWriteItems": 1, "GetItem": 2}
    assert world.pushes == []


def test_a_freed_slot_is_handed_on_within_two_requests(world):
    first, second = begun(world, "v1"), begun(world, "v2")
    begin_to_count(world)
    closing.close(world.ports, "bank", stored_id(first))
    # A transaction is the only request with a token of its own.
    kinds = ["ClientRequestToken" in body for body in world.wire.requests]
    freed, handed_on = [place for place, is_write in enumerate(kinds) if is_write]
    assert handed_on - freed == 2, world.wire.requests
    assert stored(second).agent == "ada"


def a_colleague(world):
    """Ben, who has a free slot, and what is counted from here."""
    world.user("ben", slots=1)
    world.later(6)
    world.available("ben")
    begin_to_count(world)


def writes_of(world):
    """Which requests, in their order, were transactions: they alone have a token."""
    kinds = ["ClientRequestToken" in body for body in world.wire.requests]
    return [place for place, is_write in enumerate(kinds) if is_write]


def test_a_transfer_is_one_read_and_one_transaction(world):
    visitor, ada = begun(world, "v1"), world.ports.staff.user("ada")
    a_colleague(world)
    transfers.to_agent(world.ports, "bank", stored_id(visitor), ada, "ben", "A loan")
    assert writes_of(world) == [1], "with its comment and its reasons"
    assert stored(visitor).agent == "ben"


def test_what_a_snooze_frees_is_handed_on_within_two_requests(world):
    visitor, second = begun(world, "v1"), begun(world, "v2")
    ada = world.ports.staff.user("ada")
    until = world.clock + timedelta(hours=1)
    begin_to_count(world)
    snoozes.snooze(world.ports, "bank", stored_id(visitor), until, keep=False, by=ada)
    asleep, handed_on = writes_of(world)[:2]
    assert (asleep, handed_on - asleep) == (1, 2), world.wire.requests
    assert stored(second).agent == "ada"


def test_an_answer_timeout_is_two_reads_and_one_transaction(world):
    visitor = begun(world, "v1")
    world.later(120)
    a_colleague(world)
    world.rung.clear()
    due.wake(world.ports, "bank", stored_id(visitor), 1)
    taken, given = writes_of(world)
    assert (taken, given - taken) == (2, 3), "read twice; then who is next, and who may have it"
    assert stored(visitor).agent == "ben"


def test_an_alarm_for_what_has_moved_is_one_read(world):
    visitor = begun(world, "v1")
    begin_to_count(world)
    due.wake(world.ports, "bank", stored_id(visitor), 7)
    assert world.wire.calls == {"GetItem": 1}


def stored_id(visitor):
    """Without asking the table, which would count."""
    return visitor.conversation["id"]


def test_typing_is_one_request_and_stores_nothing(world):
    visitor = begun(world, "v1")
    begin_to_count(world)
    visitor.does("typing")
    assert world.wire.calls == {"Query": 1}


def test_a_beat_of_an_agents_page_is_few_requests(world):
    begin_to_count(world)
    world.agent("page of ada", "ada", action="presence")
    assert sum(world.wire.calls.values()) <= 4


def test_an_alarm_that_asks_is_four_reads_and_one_transaction(world):
    visitor = begun(world, "v1")
    world.later(30)
    world.ports.playbooks.current("bank")
    world.ports.staff.users()
    begin_to_count(world)
    world.run_alarms(0)
    assert visitor.heard("email_request")
    assert world.wire.calls["TransactWriteItems"] == 1
    assert sum(world.wire.calls[name] for name in WRITES) == 1
    assert requests_before(world, "email_request") <= 4


def test_a_wait_is_four_transitions_of_the_alarm_clock():
    """Start, wait, ring, and the choice that ends it: Step Functions charges each step entered."""
    machine = json.loads(Path("infra/alarm_clock.asl.json").read_text())
    entered, state, answer = [], machine["StartAt"], {"wake_at": None}
    while state is not None:
        entered.append(state)
        step = machine["States"][state]
        if step["Type"] == "Choice":
            ends = answer["wake_at"] is None
            state = step["Choices"][0]["Next"] if ends else step["Default"]
        else:
            state = step.get("Next")
    assert len(entered) <= 4, entered


def test_an_agent_of_several_groups_finds_the_next_with_one_request_more(dynamo):
    groups = [group(f"g{number}", queue_limit=20) for number in range(6)]
    rule = {"id": "any", "name": "Any", "default": {"targets": [{"group": "g4"}]}}
    dynamo.site(groups=groups, routing_rules=[rule])
    dynamo.user("ada", slots=1)
    dynamo.later(6)
    dynamo.available("ada")
    first, second = begun(dynamo, "v1"), begun(dynamo, "v2")
    begin_to_count(dynamo)
    closing.close(dynamo.ports, "bank", stored_id(first))
    kinds = ["ClientRequestToken" in body for body in dynamo.wire.requests]
    freed, handed_on = [place for place, is_write in enumerate(kinds) if is_write]
    assert handed_on - freed == 3, "how many wait where, who, and the hand-over"
    assert stored(second).agent == "ada"
