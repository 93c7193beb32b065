"""Is a message judged on the conversation as it is when the message is written?"""

from chalicelib.services.assignment import assignments
from tests.people import begun, stored
from tests.world import MemoryTable, World


def a_world_interrupted_at(call):
    """A bank with two agents, and a way to act just before the next such call of the table."""
    waiting = []

    def on_call(name):
        if name == call and waiting:
            waiting.pop()()

    world = World(table=MemoryTable(lambda: world.epoch(), on_call)).site()
    world.user("ada", slots=1)
    world.available("ada")
    return world, waiting


def test_an_agent_who_loses_the_conversation_at_that_moment_writes_nothing_in_it():
    world, waiting = a_world_interrupted_at("write")
    visitor = begun(world, "v1")
    conversation = stored(visitor)
    world.ports.staff.shorten("ada", connection="page of ada", until=world.clock)

    def lose():
        assignments.requeue(world.ports, "bank", conversation.id, "ada", "lease_expired")

    waiting.append(lose)
    answer = world.agent(
        "page of ada",
        "ada",
        action="message",
        conversation=conversation.id,
        client_id="late",
        text="I am not yours any more",
    )
    assert answer["type"] == "error", answer
    assert stored(visitor).last_number == 1


def test_an_agent_who_has_lost_the_conversation_already_is_not_given_it():
    lose = []

    def on_call(name):
        if name == "query" and lose and stored(visitor).agent == "ada":
            lose.pop()()

    world = World(table=MemoryTable(lambda: world.epoch(), on_call)).site()
    world.user("ada", slots=1)
    visitor = begun(world, "v1")

    def away_again():
        world.agent("page of ada", "ada", action="presence", status="offline")

    lose.append(away_again)
    world.available("ada")
    assert stored(visitor).state == "waiting"
    assert [frame["type"] for frame in world.frames["page of ada"]].count("assigned") == 0
