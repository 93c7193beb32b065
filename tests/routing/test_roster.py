"""Who is in a group, and where would one look for somebody who speaks a language?"""

from chalicelib.routing.roster import LARGEST_EXACT, Team, lists_of, teams
from tests.routing.builders import SITE, a_group, a_user


def a_team(*languages):
    users = [a_user(f"u{number}", languages=spoken) for number, spoken in enumerate(languages)]
    return Team({user.id: user for user in users})


def test_a_team_is_large_above_what_one_request_reads():
    assert not a_team(*[()] * LARGEST_EXACT).is_large
    assert a_team(*[()] * (LARGEST_EXACT + 1)).is_large


def test_whoever_named_languages_stands_on_a_list_for_each_and_one_for_none():
    assert lists_of(a_user("ada", languages=("fr-CA", "fr", "EN"))) == ("-", "en", "fr")


def test_whoever_named_none_stands_on_the_list_of_those_who_speak_every_one():
    assert lists_of(a_user("ada")) == ("*",)


def test_those_who_named_a_language_are_looked_for_first():
    assert a_team(("fr",), ()).lists_for("fr-BE") == ("fr", "*")


def test_a_list_on_which_nobody_can_stand_is_not_looked_at():
    assert a_team(("fr",), ()).lists_for("de") == ("*",)
    assert a_team(("fr",)).lists_for("de") == ()
    assert a_team(()).lists_for("de") == ("*",)


def test_a_conversation_without_a_language_is_for_everybody():
    assert a_team(("fr",), ()).lists_for(None) == ("-", "*")


def test_each_group_has_its_own_team():
    users = {each: a_user(each) for each in ("ada", "ben")}
    groups = [a_group("one", members=("ben",)), a_group("both", members=("ben", "ada"))]
    found = teams(groups, users, SITE)
    assert {name: list(team.members) for name, team in found.items()} == {
        "one": ["ben"],
        "both": ["ada", "ben"],
    }
