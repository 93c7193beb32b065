import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.model.hours import ALWAYS
from chalicelib.routing.elect import Reason
from chalicelib.routing.languages import speaks
from chalicelib.routing.modes import GroupState, Mode
from chalicelib.routing.record import record
from chalicelib.routing.route import Assign, Availability, Enqueue, Unavailable, available, route
from chalicelib.routing.rule import Target
from tests.routing.builders import NOW, SHORTHAND, a_branch, a_candidate, a_group, a_state, drawn

CASES = json.loads(Path(__file__).with_name("cases.json").read_text(encoding="utf-8"))


def decided(case):
    targets = [Target(*each.split("=")[:1], *map(int, each.split("=")[1:])) for each in case["to"]]
    branch = a_branch(*targets, mode=Mode(case.get("mode", "escalation")))
    states = {id: a_state(id, sketch) for id, sketch in case["groups"].items()}
    asked = {"language": case.get("language", "fr"), "now": NOW}
    asked["open_groups"] = frozenset(case.get("open", ()))
    outcome = route(
        branch,
        states,
        **asked,
        previous=case.get("previous"),
        excluded=dict.fromkeys(case.get("offered", ()), NOW - timedelta(seconds=60)),
        served=case.get("served", {}),
    )
    return outcome, available(branch, states, **asked)


def worded(outcome):
    match outcome:
        case Assign(group=group, agent=agent):
            return f"{agent} of {group}"
        case Enqueue(group=group):
            return f"queue of {group}"
        case Unavailable(reason=reason):
            return f"nobody: {reason}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_conversation_goes_where_it_should(case):
    outcome, can_be_taken = decided(case)
    assert worded(outcome) == case["goes"]
    if "offered" not in case:
        assert can_be_taken is not isinstance(outcome, Unavailable)


def test_no_two_cases_have_one_name():
    assert len({case["name"] for case in CASES}) == len(CASES)


def one_group(*candidates, language="fr", queue=0, waiting=0, **more):
    group = a_group("loans", queue_limit=queue)
    state = GroupState(group=group, candidates=candidates, waiting=waiting)
    return route(
        a_branch("loans"),
        {"loans": state},
        language=language,
        now=NOW,
        open_groups=frozenset(),
        **more,
    )


def test_the_decision_says_what_was_considered_and_why_not():
    outcome = one_group(drawn("ada", "full"), drawn("bob", "free:de"), drawn("cyd", "free"))
    assert isinstance(outcome, Assign)
    (loans,) = outcome.considered
    assert (loans.availability, loans.standing.free_slots) == (Availability.AGENT_FREE, 3)
    assert [(each.agent, each.reason) for each in loans.agents] == [
        ("cyd", Reason.ELIGIBLE),
        ("ada", Reason.FULL),
        ("bob", Reason.LANGUAGE),
    ]


def test_groups_that_come_after_the_one_that_took_it_are_considered_too():
    states = {id: a_state(id, {"agents": {id.upper(): "free"}}) for id in ("a", "b")}
    outcome = route(a_branch("a", "b"), states, language="fr", now=NOW, open_groups=frozenset())
    assert [each.group for each in outcome.considered] == ["a", "b"]


def test_after_a_lost_race_the_next_agent_is_taken_and_the_loser_is_recorded():
    ada, bob = a_candidate("ada"), a_candidate("bob")
    first = one_group(ada, bob)
    again = one_group(ada, bob, lost=frozenset({first.agent}))
    assert (first.agent, again.agent) == ("ada", "bob")
    assert ("ada", Reason.LOST_A_RACE) in [
        (each.agent, each.reason) for each in again.considered[0].agents
    ]


def test_agents_of_a_closed_group_are_not_even_considered():
    group = a_group("loans", hours=ALWAYS)
    outcome = route(
        a_branch("loans"),
        {"loans": GroupState(group=group, candidates=(a_candidate("ada"),))},
        language="fr",
        now=NOW,
        open_groups=frozenset(),
        previous="ada",
    )
    assert isinstance(outcome, Unavailable)
    assert outcome.considered[0].agents == ()


def test_the_record_is_plain_json_and_names_the_key_of_the_winner():
    full, free = drawn("ada", "full"), a_candidate("bob", priority=2, load=1)
    kept = record(a_branch("loans"), one_group(full, free, queue=5))
    assert json.loads(json.dumps(kept)) == {
        "branch": "default",
        "mode": "escalation",
        "outcome": "assign",
        "group": "loans",
        "agent": "bob",
        "groups": [
            {
                "group": "loans",
                "availability": "agent_free",
                "open": True,
                "free_slots": 2,
                "waiting": 0,
                "queue_limit": 5,
                "behind": 1,
                "strategy": "longest_idle",
                "agents": [
                    {
                        "agent": "bob",
                        "reason": "eligible",
                        "load": 1,
                        "slots": 3,
                        "key": [-2, 1, 0.0, 1, "bob"],
                    },
                    {"agent": "ada", "reason": "full", "load": 3, "slots": 3},
                ],
            }
        ],
    }


@pytest.mark.parametrize(
    ("sketch", "queue", "result"),
    [
        ("full", 5, {"outcome": "enqueue", "group": "loans"}),
        ("full", 0, {"outcome": "unavailable", "reason": "nobody_free"}),
    ],
)
def test_the_record_of_the_other_outcomes(sketch, queue, result):
    kept = record(a_branch("loans"), one_group(drawn("ada", sketch), queue=queue))
    assert {name: kept[name] for name in result} == result
    assert "agent" not in kept


sketches = st.builds(
    lambda state, spoken: f"{state}:{spoken}",
    st.sampled_from(sorted(SHORTHAND)),
    st.sampled_from(["", "fr", "en", "fr,en"]),
)
worlds = st.dictionaries(
    st.sampled_from("abc"),
    st.fixed_dictionaries(
        {
            "limit": st.integers(0, 2),
            "waiting": st.integers(0, 2) | st.lists(st.sampled_from(["fr", "en"]), max_size=2),
            "agents": st.dictionaries(st.sampled_from(["ada", "bob", "cyd"]), sketches),
            "hours": st.booleans(),
        }
    ),
    min_size=1,
)


@given(worlds, st.sampled_from(Mode), st.sampled_from(["fr", "en", None]), st.randoms())
def test_whatever_the_world_the_outcome_keeps_the_rules(world, mode, language, random):
    states = {id: a_state(id, sketch) for id, sketch in world.items()}
    branch = a_branch(*random.sample(sorted(world), len(world)), mode=mode)
    asked = {"language": language, "now": NOW, "open_groups": frozenset("a")}
    outcome = route(branch, states, **asked)
    assert outcome == route(branch, states, **asked)
    assert available(branch, states, **asked) is not isinstance(outcome, Unavailable)
    assert len(outcome.considered) == len(world)
    match outcome:
        case Assign(group=group, agent=agent):
            state = states[group]
            winner = next(each for each in state.candidates if each.id == agent)
            assert winner.load < winner.slots and speaks(winner.languages, language)
            assert state.group.hours is None or group == "a"
            assert not state.waiting or not any(
                speaks(winner.languages, each) for each in state.waiting_languages
            )
        case Enqueue(group=group):
            assert states[group].waiting < states[group].group.queue_limit
        case Unavailable():
            assert not any(state.has_room for state in states.values())
            assert not any(each.standing.free_slots for each in outcome.considered)


@given(worlds, st.sampled_from([Mode.FAIR, Mode.RATIO, Mode.REACTIVE]))
def test_outside_escalation_nobody_waits_while_a_group_could_answer(world, mode):
    states = {id: a_state(id, sketch) for id, sketch in world.items()}
    outcome = route(
        a_branch(*world, mode=mode), states, language="fr", now=NOW, open_groups=frozenset()
    )
    if isinstance(outcome, Enqueue):
        assert not any(each.standing.free_slots for each in outcome.considered)
