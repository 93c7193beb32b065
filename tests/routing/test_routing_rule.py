import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import Invalid
from chalicelib.routing.modes import Mode
from chalicelib.routing.rule import Branch, RoutingRule, Target, branch_for, parse
from chalicelib.rules.vocabulary import Vocabulary

VOCABULARY = Vocabulary(segments={}, custom_data={}, routing=True)
IN_FRENCH = {"fact": "conversation.language", "is": "is", "value": "fr"}
IN_HOURS = {"fact": "group.hours", "is": "is", "value": "open"}


def a_document(**changes):
    return {
        "id": "support",
        "name": "Support",
        "branches": [
            {"name": "French", "when": IN_FRENCH, "targets": [{"group": "loans"}]},
            {"name": "Day", "when": IN_HOURS, "targets": [{"group": "cards"}, {"group": "loans"}]},
        ],
        "default": {"mode": "fair", "targets": [{"group": "all"}], "overflow_after_seconds": 60},
        **changes,
    }


def chosen(document, facts, **hours):
    return branch_for(parse(document, "rule", VOCABULARY), facts, **hours).name


def test_the_smallest_rule_is_a_default_branch():
    document = {"id": "a", "name": "A", "default": {"targets": [{"group": "all"}]}}
    assert parse(document, "rule", VOCABULARY) == RoutingRule(
        id="a",
        name="A",
        branches=(),
        default=Branch(name="default", mode=Mode.ESCALATION, targets=(Target("all"),)),
        prefer_previous_agent=False,
        listed_for_transfer=True,
    )


def test_every_field_of_a_rule_is_read():
    document = a_document(prefer_previous_agent=True, listed_for_transfer=False)
    rule = parse(document, "rule", VOCABULARY)
    assert [branch.name for branch in rule.branches] == ["French", "Day"]
    assert rule.branches[1].targets == (Target("cards"), Target("loans"))
    assert (rule.default.mode, rule.default.overflow_after_seconds) == (Mode.FAIR, 60)
    assert rule.prefer_previous_agent and not rule.listed_for_transfer
    assert rule.groups == {"loans", "cards", "all"}


def test_the_first_branch_that_holds_is_taken_else_the_default():
    open_groups = frozenset({"cards"})
    french, german = {"conversation.language": "fr-CA"}, {"conversation.language": "de"}
    assert chosen(a_document(), french, open_groups=open_groups) == "French"
    assert chosen(a_document(), german, open_groups=open_groups) == "Day"
    assert chosen(a_document(), german, open_groups=frozenset()) == "default"


def test_the_hours_of_a_group_are_those_of_the_branch_that_asks():
    first = {"name": "Cards", "when": IN_HOURS, "targets": [{"group": "cards"}]}
    second = {"name": "Loans", "when": IN_HOURS, "targets": [{"group": "loans"}]}
    document = a_document(branches=[first, second])
    assert chosen(document, {}, open_groups=frozenset({"loans"})) == "Loans"


def test_without_open_groups_the_facts_say_the_hours():
    assert chosen(a_document(), {"group.hours": "open"}) == "Day"
    assert chosen(a_document(), {"group.hours": "closed"}) == "default"


def test_what_is_not_known_yet_is_not_true():
    later = {"fact": "page.seconds", "is": "gte", "value": 30}
    branch = {"name": "Slow", "when": later, "targets": [{"group": "loans"}]}
    document = a_document(branches=[branch])
    assert chosen(document, {}) == "default"
    assert chosen(document, {"page.seconds": 12}) == "default"
    assert chosen(document, {"page.seconds": 31}) == "Slow"


@pytest.mark.parametrize("when", [{}, None])
def test_a_branch_without_a_condition_always_holds(when):
    branch = {"name": "Any", "when": when, "targets": [{"group": "loans"}]}
    assert chosen(a_document(branches=[branch]), {}) == "Any"


def default(**changes):
    return {"default": {"mode": "ratio", "targets": [{"group": "all", "share": 100}], **changes}}


def test_shares_belong_to_ratio():
    targets = [{"group": "a", "share": 1}, {"group": "b", "share": 100}]
    rule = parse(a_document(**default(targets=targets)), "rule", VOCABULARY)
    assert rule.default.targets == (Target("a", 1), Target("b", 100))


@pytest.mark.parametrize("seconds", [5, 86_400])
def test_overflow_within_its_bounds_is_read(seconds):
    rule = parse(a_document(**default(overflow_after_seconds=seconds)), "rule", VOCABULARY)
    assert rule.default.overflow_after_seconds == seconds


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"default": None}, "rule.default"),
        ({"default": []}, "rule.default"),
        (default(targets=None), "rule.default.targets"),
        (default(targets=[]), "rule.default.targets"),
        (default(targets=[{}]), "rule.default.targets[0].group"),
        (default(targets=["all"]), "rule.default.targets[0]"),
        (default(targets=[{"group": "a"}]), "rule.default.targets[0].share"),
        (default(targets=[{"group": "a", "share": 0}]), "rule.default.targets[0].share"),
        (default(targets=[{"group": "a", "share": 101}]), "rule.default.targets[0].share"),
        (default(targets=[{"group": "a", "share": 1.5}]), "rule.default.targets[0].share"),
        (default(mode="fair"), "rule.default.targets[0].share"),
        (default(mode="escalation"), "rule.default.targets[0].share"),
        (default(mode="reactive"), "rule.default.targets[0].share"),
        (default(mode=None), "rule.default.targets[0].share"),
        (default(mode="random"), "rule.default.mode"),
        (default(targets=[{"group": "a", "share": 1}] * 2), "rule.default.targets[1].group"),
        (default(targets=[{"group": "a", "share": 1, "x": 1}]), "rule.default.targets[0].x"),
        (default(overflow_after_seconds=4), "rule.default.overflow_after_seconds"),
        (default(overflow_after_seconds=86_401), "rule.default.overflow_after_seconds"),
        (default(when={}), "rule.default.when"),
        ({"branches": {}}, "rule.branches"),
        ({"branches": [{"targets": [{"group": "a"}]}]}, "rule.branches[0].name"),
        ({"branches": [{"name": "default"}]}, "rule.branches[0].name"),
        (
            {"branches": [{"name": "A", "targets": [{"group": "a"}]}, {"name": "A"}]},
            "rule.branches[1].name",
        ),
        (
            {"branches": [{"name": "A", "when": {"fact": "page.ulr", "is": "present"}}]},
            "rule.branches[0].when.fact",
        ),
        ({"branches": [{"name": "A", "when": {}}]}, "rule.branches[0].targets"),
        ({"prefer_previous_agent": "yes"}, "rule.prefer_previous_agent"),
        ({"status": "active"}, "rule.status"),
        ({"id": None}, "rule.id"),
        ({"name": None}, "rule.name"),
    ],
)
def test_a_fault_names_its_place(change, path):
    with pytest.raises(Invalid) as caught:
        parse(a_document(**change), "rule", VOCABULARY)
    assert caught.value.path == path


def test_a_share_in_another_mode_is_refused_with_the_reason():
    with pytest.raises(Invalid, match="a share belongs to mode ratio, this is fair"):
        parse(a_document(**default(mode="fair")), "rule", VOCABULARY)


field_names = st.sampled_from(
    ["id", "name", "branches", "default", "mode", "targets", "group", "share", "when", "all"]
)
documents = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 200) | st.sampled_from(["a", "ratio", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(field_names, inner, max_size=5),
    max_leaves=12,
)


@given(st.fixed_dictionaries({"id": st.just("a"), "name": st.just("A"), "default": documents}))
def test_any_document_is_a_rule_or_is_refused(document):
    try:
        rule = parse(document, "rule", VOCABULARY)
    except Invalid:
        return
    assert rule.default.targets
