import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.routing.modes import MODES, Mode, Standing, deficits, order


def a_standing(group, place, **changes):
    defaults = {"free_slots": 1, "waiting": 0, "is_open": True, "behind": 0}
    return Standing(group=group, place=place, **{**defaults, **changes})


def names(mode, *standings):
    return "".join(each.group for each in order(mode, standings))


def test_every_mode_an_admin_can_choose_exists():
    assert set(MODES) == set(Mode)


def test_escalation_keeps_the_written_order_whoever_is_free():
    full, free = a_standing("a", 0, free_slots=0, waiting=9), a_standing("b", 1, free_slots=5)
    assert names(Mode.ESCALATION, free, full) == "ab"


@pytest.mark.parametrize("mode", [Mode.FAIR, Mode.RATIO])
def test_shares_take_the_group_furthest_behind(mode):
    ahead, behind = a_standing("a", 0, behind=-3), a_standing("b", 1, behind=2)
    assert names(mode, ahead, behind) == "ba"


@pytest.mark.parametrize("mode", [Mode.FAIR, Mode.RATIO])
def test_shares_do_not_make_a_visitor_wait_beside_a_free_agent(mode):
    ahead, behind = a_standing("a", 0, behind=-3), a_standing("b", 1, behind=2, free_slots=0)
    assert names(mode, behind, ahead) == "ab"


def test_reactive_takes_the_most_free_slots_then_the_shortest_queue():
    groups = (
        a_standing("a", 0, free_slots=0, waiting=3),
        a_standing("b", 1, free_slots=0, waiting=1),
        a_standing("c", 2, free_slots=1),
        a_standing("d", 3, free_slots=4),
    )
    assert names(Mode.REACTIVE, *groups) == "dcba"


@pytest.mark.parametrize("mode", Mode)
def test_equals_keep_the_written_order(mode):
    assert names(mode, a_standing("z", 0), a_standing("a", 1), a_standing("m", 2)) == "zam"


@pytest.mark.parametrize("mode", Mode)
def test_a_closed_group_comes_last_in_every_mode(mode):
    closed = a_standing("a", 0, is_open=False, behind=9, free_slots=9)
    assert names(mode, closed, a_standing("b", 1, free_slots=0, waiting=9)) == "ba"


def test_a_deficit_counts_the_conversation_to_be_given():
    assert deficits({"a": 70, "b": 30}, {}) == {"a": 70, "b": 30}
    assert deficits({"a": 70, "b": 30}, {"a": 1}) == {"a": 40, "b": 60}
    assert deficits({"a": 1, "b": 1}, {"a": 4, "b": 4, "elsewhere": 9}) == {"a": 9 - 8, "b": 1}


shares = st.dictionaries(st.sampled_from("abcd"), st.integers(1, 100), min_size=1, max_size=4)


@given(shares, st.integers(1, 300))
def test_over_time_everybody_gets_their_share(shares, conversations):
    served = dict.fromkeys(shares, 0)
    places = {group: place for place, group in enumerate(shares)}
    for _ in range(conversations):
        behind = deficits(shares, served)
        standings = [a_standing(each, places[each], behind=behind[each]) for each in shares]
        served[order(Mode.RATIO, standings)[0].group] += 1
    for group, share in shares.items():
        due = conversations * share / sum(shares.values())
        assert abs(served[group] - due) < 1.5


def test_a_group_that_was_away_catches_up():
    served = {"a": 20, "b": 0}
    for _ in range(20):
        behind = deficits({"a": 1, "b": 1}, served)
        standings = [a_standing("a", 0, behind=behind["a"]), a_standing("b", 1, behind=behind["b"])]
        served[order(Mode.FAIR, standings)[0].group] += 1
    assert served == {"a": 20, "b": 20}
