"""A site vouches for its customer: who is the visitor then, and what is theirs?"""

import pytest

from tests.identities import SECRET, vouched
from tests.people import Visitor, begun, ends, invited, says
from tests.world import PAGE, World


@pytest.fixture
def world():
    world = World().site()
    world.secrets["bank"] = SECRET
    world.user("ada")
    world.available("ada")
    return world


@pytest.fixture
def insisting():
    """A site that talks to customers it knows, and to nobody else."""
    world = World().site(site={"identity": {"enforced": True}})
    world.secrets["bank"] = SECRET
    world.user("ada")
    world.available("ada")
    return world


def who(world, visitor):
    """The visitor that this browser's pass names."""
    return world.edge.passes.read(visitor.pass_, visitor.site, world.ports)


def known(world, connection, subject="customer-7", **page):
    """A browser whose page vouches for a customer from the beginning."""
    visitor = Visitor(world, connection)
    visitor.arrive(identity=vouched(world, subject), **page)
    return visitor


def identifies(visitor, token):
    answer = visitor.world.visitor(
        visitor.connection,
        visitor.site,
        action="identify",
        identity=token,
        **{"pass": visitor.pass_},
    )
    visitor.pass_ = answer.get("pass", visitor.pass_)
    return answer


def test_one_customer_is_one_visitor_on_every_device_and_on_no_other_site(world):
    world.site("shop")
    world.secrets["shop"] = SECRET
    phone, computer = known(world, "phone"), known(world, "computer")
    assert who(world, phone).visitor == who(world, computer).visitor
    assert who(world, known(world, "other", "customer-8")).visitor != who(world, phone).visitor
    elsewhere = Visitor(world, "elsewhere", site="shop")
    elsewhere.arrive(url="https://shop.example/", identity=vouched(world))
    assert who(world, elsewhere).visitor != who(world, phone).visitor


def test_rules_may_ask_whether_the_visitor_is_known():
    asks = {"fact": "visitor.identified", "is": "is", "value": True}
    rule = {
        "id": "hello",
        "name": "Customers",
        "campaign": "help",
        "status": "active",
        "when": asks,
        "engagement": {"kind": "notification", "notification": "hello"},
        "routing_rule": "any",
    }
    world = World().site(targeting_rules=[rule])
    world.secrets["bank"] = SECRET
    world.user("ada")
    world.available("ada")
    visitor = Visitor(world, "v1")
    assert "engagement" not in visitor.arrive()
    assert "engagement" in identifies(visitor, vouched(world))
    assert "engagement" in Visitor(world, "v2").arrive(identity=vouched(world))


def test_what_was_begun_on_one_device_goes_on_on_another(world):
    phone = known(world, "phone")
    started = phone.start("About my card")
    computer = Visitor(world, "computer")
    answer = computer.arrive(identity=vouched(world))
    assert answer["conversation"]["id"] == started["id"]
    assert "forget" not in answer
    computer.token = answer["conversation"]["token"]
    says(world, "ada", phone, "With pleasure")
    assert computer.heard("message")[-1]["text"] == "With pleasure"
    assert [each["text"] for each in computer.does("resume", after=0)["items"]] == [
        "About my card",
        "With pleasure",
    ]


def test_a_conversation_is_found_again_where_no_rule_reaches_out(world):
    on_loans = {"fact": "page.path", "is": "is", "value": "/loans"}
    world.publish(
        lambda document: {
            **document,
            "targeting_rules": [{**document["targeting_rules"][0], "when": on_loans}],
        }
    )
    world.available("ada")
    started = known(world, "phone").start("About my card")
    computer = Visitor(world, "computer")
    elsewhere = "https://bank.example/cards"
    assert "conversation" not in computer.arrive(url=elsewhere)
    assert identifies(computer, vouched(world))["conversation"]["id"] == started["id"]


def test_signing_in_takes_over_no_conversation_of_whoever_was_here_before(world):
    # Reliability Z12: without proof, nobody's words become another's.
    stranger = begun(world, "v1", "Something private")
    answer = identifies(stranger, vouched(world))
    assert answer["forget"] is True
    assert "conversation" not in answer
    says(world, "ada", stranger, "Only for the stranger")
    assert stranger.heard("message") == []


def test_a_page_that_brings_anothers_conversation_is_told_to_forget_it(world):
    stranger = begun(world, "v1", "Something private")
    resume = {"token": stranger.token, "after": 0}
    page = {**PAGE, "memory": stranger.pass_, "resume": resume, "identity": vouched(world)}
    answer = world.visitor("v2", **page)
    assert answer["forget"] is True
    assert "conversation" not in answer
    assert world.heard("v2", "messages") == []
    # And on the next page, which proves nothing again but is remembered as the customer's.
    later = world.visitor("v3", **{**PAGE, "memory": answer["pass"], "resume": resume})
    assert later["forget"] is True
    assert "conversation" not in later
    says(world, "ada", stranger, "Only for the stranger")
    assert world.heard("v2", "message") == world.heard("v3", "message") == []


def test_of_two_customers_of_one_browser_the_second_begins_anew(world):
    first = known(world, "v1", url="https://bank.example/?utm_source=letter")
    first.arrive()
    seen = {"action": "observed", "facts": {"event.sold": 3}, "pass": first.pass_}
    first.pass_ = world.visitor("v1", **seen)["pass"]
    answer = identifies(first, vouched(world, "customer-8"))
    assert answer["forget"] is True
    assert "conversation" not in answer
    second = who(world, first)
    assert (second.pages, second.visits, second.conversations) == (1, 1, 0)
    assert second.events == {}


def test_the_visits_of_a_browser_are_not_the_customers(world):
    visitor = Visitor(world, "v1")
    visitor.arrive()
    world.later(7200)
    visitor.arrive()
    assert (who(world, visitor).visits, who(world, visitor).hours_since_last_visit) == (2, 2.0)
    identifies(visitor, vouched(world))
    assert (who(world, visitor).visits, who(world, visitor).hours_since_last_visit) == (1, None)


def test_a_page_without_a_memory_may_still_bring_anothers_conversation(world):
    stranger = begun(world, "v1", "Something private")
    resume = {"token": stranger.token, "after": 0}
    answer = Visitor(world, "v2").arrive(identity=vouched(world), resume=resume)
    assert answer["forget"] is True
    assert world.heard("v2", "messages") == []


def test_a_link_leads_an_unknown_visitor_back_to_a_conversation_begun_elsewhere(world):
    elsewhere = begun(world, "v1")
    here = Visitor(world, "v2")
    here.arrive()
    answer = here.arrive(resume={"token": elsewhere.token, "after": 0})
    assert answer["conversation"]["id"] == elsewhere.conversation["id"]
    assert "forget" not in answer


def test_what_was_said_elsewhere_is_caught_up_from_its_beginning(world):
    phone = known(world, "phone")
    phone.start("About my card")
    stranger = begun(world, "v1", "Hello")
    resume = {"token": stranger.token, "after": 1}
    Visitor(world, "computer").arrive(identity=vouched(world), resume=resume)
    [page] = world.heard("computer", "messages")
    assert [each["text"] for each in page["items"]] == ["About my card"]


def test_a_stranger_who_signs_in_goes_on_with_their_visit(world):
    visitor = Visitor(world, "v1")
    visitor.arrive(url="https://bank.example/?utm_source=letter")
    visitor.arrive()
    identifies(visitor, vouched(world))
    assert who(world, visitor).pages == 2
    assert who(world, visitor).landing_url == "https://bank.example/?utm_source=letter"


def test_a_customers_next_page_keeps_the_conversation(world):
    visitor = known(world, "v1")
    started = visitor.start("About my card")
    resume = {"token": visitor.token, "after": 0}
    next_page = visitor.tab("v2")
    answer = next_page.arrive(identity=vouched(world), resume=resume)
    assert answer["conversation"]["id"] == started["id"]
    assert "forget" not in answer


def test_an_invitation_to_the_stranger_is_none_to_the_customer(world):
    visitor = invited(world, "v1")
    offered = visitor.offer["id"]
    answer = identifies(visitor, vouched(world))
    assert answer["engagement"]["id"] != offered
    visitor.offer = answer["engagement"]
    assert visitor.start("Good morning")["state"] == "assigned"


def test_the_frequency_of_invitations_is_the_customers_own(world):
    world.publish(
        lambda document: {
            **document,
            "targeting_rules": [
                {**document["targeting_rules"][0], "frequency": {"per_visitor": 1}}
            ],
        }
    )
    assert known(world, "v1").offer is not None
    assert known(world, "v2").offer is None
    assert known(world, "v3", "customer-8").offer is not None


def test_a_proof_holds_for_the_visit(world):
    visitor = known(world, "v1")
    world.later(600)
    visitor.arrive(url="https://bank.example/cards")
    assert who(world, visitor).identified
    customer = who(world, visitor).visitor
    world.later(3600)
    visitor.arrive()
    assert not who(world, visitor).identified
    assert who(world, visitor).visitor == customer


@pytest.mark.parametrize("page", ["first", "shown"])
@pytest.mark.parametrize(
    "token",
    {
        "of another secret": lambda world: vouched(world, secret="x" * 40),
        "of an empty secret": lambda world: vouched(world, secret=""),
        "signed with nothing": lambda world: vouched(world, algorithm="none"),
        "of another algorithm": lambda world: vouched(world, algorithm="HS512"),
        "changed": lambda world: tampered(vouched(world), vouched(world, "customer-8")),
        "cut": lambda world: vouched(world)[:-1],
        "without a subject": lambda world: vouched(world, subject=None),
        "with an empty subject": lambda world: vouched(world, subject=""),
        "without an end": lambda world: vouched(world, exp=None),
        "with an end in words": lambda world: vouched(world, exp="2099-01-01"),
        "over": lambda world: vouched(world, exp=int(world.clock.timestamp()) - 61),
        "not yet begun": lambda world: vouched(world, nbf=int(world.clock.timestamp()) + 61),
        "too long": lambda world: vouched(world, padding="x" * 4096),
        "for somebody else": lambda world: vouched(world, aud="the shop"),
        "no token": lambda world: "customer-7",
        "no text": lambda world: {"sub": "customer-7"},
        "deep": lambda world: f"{'W1tb' * 800}.e30.x",
        "a conversation's": lambda world: begun(world, "another").token,
    }.items(),
    ids=lambda named: named[0],
)
def test_only_a_good_token_makes_a_customer(world, token, page):
    # Reliability Z11.
    visitor = Visitor(world, "v1")
    visitor.arrive()
    before = who(world, visitor)
    bad = token[1](world)
    if page == "shown":
        answer = identifies(visitor, bad)
    else:
        answer = world.visitor("v1", **PAGE, memory=visitor.pass_, identity=bad)
    assert (answer["type"], answer["code"]) == ("error", "identity_invalid")
    assert who(world, visitor) == before


def tampered(one, another):
    """The words of one token under the signature of another."""
    return f"{another.rpartition('.')[0]}.{one.rpartition('.')[2]}"


@pytest.mark.parametrize("seconds, is_good", [(-60, False), (-59, True), (0, True)])
def test_a_minute_of_difference_between_clocks_is_forgiven(world, seconds, is_good):
    token = vouched(world, exp=int(world.clock.timestamp()) + seconds)
    answer = Visitor(world, "v1").world.visitor("v1", **PAGE, identity=token)
    assert answer["type"] == ("page" if is_good else "error")


@pytest.mark.parametrize("secret", [None, ""])
def test_a_site_without_a_secret_knows_nobody(world, secret):
    world.secrets["bank"] = secret
    token = vouched(world, secret=SECRET if secret is None else secret)
    assert world.visitor("v1", **PAGE, identity=token)["code"] == "identity_invalid"


def test_a_visitor_cannot_choose_whom_they_are(world):
    # Reliability Z10.
    answer = world.visitor("v1", **PAGE, visitor="customer-7")
    assert answer["code"] == "unknown_field"


def test_a_site_that_insists_talks_to_nobody_else(insisting):
    visitor = invited(insisting, "v1")
    assert visitor.start()["code"] == "identity_invalid"
    assert identifies(visitor, vouched(insisting))["engagement"]
    assert visitor.start()["state"] == "assigned"


def test_a_site_that_insists_asks_again_in_the_next_visit(insisting):
    visitor = known(insisting, "v1")
    visitor.start()
    ends(visitor)
    insisting.later(7200)
    insisting.available("ada")
    visitor.arrive()
    assert visitor.start("Me again")["code"] == "identity_invalid"
    visitor.arrive(identity=vouched(insisting))
    assert visitor.start("Me again")["state"] == "assigned"
