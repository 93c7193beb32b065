"""Does anything cost more in a larger team, or with more people waiting?

Teams and queues are put into the table as rows, then one operation is done: its requests and the
items it reads are counted.
"""

from datetime import timedelta

from chalicelib.model.agent import AgentState, Status, User
from chalicelib.model.conversation import Conversation, ConversationState
from chalicelib.routing.queue import sort_key
from chalicelib.services.assignment import assignments, enlisting, positions
from chalicelib.services.conversation import closing
from chalicelib.services.ports.placement import entry_of
from chalicelib.store import keys
from chalicelib.store.conversation_writes import item_of
from chalicelib.store.items import to_item
from chalicelib.store.operations import Put, Update
from tests import invariants
from tests.bank import group
from tests.people import invited
from tests.scales import weighing_world

SIZES = (10, 1_000, 10_000)
# The longest queue there can be, with room for those who come.
QUEUES = (10, 1_000, 9_990)
# A group that is read as a whole, with its counter and a visitor.
EXACT = 102
MOST_READ = 2 * EXACT


def a_world(agents, waiting, *, free):
    """A bank whose agents are all there; `free` says whether they have a slot left."""
    world = weighing_world()
    world.site(groups=[group(queue_limit=10_000)])
    for number in range(agents):
        put_agent(world, f"agent-{number:05d}", holding=0 if free else 1)
    world.table.write(Update(keys.staff_pointer(), add={"version": 1, "admins": 0}))
    world.later(6)
    everybody = world.ports.staff.users()
    if free:
        for user in everybody.values():
            enlisting.keep(world.ports, user, world.ports.staff.state(user.id), "bank")
    for number in range(waiting):
        put_waiting(world, number)
    world.table.write(Update(keys.group_counter("bank", "service"), set={"waiting": waiting}))
    return world


def put_agent(world, id, *, holding):
    now = world.clock
    user = User(
        id=id, email=f"{id}@linden.example", role="agent", sites=("bank",), slots=1,
        created_at=now, updated_at=now,
    )  # fmt: skip
    held = [put_conversation(world, f"of-{id}", agent=id) for _each in range(holding)]
    state = AgentState(
        agent=id, status=Status.AVAILABLE, lease_expires_at=now + timedelta(hours=1), slots=1,
        profile_version=1, active={each.id: "bank" for each in held},
    )  # fmt: skip
    world.table.write(
        Put(keys.user(id), to_item(user)),
        Put(keys.agent(id), {**to_item(state), "connections": {}}),
    )


def put_waiting(world, number):
    since = world.clock - timedelta(hours=1) + timedelta(milliseconds=number)
    waits = put_conversation(world, f"waits-{number:05d}", since=since)
    entry = entry_of(waits)
    world.table.write(
        Put(keys.queue_entry("bank", "service", sort_key(entry)), to_item(entry)),
    )


def put_conversation(world, id, *, agent=None, since=None):
    state = ConversationState.WAITING if agent is None else ConversationState.ASSIGNED
    since = since or world.clock
    conversation = Conversation(
        id=id, site="bank", visitor=f"v-{id}", state=state, opened_at=since, updated_at=since,
        waiting_since=since, group="service", agent=agent, language="en", routing_rule="any",
    )  # fmt: skip
    world.table.write(
        Put(keys.conversation("bank", id), item_of(conversation)),
        Put(keys.visitor("bank", f"v-{id}"), {"visitor": f"v-{id}", "site": "bank", "open": id}),
    )
    return conversation


def starts(world):
    return invited(world, "v1").start


def closes(world):
    return lambda: closing.close(world.ports, "bank", "of-agent-00003")


def gives_up(world):
    return lambda: closing.close(world.ports, "bank", "waits-00005")


def takes(world):
    put_agent(world, "agent-00000", holding=0)
    user = world.ports.staff.users()["agent-00000"]
    return lambda: assignments.take(world.ports, "bank", "waits-00007", user)


def renews(world):
    return lambda: world.available("agent-00003")


def tells(world):
    return lambda: positions.tell(world.ports, world.ports.playbooks.current("bank"), "service")


def weighed(world, operations):
    """Requests and items read, of one operation after the other."""
    costs = {}
    for operation in operations:
        act = operation(world)
        playbook = world.ports.playbooks.current("bank")
        world.ports.staff.teams(playbook)
        world.table.forget()
        act()
        costs[operation.__name__] = (sum(world.table.calls.values()), world.table.items)
    return costs


def assert_no_growth(costs):
    """The larger sizes cost the same, and the smallest no more than a group read as a whole."""
    small, large, largest = (costs[size] for size in sorted(costs))
    assert large == largest
    for found in (small, large):
        assert all(items <= MOST_READ for _calls, items in found.values()), found


def test_in_a_large_team_with_free_agents_nothing_costs_more():
    operations = [starts, renews]
    assert_no_growth({size: weighed(a_world(size, 0, free=True), operations) for size in SIZES})


def test_in_a_large_team_that_is_busy_nothing_costs_more():
    operations = [starts, renews, tells, closes, gives_up, takes]
    assert_no_growth({size: weighed(a_world(size, 10, free=False), operations) for size in SIZES})


def test_beside_a_long_queue_nothing_costs_more():
    operations = [starts, renews, tells, closes, gives_up, takes]
    assert_no_growth({size: weighed(a_world(10, size, free=False), operations) for size in QUEUES})


def test_what_these_tests_put_into_the_table_could_have_come_about():
    invariants.check(a_world(20, 30, free=False).table)
