from chalicelib.routing.elect import Reason, Strategy
from chalicelib.routing.explain import AGAINST, sentences
from chalicelib.routing.modes import GroupState
from chalicelib.routing.record import MOST_AGENTS, record, service
from chalicelib.routing.route import route
from tests.routing.builders import NOW, a_branch, a_candidate, a_group, drawn, minutes_ago
from tests.routing.test_queue import an_entry

PEOPLE = {"ada": "Anna", "bob": "Ben", "cyd": "Chloé", "dan": "Dan"}
GROUPS = {"loans": "Loans"}


def said(event, kept):
    return sentences(event, kept, PEOPLE, GROUPS)


def decided(*candidates, limit=0, **more):
    group = a_group("loans", queue_limit=limit)
    branch = a_branch("loans")
    state = GroupState(group=group, candidates=candidates)
    asked = {"language": "fr", "now": NOW, "open_groups": frozenset(), **more}
    return record(branch, route(branch, {"loans": state}, **asked))


def test_the_winner_and_why_none_of_the_others():
    kept = decided(
        a_candidate("ada", last_assigned_at=minutes_ago(9)),
        a_candidate("dan", last_assigned_at=minutes_ago(5)),
        drawn("bob", "away"),
        drawn("cyd", "full"),
    )
    assert said("start", kept) == [
        "Anna of Loans was chosen: idle for longest of 2 who could take it.",
        "Ben: away.",
        "Chloé: 3 of 3 slots.",
    ]


def test_nobody_and_the_queue():
    assert said("start", decided(drawn("bob", "offline"))) == [
        "Nobody could take it: nobody was free, and the group has no queue.",
        "Ben: offline.",
    ]
    assert said("start", decided(drawn("bob", "free:de"), limit=5)) == [
        "It joined the queue of Loans: nobody there could take it at once.",
        "Ben: does not speak the language.",
    ]


def test_from_the_queue_with_the_time_it_waited():
    kept = service(an_entry("a", 2), "ada", Strategy.LONGEST_IDLE, (), NOW)
    assert said("queue", kept) == ["Anna of Loans was chosen, after 120 s in the queue."]
    assert said("take", kept) == ["Anna took it from the queue of Loans, after 120 s in the queue."]


def test_what_happened_to_it_later():
    lost = {"outcome": "enqueue", "group": "loans", "agent": "ada"}
    assert said("answer_timeout", lost) == [
        "Anna left it unanswered, so it went back to the queue of Loans."
    ]
    assert said("handed_back", lost) == ["It was handed back by Anna to the queue of Loans."]
    asked = {"outcome": "overflow", "group": "loans", "waited_seconds": 30}
    assert said("overflow", asked) == ["It had waited 30 s, so Loans was asked too."]
    kept = {"outcome": "keep", "group": "loans", "agent": "bob", "by": "ada"}
    assert said("transfer", kept) == [
        "Anna transferred it. It waits in the queue of Loans, for Ben first."
    ]


def test_whoever_is_not_known_any_more_is_called_by_a_general_word():
    kept = {"outcome": "assign", "group": "gone", "agent": "gone"}
    assert said("start", kept) == ["A former agent of a group that was removed was chosen."]


def test_every_reason_has_words():
    assert set(AGAINST) == set(Reason) - {Reason.ELIGIBLE, Reason.FULL}


def test_a_record_stays_small_however_large_the_group_is():
    crowd = [a_candidate(f"a{number:04d}", load=3) for number in range(2_000)]
    kept = decided(a_candidate("ada"), *crowd)
    (group,) = kept["groups"]
    assert len(group["agents"]) == MOST_AGENTS
    assert group["agents"][0]["agent"] == "ada"
    assert group["agents_left_out"] == 1_951
    assert said("start", kept)[-1] == "And 1951 more."
