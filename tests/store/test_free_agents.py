"""An agent's lists are changed with the agent's item, or not at all."""

from dataclasses import replace

import pytest

from chalicelib.model.agent import AgentState, Status
from chalicelib.services.ports.free_agents import FreeList, Pool
from chalicelib.store import keys
from chalicelib.store.free_agents import StoredFreeAgents, sample
from chalicelib.store.items import to_item
from chalicelib.store.operations import Put, Update
from chalicelib.store.staff import StoredStaff

FRENCH = FreeList(site="bank", group="service", language="fr")
GERMAN = FreeList(site="bank", group="service", language="de")


def an_agent(table, id="ada", **changes):
    state = AgentState(agent=id, status=Status.AVAILABLE, slots=2, profile_version=1, **changes)
    table.write(Put(keys.agent(id), {**to_item(state), "connections": {}}))
    return state


def on(table, free_list, seed="any"):
    return sample(table, "bank", "service", Pool(lists=((free_list.language,),), seed=seed))


def state_of(table, id="ada"):
    return StoredStaff(table, lambda: 0.0).state(id)


def test_lists_are_joined_and_left(table):
    free = StoredFreeAgents(table)
    state = an_agent(table)
    assert free.relist(state, [FRENCH, GERMAN])
    assert (on(table, FRENCH), on(table, GERMAN)) == (("ada",), ("ada",))
    state = state_of(table)
    assert state.listed == (str(GERMAN), str(FRENCH))
    assert free.relist(state, [GERMAN])
    assert (on(table, FRENCH), on(table, GERMAN)) == ((), ("ada",))
    assert free.relist(state_of(table), [])
    assert state_of(table).listed == ()


@pytest.mark.parametrize(
    "change",
    [
        {("active", "c1"): "bank"},
        {"slots": 1},
        {"status": "away"},
        {"listed": ["elsewhere"]},
    ],
    ids=str,
)
def test_whoever_changed_meanwhile_is_left_alone(table, change):
    free = StoredFreeAgents(table)
    state = an_agent(table)
    table.write(Update(keys.agent("ada"), set=change))
    assert not free.relist(state, [FRENCH])
    assert on(table, FRENCH) == ()


def test_an_agent_who_holds_something_is_listed_as_they_are(table):
    free = StoredFreeAgents(table)
    state = an_agent(table, active={"c1": "bank"})
    assert free.relist(state, [FRENCH])
    assert not free.relist(replace(state, active={}, listed=(str(FRENCH),)), [])
    assert on(table, FRENCH) == ("ada",)


def test_a_sample_begins_anywhere_and_goes_on_from_the_beginning_of_the_list(table):
    free = StoredFreeAgents(table)
    for number in range(6):
        free.relist(an_agent(table, f"agent-{number}"), [FRENCH])
    pools = [Pool(lists=(("fr",),), seed=str(seed)) for seed in range(60)]
    samples = [sample(table, "bank", "service", pool, 2) for pool in pools]
    assert {len(each) for each in samples} == {2}
    assert {agent for each in samples for agent in each} == {f"agent-{n}" for n in range(6)}


def test_the_next_list_is_asked_when_nobody_stands_on_the_first(table):
    free = StoredFreeAgents(table)
    free.relist(an_agent(table), [GERMAN])
    for_both = Pool(lists=(("fr", "de"),))
    assert sample(table, "bank", "service", for_both) == ("ada",)
    free.relist(an_agent(table, "ben"), [FRENCH])
    assert sample(table, "bank", "service", for_both) == ("ben",)
    for_two = Pool(lists=(("fr", "de"), ("de",)))
    assert set(sample(table, "bank", "service", for_two)) == {"ada", "ben"}
