"""When mail must not go: an address that bounced, complained, had enough, or said so."""

from datetime import timedelta

import pytest

from chalicelib.flows.addresses import address_digest
from chalicelib.model.mail_news import MailNews, NewsKind
from chalicelib.services.mail import suppressions
from chalicelib.services.ports.outward import NotTaken
from chalicelib.services.waiting import sweep as sweeping
from tests import invariants
from tests.bank import flow, group
from tests.mails import arrives, mail
from tests.people import begun, ends, says
from tests.world import World

ADDRESS = "grace@example.com"


def a_bank(**document):
    world = World().site(**{"flows": [flow("asks", 30)], **document})
    world.user("ada", slots=100)
    world.later(6)
    world.available("ada")
    return world


def asks(world, number, address=ADDRESS):
    """One more visitor who leaves this address, which is then acknowledged by mail."""
    visitor = begun(world, f"v{number}")
    world.run_alarms(30)
    visitor.does("email", address=address)
    return visitor


def passes(world, hours):
    """Time in which the sweeper comes by, and agents stay."""
    for _ in range(hours * 4):
        world.run_alarms(900)
        sweeping.sweep(world.ports)
        world.run_alarms(0)


def news(letter, kind, id="1", **more):
    fields = {"site": letter.site, "letter": letter.id, "message_id": "ses-1", **more}
    return MailNews(id=id, kind=kind, **{"at": letter.due_at, **fields})


def state(world, letter):
    found = world.ports.letters.get(letter.site, letter.id)
    return found.state.value, found.reason


def test_an_address_gets_three_mails_a_day_and_the_others_later():
    world = a_bank()
    for number in range(5):
        asks(world, number, ADDRESS.upper() if number % 2 else ADDRESS)
    world.run_alarms(60)
    assert len(world.sent) == 3
    passes(world, 23)
    assert len(world.sent) == 3
    # Of no use any more: what waited for its turn a whole day is not sent.
    passes(world, 3)
    assert len(world.sent) == 3
    asks(world, 9)
    world.run_alarms(60)
    assert len(world.sent) == 4
    invariants.check(world.table)


def test_a_hundred_visitors_who_give_one_address_send_its_owner_three_mails():
    """C4: each of them is told that it is kept, and learns nothing of the others."""
    world = a_bank(groups=[group(queue_limit=200)])
    visitors = [begun(world, f"v{number}") for number in range(100)]
    world.run_alarms(30)
    answers = [visitor.does("email", address=ADDRESS) for visitor in visitors]
    assert {answer["type"] for answer in answers} == {"email"}
    passes(world, 24)
    assert len(world.sent) == 3
    invariants.check(world.table)


def test_one_visitor_who_gives_one_address_a_hundred_times_sends_its_owner_three_mails():
    world = a_bank()
    visitor = asks(world, 1)
    both = [ADDRESS, "other@example.com"]
    answers = [visitor.does("email", address=both[(number + 1) % 2]) for number in range(100)]
    # Ten changes; then every other is one more, and those between say what is known already.
    codes = [answer.get("code") for answer in answers]
    assert codes == [None] * 10 + ["rate_limited", None] * 45
    passes(world, 24)
    assert [letter.address for letter in world.sent].count(ADDRESS) == 3


def test_nobody_writes_to_a_hundred_strangers_from_one_conversation():
    world = a_bank()
    visitor = asks(world, 1)
    answers = [visitor.does("email", address=f"victim{n}@example.com") for n in range(99)]
    assert [answer["type"] for answer in answers].count("email") == 10
    assert {answer.get("code") for answer in answers[10:]} == {"rate_limited"}
    world.run_alarms(60)
    assert len(world.sent) == 11
    # An hour later one may be mistaken again.
    world.run_alarms(3600)
    assert visitor.does("email", address="right@example.com")["type"] == "email"


def test_another_address_and_another_site_have_their_own_three():
    world = a_bank()
    for number in range(3):
        asks(world, number)
    asks(world, 3, "other@example.com")
    world.run_alarms(60)
    assert [letter.address for letter in world.sent].count(ADDRESS) == 3
    assert len(world.sent) == 4


def test_a_mail_that_ses_would_not_take_yet_is_one_mail_however_often_it_is_tried():
    world = a_bank()
    world.refusals = [NotTaken("Throttling", may_pass=True) for _ in range(6)]
    asks(world, 1)
    world.run_alarms(3600)
    assert len(world.sent) == 1
    asks(world, 2)
    asks(world, 3)
    world.run_alarms(60)
    assert len(world.sent) == 3
    assert figures(world).sent == 3


def figures(world):
    return world.ports.standing.figures("bank", world.clock)


def test_over_the_daily_quota_everything_is_kept_and_nothing_is_doubled():
    world = a_bank()
    addresses = [f"v{number}@example.com" for number in range(20)]
    world.refusals = [NotTaken("LimitExceededException", may_pass=True) for _ in range(10_000)]
    for number, address in enumerate(addresses):
        asks(world, number, address)
    passes(world, 3)
    assert world.sent == []
    world.refusals.clear()
    passes(world, 1)
    assert sorted(letter.address for letter in world.sent) == sorted(addresses)


def test_a_site_s_daily_cap_holds_what_is_over_it_until_the_next_day():
    world = a_bank(site={"mail": {"daily_cap": 2}})
    for number in range(4):
        asks(world, number, f"v{number}@example.com")
    world.run_alarms(60)
    assert len(world.sent) == 2
    held = world.ports.letters.due(world.clock + timedelta(days=2))
    assert {each.reason for each in held} == {"site_cap"}
    # The day is over at midnight, UTC: 13 hours from noon in Paris.
    passes(world, 13)
    assert len(world.sent) == 4


@pytest.mark.parametrize(
    ("kind", "reason"),
    [(NewsKind.BOUNCED, "bounce"), (NewsKind.COMPLAINED, "complaint")],
)
def test_after_a_bounce_or_a_complaint_nothing_goes_there_any_more(kind, reason):
    world = a_bank()
    asks(world, 1)
    world.run_alarms(0)
    (letter,) = world.sent
    for _ in range(3):
        suppressions.hear(world.ports, news(letter, kind))
    assert getattr(figures(world), kind.value) == 1
    visitor = asks(world, 2, ADDRESS.upper())
    world.run_alarms(0)
    says(world, "ada", visitor, "Your answer")
    passes(world, 30)
    assert len(world.sent) == 1
    # For good, and not for other addresses.
    world.clock += timedelta(days=400)
    asks(world, 3)
    asks(world, 4, "other@example.com")
    world.run_alarms(0)
    assert [each.address for each in world.sent[1:]] == ["other@example.com"]
    stored = [row for row in invariants.rows(world.table) if row["sk"] == "ADDRESS"]
    assert [row["suppressed"] for row in stored] == [reason]


def test_three_soft_bounces_within_a_week_are_as_good_as_a_hard_one():
    world = a_bank()
    asks(world, 1)
    world.run_alarms(0)
    (letter,) = world.sent
    for id in ("1", "2", "2", "1"):
        suppressions.hear(world.ports, news(letter, NewsKind.SOFT_BOUNCED, id))
    asks(world, 2)
    world.run_alarms(0)
    assert len(world.sent) == 2
    suppressions.hear(world.ports, news(letter, NewsKind.SOFT_BOUNCED, "3"))
    asks(world, 3)
    world.run_alarms(0)
    assert len(world.sent) == 2
    assert figures(world).bounced == 0


def test_who_unsubscribed_gets_nothing_but_what_they_ask_for():
    world = a_bank()
    visitor = asks(world, 1)
    world.run_alarms(0)
    for _ in range(2):
        suppressions.unsubscribe(world.ports, "bank", address_digest(ADDRESS))
    says(world, "ada", visitor, "Your answer")
    passes(world, 2)
    asks(world, 2)
    passes(world, 2)
    assert len(world.sent) == 1
    # They write themselves, after the end: that their mail was not read is what they must know.
    ends(visitor)
    assert arrives(world, mail(world.sent[0].reply_to)) == "closed"
    world.run_alarms(0)
    assert [letter.kind.value for letter in world.sent[1:]] == ["closed"]
    assert world.unsubscribe[world.sent[0].id].startswith(
        "https://api.example/v1/public/sites/bank/unsubscribe?token="
    )
    assert world.unsubscribe[world.sent[1].id] is None


def test_a_complaint_ends_even_what_is_asked_for():
    world = a_bank()
    visitor = asks(world, 1)
    world.run_alarms(0)
    suppressions.hear(world.ports, news(world.sent[0], NewsKind.COMPLAINED))
    ends(visitor)
    assert arrives(world, mail(world.sent[0].reply_to)) == "closed"
    world.run_alarms(0)
    assert len(world.sent) == 1


def test_who_writes_back_is_not_counted_a_conversation_by_mail_goes_on():
    world = a_bank()
    visitor = asks(world, 1)
    visitor.leave()
    world.run_alarms(0)
    for number in range(8):
        assert arrives(world, mail(world.sent[-1].reply_to, f"q{number}", name=f"{number}")) is None
        says(world, "ada", visitor, f"Answer {number}", f"a{number}")
        world.run_alarms(0)
    assert len(world.sent) == 9


def test_when_too_much_comes_back_the_breaker_opens_for_what_nobody_asked_for():
    world = a_bank()
    for number in range(6):
        asks(world, number, f"v{number}@example.com")
    world.run_alarms(0)
    first = list(world.sent)
    for letter in first[:5]:
        suppressions.hear(world.ports, news(letter, NewsKind.BOUNCED, at=world.clock))
    asks(world, 10, "new@example.com")
    passes(world, 20)
    assert len(world.sent) == 6
    (held,) = world.ports.letters.due(world.clock + timedelta(days=1))
    assert held.reason == "breaker"
    # Who wrote to us from their address is answered all the same.
    assert arrives(world, mail(first[5].reply_to, sender="v5@example.com")) is None
    world.available("ada")
    visitor = first[5].conversation
    world.agent(
        "page of ada", "ada", action="message", conversation=visitor, client_id="x", text="Yes"
    )
    passes(world, 1)
    assert [letter.kind.value for letter in world.sent[6:]] == ["unseen_reply"]


def test_a_closed_breaker_lets_mail_go_again():
    world = a_bank()
    world.ports.standing.stop("bank", world.clock + timedelta(hours=4))
    asks(world, 1)
    passes(world, 3)
    assert world.sent == []
    passes(world, 2)
    assert len(world.sent) == 1


def test_words_that_are_seen_while_their_mail_waits_are_not_mailed():
    world = a_bank()
    visitor = asks(world, 1)
    world.run_alarms(0)
    world.refusals = [NotTaken("Throttling", may_pass=True) for _ in range(3)]
    visitor.leave()
    number = says(world, "ada", visitor, "Here is your answer")["number"]
    world.run_alarms(30)
    back = visitor.tab("v1-again")
    back.does("read", number=number)
    passes(world, 2)
    assert len(world.sent) == 1
    world.refusals.clear()
    reasons = {state(world, each) for each in letters(world)}
    assert ("failed", "seen") in reasons


def letters(world):
    from chalicelib.model.letter import Letter
    from chalicelib.store.items import from_item

    return [from_item(Letter, row) for row in invariants.rows(world.table) if row["sk"] == "LETTER"]


@pytest.mark.parametrize("kind", list(NewsKind))
def test_news_of_a_mail_says_that_an_unknown_one_was_sent(kind):
    world = a_bank()
    world.refusals = [TimeoutError()]
    asks(world, 1)
    with pytest.raises(TimeoutError):
        world.run_alarms(0)
    world.later(91)
    sweeping.sweep(world.ports)
    (letter,) = letters(world)
    assert letter.state == "unknown"
    suppressions.hear(world.ports, news(letter, kind))
    assert state(world, letter) == ("sent", None)
    passes(world, 2)
    assert len(world.sent) == 1


def test_news_may_be_faster_than_our_own_mark():
    world = a_bank()

    send = world.ports.mailer.send

    def told_at_once(letter, **more):
        found = send(letter, **more)
        suppressions.hear(world.ports, news(letter, NewsKind.DELIVERED))
        return found

    world.send = told_at_once
    asks(world, 1)
    world.run_alarms(0)
    (letter,) = letters(world)
    assert (letter.state, letter.message_id) == ("sent", "ses-1")
