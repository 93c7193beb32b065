"""A conversation is passed on, put aside, given back: who has it then, and who heard of it?"""

from datetime import timedelta

import pytest

from chalicelib.errors import Conflict, Forbidden, Invalid, NotFound
from chalicelib.model.conversation import Author, AuthorKind, Message
from chalicelib.services.assignment import assignments, handing_back, snoozes, transfers
from chalicelib.services.conversation import notes
from chalicelib.services.staff import users
from chalicelib.services.waiting import sweep as sweeping
from chalicelib.store.memory import MemoryTable
from tests import invariants
from tests.bank import flow, group
from tests.people import begun, ends, says, stored
from tests.world import World

HOUR = 3_600
HIDDEN = {
    "id": "hidden",
    "name": "Not for transfers",
    "listed_for_transfer": False,
    "default": {"targets": [{"group": "sales"}]},
}
SALES = {"id": "sales", "name": "Sales", "default": {"targets": [{"group": "sales"}]}}
ANY = {"id": "any", "name": "Anybody", "default": {"targets": [{"group": "service"}]}}


def a_bank(*agents, slots=1, on_call=None):
    """Ada is in both groups, Ben in service, Cyd in sales, Mia manages."""
    world = World()
    if on_call is not None:
        world.table = MemoryTable(world.epoch, on_call)
        world.__post_init__()
    world.site(
        groups=[
            group(criteria={}, members=["ada", "ben"], answer_timeout_seconds=60),
            group("sales", criteria={}, members=["ada", "cyd"], queue_limit=0),
        ],
        routing_rules=[ANY, SALES, HIDDEN],
    )
    for agent in ("ada", "ben", "cyd"):
        world.user(agent, slots=slots)
    world.user("mia", role="manager")
    world.later(6)
    for agent in agents:
        world.available(agent)
    return world


def user(world, id):
    return world.ports.staff.user(id)


def pass_on(world, visitor, by, *, agent=None, rule=None, comment=None):
    to, target = (transfers.to_agent, agent) if agent else (transfers.to_rule, rule)
    return to(world.ports, "bank", stored(visitor).id, user(world, by), target, comment)


def put_aside(world, visitor, by, seconds, keep=False):
    until = world.clock + timedelta(seconds=seconds)
    conversation = stored(visitor).id
    snoozes.snooze(world.ports, "bank", conversation, until, keep=keep, by=user(world, by))


def left(world, agent):
    return [frame["reason"] for frame in world.heard(f"page of {agent}", "unassigned")]


def given(world, agent):
    return [each["conversation"]["id"] for each in world.heard(f"page of {agent}", "assigned")]


class Meanwhile:
    """Something else happens just before one of the table's calls."""

    def __init__(self):
        self.left = 0
        self.happens = None

    def __call__(self, _name):
        self.left -= 1
        if self.left == 0 and self.happens is not None:
            happens, self.happens = self.happens, None
            happens()


# Transfer


def test_words_that_come_during_a_transfer_are_answered_or_it_goes_on():
    moments = 0
    while True:
        moments += 1
        meanwhile = Meanwhile()
        world = a_bank("ada", "cyd", on_call=meanwhile)
        visitor = begun(world, "v1")
        says(world, "ada", visitor, "One moment")
        world.later(5)
        meanwhile.happens = lambda of=visitor: of.say("Are you there?")
        meanwhile.left = moments
        pass_on(world, visitor, "ada", agent="cyd")
        if meanwhile.happens is not None:
            break
        # Cyd's page is open, but nobody looks at it; nor does any alarm ring but the sweeper's.
        for _minute in range(3):
            world.later(60)
            world.available("cyd")
            sweeping.sweep(world.ports)
        assert stored(visitor).state == "waiting", moments
        assert left(world, "cyd") == ["answer_timeout"]
        invariants.check(world.table)
    assert moments > 5


def test_whoever_passes_it_on_does_not_get_it_back_whatever_they_do_meanwhile():
    world = a_bank("ada", slots=2)
    visitor = begun(world, "v1")
    # On another machine, whose clock is a little ahead.
    world.later(1)
    world.agent("page of ada", "ada", action="presence", status="away")
    world.available("ada")
    world.later(-1)
    pass_on(world, visitor, "ada", rule="any")
    assert (stored(visitor).state, stored(visitor).offered.keys()) == ("waiting", {"ada"})
    world.available("ben")
    assert stored(visitor).agent == "ben"
    invariants.check(world.table)


def test_an_agent_with_a_free_slot_gets_it_at_once_and_the_slot_is_handed_on():
    world = a_bank("ada")
    first, second = begun(world, "v1"), begun(world, "v2")
    world.available("cyd")
    pass_on(world, first, "ada", agent="cyd", comment="She asks for a loan")
    assert (stored(first).agent, stored(first).group) == ("cyd", "sales")
    assert stored(second).agent == "ada", "the slot that came free serves the queue"
    assert left(world, "ada") == ["transferred"]
    assert given(world, "cyd") == [stored(first).id]
    assert first.heard("conversation")[-1]["agent"]["name"] == "Cyd"
    (note,) = world.ports.papers.notes("bank", stored(first).id)
    assert (note.author, note.text) == ("ada", "She asks for a loan")
    assert "loan" not in str(world.frames["v1"]), "no visitor sees a note"
    invariants.check(world.table)


def test_an_agent_who_has_no_slot_is_waited_for_and_served_first():
    world = a_bank("ada", "ben")
    to_ben, of_ben = begun(world, "v1"), begun(world, "v2")
    older = begun(world, "v3")
    assert (stored(to_ben).agent, stored(of_ben).agent) == ("ada", "ben")
    says(world, "ada", to_ben, "I ask my colleague")
    world.later(5)
    pass_on(world, to_ben, "ada", agent="ben")
    found = stored(to_ben)
    assert (found.state, found.group, found.kept_for) == ("waiting", "service", "ben")
    assert stored(older).agent == "ada", "what is kept for Ben keeps nobody else waiting"
    ends(of_ben, by="ben")
    assert stored(to_ben).agent == "ben"
    assert stored(to_ben).kept_for is None
    invariants.check(world.table)


def test_whoever_is_of_its_group_too_gets_it_through_that_group():
    world = a_bank("ada", "cyd", slots=2)
    visitor = begun(world, "v1")
    pass_on(world, visitor, "ada", rule="sales")
    assert (stored(visitor).agent, stored(visitor).group) == ("cyd", "sales")
    pass_on(world, visitor, "cyd", agent="ada")
    assert (stored(visitor).agent, stored(visitor).group) == ("ada", "sales")


def back(world, agent):
    """An agent chooses another status by hand, and then to be available."""
    world.agent(f"page of {agent}", agent, action="presence", status="away")
    world.available(agent)


def test_whoever_is_waited_for_in_vain_is_waited_for_no_longer():
    world = a_bank("ada")
    visitor = begun(world, "v1")
    world.available("ada")
    pass_on(world, visitor, "ada", agent="ben")
    assert stored(visitor).state == "waiting"
    world.later(1)
    world.available("ada")
    assert stored(visitor).state == "waiting", "it is Ben's for a minute"
    world.run_alarms(60)
    back(world, "ada")
    assert stored(visitor).agent == "ada"
    invariants.check(world.table)


def test_a_rule_chooses_among_everybody_but_the_one_who_gives_it_away():
    world = a_bank("ada", "cyd", slots=2)
    visitor = begun(world, "v1")
    pass_on(world, visitor, "ada", rule="sales")
    found = stored(visitor)
    assert (found.agent, found.group, found.routing_rule) == ("cyd", "sales", "sales")
    invariants.check(world.table)


def test_a_rule_whose_groups_have_nobody_lets_it_wait_beyond_any_limit():
    world = a_bank("ada")
    visitor = begun(world, "v1")
    pass_on(world, visitor, "ada", rule="sales")
    assert (stored(visitor).state, stored(visitor).group) == ("waiting", "sales")
    world.available("cyd")
    assert stored(visitor).agent == "cyd"
    invariants.check(world.table)


@pytest.mark.parametrize(("answered", "waits_anew"), [(False, False), (True, True)])
def test_who_was_answered_waits_anew_and_who_was_not_keeps_the_place(answered, waits_anew):
    world = a_bank("ada")
    visitor = begun(world, "v1")
    if answered:
        says(world, "ada", visitor, "One moment")
    world.later(30)
    pass_on(world, visitor, "ada", rule="sales")
    assert (stored(visitor).waiting_since == world.clock) is waits_anew


def test_a_manager_passes_on_what_waits():
    world = a_bank("cyd")
    visitor = begun(world, "v1")
    assert stored(visitor).state == "waiting"
    pass_on(world, visitor, "mia", agent="cyd")
    assert stored(visitor).agent == "cyd"
    invariants.check(world.table)


@pytest.mark.parametrize(
    ("target", "path", "code"),
    [
        ({"agent": "nobody"}, "agent", "unknown_reference"),
        ({"agent": "ada"}, "agent", "invalid_field"),
        ({"agent": "zoe"}, "agent", "unknown_reference"),
        ({"agent": "mia"}, "agent", "not_listed"),
        ({"agent": "cyd"}, "agent", "not_listed"),
        ({"rule": "nothing"}, "routing_rule", "unknown_reference"),
        ({"rule": "hidden"}, "routing_rule", "not_listed"),
    ],
    ids=str,
)
def test_nobody_passes_on_to_whom_it_could_never_come(target, path, code):
    world = a_bank("ada")
    world.user("zoe", sites=("shop",))
    users.change(world.ports, "cyd", {"slots": 0})
    visitor = begun(world, "v1")
    with pytest.raises(Invalid) as refused:
        pass_on(world, visitor, "ada", **target)
    assert (refused.value.path, refused.value.code) == (path, code)
    assert stored(visitor).version == 1


def test_what_is_over_is_not_passed_on():
    world = a_bank("ada")
    visitor = begun(world, "v1")
    ends(visitor)
    with pytest.raises(Conflict) as refused:
        pass_on(world, visitor, "mia", agent="ben")
    assert refused.value.code == "conversation_closed"


def test_another_agents_conversation_is_nobody_elses_to_give():
    world = a_bank("ada")
    visitor = begun(world, "v1")
    with pytest.raises(NotFound):
        pass_on(world, visitor, "ben", agent="ben")


# Hand back


def test_what_is_given_back_goes_to_a_colleague_or_waits_for_one():
    world = a_bank("ada")
    visitor = begun(world, "v1")
    handing_back.hand_back(world.ports, "bank", stored(visitor).id, user(world, "ada"))
    assert stored(visitor).state == "waiting", "not back to the one who gave it away"
    assert left(world, "ada") == ["handed_back"]
    world.available("ben")
    assert stored(visitor).agent == "ben"
    invariants.check(world.table)


def test_what_is_given_back_may_be_taken_again_after_doing_something_else():
    world = a_bank("ada")
    visitor = begun(world, "v1")
    handing_back.hand_back(world.ports, "bank", stored(visitor).id, user(world, "ada"))
    world.later(1)
    back(world, "ada")
    assert stored(visitor).agent == "ada"


# Snooze


def test_what_is_put_aside_frees_its_slot_and_comes_back_to_its_agent():
    world = a_bank("ada", "ben")
    visitor, of_ben = begun(world, "v1"), begun(world, "v2")
    says(world, "ada", visitor, "I look it up")
    behind = begun(world, "v3")
    put_aside(world, visitor, "ada", 600, keep=True)
    assert stored(visitor).state == "snoozed"
    assert stored(behind).agent == "ada"
    assert left(world, "ada") == ["snoozed"]
    assert visitor.heard("conversation")[-1]["state"] == "snoozed"
    invariants.check(world.table)

    says(world, "ada", behind, "Good morning")
    says(world, "ben", of_ben, "Good morning")
    for _beat in range(30):
        world.run_alarms(20)
        world.agent("page of ada", "ada", action="presence")
        world.agent("page of ben", "ben", action="presence")
    assert (stored(visitor).state, stored(visitor).kept_for) == ("waiting", "ada")
    ends(of_ben)
    assert stored(visitor).state == "waiting", "it is kept for Ada"
    ends(behind)
    assert stored(visitor).agent == "ada"
    invariants.check(world.table)


def test_a_long_snooze_ends_at_its_moment():
    world = a_bank()
    world.available("ada")
    visitor = begun(world, "v1")
    says(world, "ada", visitor, "Until tomorrow")
    put_aside(world, visitor, "ada", 24 * HOUR)
    world.run_alarms(24 * HOUR - 1)
    assert stored(visitor).state == "snoozed"
    world.run_alarms(1)
    assert stored(visitor).state == "waiting"
    assert stored(visitor).waiting_since == world.clock
    world.available("ben")
    assert stored(visitor).agent == "ben"
    invariants.check(world.table)


def test_a_visitor_who_writes_ends_the_snooze_and_waits_since_then():
    world = a_bank("ada")
    visitor = begun(world, "v1")
    wrote = world.clock
    put_aside(world, visitor, "ada", 3 * HOUR, keep=True)
    world.later(50)
    visitor.say("One more thing")
    found = stored(visitor)
    assert (found.agent, found.waiting_since) == ("ada", world.clock)
    assert found.unanswered_since == wrote, "nobody has answered the first words either"
    assert visitor.heard("conversation")[-1]["state"] == "assigned"
    invariants.check(world.table)


def test_a_flow_still_asks_whoever_writes_in_a_snooze():
    world = a_bank("ada")
    world.publish(lambda document: {**document, "flows": [flow("asks", 200)]})
    visitor = begun(world, "v1")
    put_aside(world, visitor, "ada", 3 * HOUR)
    world.later(50)
    visitor.say("One more thing")
    world.run_alarms(149)
    assert visitor.heard("email_request") == []
    world.run_alarms(2)
    assert len(visitor.heard("email_request")) == 1
    invariants.check(world.table)


def test_a_snooze_that_ended_while_nobody_looked_is_made_up_for_by_the_sweeper():
    world = a_bank("ada")
    visitor = begun(world, "v1")
    put_aside(world, visitor, "ada", 3 * HOUR)
    # The Lambda that stored the words died before it woke the conversation.
    before = stored(visitor)
    after = before.with_message(AuthorKind.VISITOR, world.clock)
    post(world, before, after)
    assert stored(visitor).state == "snoozed"
    world.later(31)
    world.available("ada")
    sweeping.sweep(world.ports)
    assert stored(visitor).agent == "ada"
    invariants.check(world.table)


def post(world, before, after):
    author = Author(kind=AuthorKind.VISITOR, id=before.visitor)
    message = Message(
        conversation=before.id,
        number=after.last_number,
        author=author,
        text="One more thing",
        sent_at=world.clock,
        client_id="c2",
    )
    world.ports.conversations.post(before, after, message)


def test_a_snooze_is_ended_by_hand_once():
    world = a_bank("ada")
    visitor = begun(world, "v1")
    put_aside(world, visitor, "ada", 3 * HOUR)
    conversation = stored(visitor).id
    snoozes.wake(world.ports, "bank", conversation, lambda _found: None)
    assert stored(visitor).agent == "ada"
    with pytest.raises(Conflict) as refused:
        snoozes.wake(world.ports, "bank", conversation, lambda _found: None)
    assert refused.value.code == "not_snoozed"


def test_a_snoozed_conversation_can_be_closed():
    world = a_bank("ada")
    visitor = begun(world, "v1")
    put_aside(world, visitor, "ada", HOUR)
    ends(visitor, by="mia")
    assert stored(visitor).state == "closed"
    world.run_alarms(2 * HOUR)
    assert stored(visitor).state == "closed"
    invariants.check(world.table)


# Rights


def test_an_agent_without_the_conversation_may_not_put_it_aside():
    world = a_bank("ada", "ben")
    visitor = begun(world, "v1")
    with pytest.raises(NotFound):
        put_aside(world, visitor, "ben", HOUR)
    with pytest.raises(NotFound):
        ends(visitor, by="ben")


def test_only_a_member_of_one_of_its_queues_takes_it():
    world = a_bank("cyd")
    visitor = begun(world, "v1")
    with pytest.raises(Forbidden):
        assignments.take(world.ports, "bank", stored(visitor).id, user(world, "cyd"))


def test_members_of_the_group_write_notes_and_others_do_not():
    world = a_bank("ada")
    visitor = begun(world, "v1")
    conversation = stored(visitor).id
    for writer in ("ada", "ben", "mia"):
        notes.add(world.ports, "bank", conversation, user(world, writer), f"by {writer}")
        world.later(1)
    with pytest.raises(NotFound):
        notes.add(world.ports, "bank", conversation, user(world, "cyd"), "by cyd")
    found = notes.of(world.ports, "bank", conversation, user(world, "ada"))
    assert [each.text for each in found] == ["by ada", "by ben", "by mia"]
    assert stored(visitor).last_number == 1, "a note is no message"


def test_tags_are_replaced_and_the_agents_page_hears_of_it():
    world = a_bank("ada")
    visitor = begun(world, "v1")
    conversation = stored(visitor).id
    notes.tag(world.ports, "bank", conversation, user(world, "ada"), ("loan", "urgent"))
    notes.tag(world.ports, "bank", conversation, user(world, "mia"), ("loan",))
    assert stored(visitor).tags == ("loan",)
    assert stored(visitor).version == 1, "a tag is no change of state"
    told = world.heard("page of ada", "conversation")
    assert [frame["conversation"]["tags"] for frame in told] == [["loan", "urgent"], ["loan"]]
