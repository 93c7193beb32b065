from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.model.agent import AgentState, Status
from chalicelib.routing.elect import (
    STRATEGIES,
    Candidate,
    Reason,
    Strategy,
    candidate,
    consider,
    elect,
)
from chalicelib.routing.languages import speaks
from tests.routing.builders import NOW, a_candidate, a_user, drawn, minutes_ago


@pytest.mark.parametrize(
    ("sketch", "language", "reason"),
    [
        ("free", "fr", Reason.ELIGIBLE),
        ("one_left", "fr", Reason.ELIGIBLE),
        ("free:fr", "fr", Reason.ELIGIBLE),
        ("free:FR", "fr-CA", Reason.ELIGIBLE),
        ("free:fr-CA", "fr-BE", Reason.ELIGIBLE),
        ("free:en,fr", "fr", Reason.ELIGIBLE),
        ("free:en", None, Reason.ELIGIBLE),
        ("free:en", "", Reason.ELIGIBLE),
        ("free:en", "fr", Reason.LANGUAGE),
        ("free:fr", "fro", Reason.LANGUAGE),
        ("full", "fr", Reason.FULL),
        ("over", "fr", Reason.FULL),
        ("no_slots", "fr", Reason.FULL),
        ("away", "fr", Reason.AWAY),
        ("offline", "fr", Reason.OFFLINE),
        ("expired", "fr", Reason.LEASE_EXPIRED),
        ("never_seen", "fr", Reason.LEASE_EXPIRED),
        ("full:en", "fr", Reason.FULL),
    ],
)
def test_the_first_reason_against_an_agent_is_named(sketch, language, reason):
    assert consider(drawn("ada", sketch), language, NOW) is reason


def test_an_agent_who_is_away_with_an_expired_lease_counts_as_gone():
    gone = a_candidate("ada", status=Status.AWAY, lease_expires_at=NOW - timedelta(seconds=1))
    assert consider(gone, "fr", NOW) is Reason.LEASE_EXPIRED


def test_a_lease_holds_until_its_last_moment_and_not_at_it():
    held = a_candidate("ada", lease_expires_at=NOW + timedelta(microseconds=1))
    assert consider(held, "fr", NOW) is Reason.ELIGIBLE
    assert consider(a_candidate("ada", lease_expires_at=NOW), "fr", NOW) is Reason.LEASE_EXPIRED


def test_a_conversation_is_not_offered_twice_to_the_same_agent():
    election = elect(
        [a_candidate("ada"), a_candidate("bob")],
        Strategy.LONGEST_IDLE,
        "fr",
        NOW,
        excluded={"ada": minutes_ago(1)},
    )
    assert election.winner == "bob"
    assert election.reasons == (("bob", Reason.ELIGIBLE), ("ada", Reason.ALREADY_OFFERED))


@pytest.mark.parametrize(
    ("acted", "reason"),
    [
        (None, Reason.ALREADY_OFFERED),
        (minutes_ago(3), Reason.ALREADY_OFFERED),
        (minutes_ago(2), Reason.ALREADY_OFFERED),
        (minutes_ago(1), Reason.ELIGIBLE),
    ],
)
def test_whoever_left_it_may_have_it_again_after_doing_something_by_hand(acted, reason):
    back = a_candidate("ada", acted_at=acted)
    assert consider(back, "fr", NOW, {"ada": minutes_ago(2)}) is reason


def test_a_lost_race_is_told_as_such_whatever_the_agent_looks_like_by_now():
    election = elect(
        [drawn("ada", "full"), a_candidate("bob")],
        Strategy.LONGEST_IDLE,
        "fr",
        NOW,
        lost=frozenset({"ada"}),
    )
    assert dict(election.reasons) == {"ada": Reason.LOST_A_RACE, "bob": Reason.ELIGIBLE}


def test_a_promised_slot_is_not_given_away_and_an_absent_agent_has_none_to_promise():
    election = elect(
        [a_candidate("ada"), drawn("bob", "away")],
        Strategy.LONGEST_IDLE,
        "fr",
        NOW,
        promised=frozenset({"ada", "bob"}),
    )
    assert election.winner is None
    assert dict(election.reasons) == {"ada": Reason.QUEUE_FIRST, "bob": Reason.AWAY}


def test_nobody_wins_among_nobody():
    election = elect([], Strategy.LONGEST_IDLE, "fr", NOW)
    assert (election.winner, election.reasons) == (None, ())


def test_priority_outranks_everything():
    idle = a_candidate("ada", last_assigned_at=minutes_ago(90))
    chosen = a_candidate("zoe", priority=1, load=2, last_assigned_at=minutes_ago(1))
    assert elect([idle, chosen], Strategy.LONGEST_IDLE, "fr", NOW, "ada").winner == "zoe"


def test_the_previous_agent_comes_first_among_equal_priorities():
    idle = a_candidate("ada", last_assigned_at=minutes_ago(90))
    previous = a_candidate("zoe", load=2, last_assigned_at=minutes_ago(1))
    assert elect([idle, previous], Strategy.LONGEST_IDLE, "fr", NOW).winner == "ada"
    assert elect([idle, previous], Strategy.LONGEST_IDLE, "fr", NOW, "zoe").winner == "zoe"


def test_a_previous_agent_who_cannot_take_it_is_passed_over():
    election = elect(
        [a_candidate("ada"), drawn("zoe", "full")], Strategy.LEAST_BUSY, "fr", NOW, "zoe"
    )
    assert election.winner == "ada"
    assert dict(election.reasons)["zoe"] is Reason.FULL


def test_a_previous_agent_from_elsewhere_is_reported_as_no_member():
    election = elect([a_candidate("ada")], Strategy.LEAST_BUSY, "fr", NOW, "zoe")
    assert election.reasons == (("ada", Reason.ELIGIBLE), ("zoe", Reason.NOT_A_MEMBER))


def test_longest_idle_prefers_whoever_was_never_given_anything_then_the_oldest():
    agents = [
        a_candidate("ada", last_assigned_at=minutes_ago(5)),
        a_candidate("bob", last_assigned_at=minutes_ago(9), load=2),
        a_candidate("cyd", load=2),
    ]
    assert order_of(agents, Strategy.LONGEST_IDLE) == ["cyd", "bob", "ada"]


def test_least_busy_compares_the_share_of_slots_taken_then_the_wait():
    agents = [
        a_candidate("ada", load=1, slots=3, last_assigned_at=minutes_ago(1)),
        a_candidate("bob", load=1, slots=4),
        a_candidate("cyd", load=2, slots=6, last_assigned_at=minutes_ago(2)),
    ]
    assert order_of(agents, Strategy.LEAST_BUSY) == ["bob", "cyd", "ada"]


def test_round_robin_goes_on_after_whoever_was_last_even_if_they_left():
    agents = [
        a_candidate("ada", last_assigned_at=minutes_ago(30)),
        a_candidate("bob", last_assigned_at=minutes_ago(1), status=Status.OFFLINE),
        a_candidate("cyd", last_assigned_at=minutes_ago(2)),
        a_candidate("dan"),
    ]
    assert order_of(agents, Strategy.ROUND_ROBIN) == ["cyd", "dan", "ada"]


def test_round_robin_serves_everyone_in_turn():
    agents = {id: a_candidate(id, slots=100) for id in ("ada", "bob", "cyd")}
    served = []
    for minute in range(7):
        winner = elect(agents.values(), Strategy.ROUND_ROBIN, "fr", NOW).winner
        served.append(winner)
        agents[winner] = a_candidate(
            winner, slots=100, last_assigned_at=NOW + timedelta(minutes=minute)
        )
    assert served == ["ada", "bob", "cyd", "ada", "bob", "cyd", "ada"]


def test_a_candidate_is_what_the_profile_and_the_state_say_together():
    user = a_user("ada", languages=("fr",), priority=4, slots=9)
    state = AgentState(
        agent="ada",
        status=Status.AVAILABLE,
        lease_expires_at=NOW,
        slots=2,
        active=("c1", "c2"),
        last_assigned_at=minutes_ago(3),
    )
    assert candidate(user, state) == Candidate(
        id="ada",
        languages=("fr",),
        slots=2,
        load=2,
        status=Status.AVAILABLE,
        lease_expires_at=NOW,
        priority=4,
        last_assigned_at=minutes_ago(3),
    )


def test_every_strategy_an_admin_can_choose_exists():
    assert set(STRATEGIES) == set(Strategy)


candidates = st.builds(
    Candidate,
    id=st.text("abcdefgh", min_size=1, max_size=3),
    languages=st.lists(st.sampled_from(["fr", "fr-CA", "en", "de"]), max_size=2).map(tuple),
    slots=st.integers(0, 4),
    load=st.integers(0, 5),
    status=st.sampled_from(Status),
    lease_expires_at=st.sampled_from([None, NOW, NOW + timedelta(seconds=1)]),
    priority=st.integers(-1, 1),
    last_assigned_at=st.sampled_from([None, minutes_ago(1), minutes_ago(2)]),
)
crowds = st.lists(candidates, max_size=7, unique_by=lambda each: each.id)
strategies = st.sampled_from(Strategy)
languages = st.sampled_from(["fr", "en-GB", None])
names = st.frozensets(st.text("abcdefgh", min_size=1, max_size=1), max_size=3)
offers = names.map(lambda found: dict.fromkeys(found, minutes_ago(1)))


@given(crowds, strategies, languages, offers, names, names)
def test_no_winner_is_ever_above_their_slots_absent_excluded_or_of_another_language(
    crowd, strategy, language, excluded, lost, promised
):
    election = elect(
        crowd, strategy, language, NOW, excluded=excluded, lost=lost, promised=promised
    )
    if election.winner is not None:
        winner = next(each for each in crowd if each.id == election.winner)
        assert winner.load < winner.slots
        assert winner.status is Status.AVAILABLE
        assert winner.lease_expires_at is not None and winner.lease_expires_at > NOW
        assert speaks(winner.languages, language)
        assert winner.id not in excluded.keys() | lost | promised


@given(crowds, strategies, languages, offers)
def test_somebody_wins_whenever_somebody_is_eligible(crowd, strategy, language, excluded):
    able = {each.id for each in crowd if consider(each, language, NOW, excluded) is Reason.ELIGIBLE}
    election = elect(crowd, strategy, language, NOW, excluded=excluded)
    assert (election.winner is not None) == bool(able)
    assert {each.agent for each in election.eligible} == able


@given(crowds, strategies, languages, st.randoms(use_true_random=False))
def test_the_election_does_not_depend_on_the_order_of_reading(crowd, strategy, language, random):
    shuffled = random.sample(crowd, len(crowd))
    assert elect(shuffled, strategy, language, NOW) == elect(crowd, strategy, language, NOW)


@given(crowds, strategies)
def test_every_strategy_is_a_total_order(crowd, strategy):
    keys = [STRATEGIES[strategy](each, "d") for each in crowd]
    assert len(set(keys)) == len(crowd)
    assert all(key[-1] == each.id for key, each in zip(keys, crowd, strict=True))
    for one, other in permutations(keys, 2):
        assert (one < other) != (other < one)


@given(crowds, strategies)
def test_everybody_is_considered_once(crowd, strategy):
    election = elect(crowd, strategy, "fr", NOW)
    assert sorted(each.agent for each in election.verdicts) == sorted(each.id for each in crowd)


def order_of(agents, strategy):
    return [each.agent for each in elect(agents, strategy, "fr", NOW).eligible]
