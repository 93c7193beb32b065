"""What does a page's own button show, given who is there?"""

import pytest

from chalicelib.routing.button import button_state
from tests.routing.builders import NOW, a_branch, a_state

# Groups as sketched in `builders`; `open` are those within hours of their own.
CASES = [
    ("one is free", {"loans": {"agents": {"ada": "free"}}}, "online"),
    ("all are full", {"loans": {"agents": {"ada": "full", "ben": "over"}}}, "busy"),
    ("one is full, the others gone", {"loans": {"agents": {"a": "full", "b": "away"}}}, "busy"),
    ("all are away", {"loans": {"agents": {"ada": "away"}}}, "offline"),
    ("all have left", {"loans": {"agents": {"a": "offline", "b": "expired"}}}, "offline"),
    ("nobody was ever there", {"loans": {"agents": {"ada": "never_seen"}}}, "offline"),
    ("nobody belongs to it", {"loans": {}}, "offline"),
    ("whoever is there takes nobody", {"loans": {"agents": {"ada": "no_slots"}}}, "offline"),
    ("the free one speaks German only", {"loans": {"agents": {"ada": "free:de"}}}, "offline"),
    ("the full one speaks German only", {"loans": {"agents": {"ada": "full:de"}}}, "offline"),
    ("the full one speaks French", {"loans": {"agents": {"a": "free:de", "b": "full:fr"}}}, "busy"),
    ("the queue has room", {"loans": {"limit": 2, "waiting": 1}}, "online"),
    ("the queue is full", {"loans": {"limit": 1, "waiting": 1, "agents": {"a": "full"}}}, "busy"),
    (
        "the free one is kept for whoever waits",
        {"loans": {"limit": 1, "waiting": 1, "agents": {"ada": "free"}}},
        "busy",
    ),
    ("the group is closed", {"loans": {"hours": True, "agents": {"ada": "full"}}}, "offline"),
    (
        "the next group is free",
        {"loans": {"agents": {"ada": "full"}}, "service": {"agents": {"ben": "free"}}},
        "online",
    ),
    (
        "the next group is full",
        {"loans": {"agents": {"ada": "away"}}, "service": {"agents": {"ben": "full"}}},
        "busy",
    ),
]


def shown(groups, *, open_groups=()):
    states = {id: a_state(id, sketch) for id, sketch in groups.items()}
    branch = a_branch(*groups)
    return button_state(branch, states, language="fr", now=NOW, open_groups=open_groups)


@pytest.mark.parametrize(
    ("groups", "state"), [pytest.param(*case[1:], id=case[0]) for case in CASES]
)
def test_a_button_is(groups, state):
    assert shown(groups) == state


def test_a_group_that_is_open_counts_again():
    groups = {"loans": {"hours": True, "agents": {"ada": "full"}}}
    assert shown(groups, open_groups=frozenset({"loans"})) == "busy"
