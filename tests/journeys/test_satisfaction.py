"""A conversation is over: what does its visitor think of it?"""

import pytest

from tests.people import begun, ends, says
from tests.world import World


@pytest.fixture
def world():
    world = World().site()
    world.user("ada")
    world.available("ada")
    return world


@pytest.fixture
def visitor(world):
    visitor = begun(world, "v1")
    says(world, "ada", visitor, "With pleasure")
    ends(visitor)
    return visitor


def kept(world, visitor):
    survey = world.ports.surveys.get("bank", visitor.conversation["id"])
    return survey.csat, survey.nps, survey.comment


def test_three_questions_are_answered_one_by_one(world, visitor):
    assert visitor.does("rate", csat=4) == {
        "type": "survey",
        "conversation": visitor.conversation["id"],
        "csat": 4,
    }
    assert visitor.does("rate", nps=0)["nps"] == 0
    answer = visitor.does("rate", comment="Quick, and kind\n🙂")
    assert (answer["csat"], answer["nps"], answer["comment"]) == (4, 0, "Quick, and kind\n🙂")
    assert kept(world, visitor) == (4, 0, "Quick, and kind\n🙂")


def test_each_question_may_be_left_out(world, visitor):
    visitor.does("rate", nps=7)
    assert kept(world, visitor) == (None, 7, None)


def test_the_first_answer_counts_however_often_another_is_given(world, visitor):
    visitor.does("rate", csat=5, comment="Thank you")
    again = visitor.tab("v2").does("rate", csat=1, nps=9, comment="No thanks")
    assert (again["csat"], again["nps"], again["comment"]) == (5, 9, "Thank you")
    assert kept(world, visitor) == (5, 9, "Thank you")


def test_another_device_may_ask_what_was_answered(visitor):
    visitor.does("rate", nps=3)
    answer = visitor.tab("v2").does("rate")
    assert (answer["nps"], answer.get("csat")) == (3, None)


def test_nothing_is_judged_before_its_end(world):
    visitor = begun(world, "v1")
    assert visitor.does("rate", csat=5)["code"] == "conversation_open"
    assert kept(world, visitor) == (None, None, None)


@pytest.mark.parametrize(
    ("answers", "path"),
    [
        ({"csat": 0}, "csat"),
        ({"csat": 6}, "csat"),
        ({"csat": True}, "csat"),
        ({"csat": 4.5}, "csat"),
        ({"nps": -1}, "nps"),
        ({"nps": 11}, "nps"),
        ({"comment": "   "}, "comment"),
        ({"comment": "x" * 1001}, "comment"),
        ({"csat": 5, "stars": 5}, "stars"),
    ],
)
def test_what_is_no_answer_is_refused_with_its_place(world, visitor, answers, path):
    refused = visitor.does("rate", **answers)
    assert refused["type"] == "error"
    assert refused["message"].startswith(f"{path}: ")
    assert kept(world, visitor) == (None, None, None)


def test_only_its_own_visitor_judges_a_conversation(world, visitor):
    stranger = begun(world, "v2")
    ends(stranger)
    stranger.does("rate", csat=1)
    assert kept(world, visitor) == (None, None, None)
    visitor.token = "x"
    assert visitor.does("rate", csat=1)["type"] == "error"
