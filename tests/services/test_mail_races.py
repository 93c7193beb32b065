"""Many letters, or many senders of one, at the same moment: how many mails leave?"""

import json
from functools import partial

from chalicelib.flows.addresses import address_digest
from chalicelib.model.letter import LetterKind
from chalicelib.model.mail_news import MailNews, NewsKind
from chalicelib.services.mail import postbox, suppressions
from tests import invariants
from tests.letters import due
from tests.services.conftest import Wired


def failures(answers):
    return [error for error in answers if isinstance(error, Exception)]


def test_one_letter_is_sent_once_however_many_are_told_to_send_it(world, at_once):
    world.site()
    letter = due(world)
    send = partial(postbox.send, world.ports, "bank", letter.id)
    assert failures(at_once([send] * 8)) == []
    assert len(world.sent) == 1


def test_eight_letters_to_one_address_at_once_are_three_mails(world, at_once):
    world.site()
    letters = [due(world, f"letter-{number}") for number in range(8)]
    send = [partial(postbox.send, world.ports, "bank", each.id) for each in letters]
    assert failures(at_once(send)) == []
    assert len(world.sent) == 3
    found = [world.ports.letters.get("bank", each.id) for each in letters]
    assert sorted(each.state for each in found) == ["pending"] * 5 + ["sent"] * 3
    assert {each.reason for each in found if each.state == "pending"} == {"address_cap"}


def test_the_site_s_cap_holds_at_once(world, at_once):
    world.site(site={"mail": {"daily_cap": 4}})
    letters = [due(world, f"letter-{n}", address=f"v{n}@example.com") for n in range(8)]
    send = [partial(postbox.send, world.ports, "bank", each.id) for each in letters]
    assert failures(at_once(send)) == []
    assert len(world.sent) == 4
    assert world.ports.standing.figures("bank", world.clock).sent == 4


def test_unsubscribing_at_the_same_moment_is_before_or_after_each_mail(world, at_once):
    world.site()
    # Two: a third would use up the address's day, and the late one be held for that instead.
    letters = [due(world, f"letter-{number}") for number in range(2)]
    digest = address_digest(letters[0].address)
    things = [partial(postbox.send, world.ports, "bank", each.id) for each in letters]
    things.insert(1, partial(suppressions.unsubscribe, world.ports, "bank", digest))
    assert failures(at_once(things)) == []
    found = [world.ports.letters.get("bank", each.id) for each in letters]
    assert len(world.sent) == [each.state for each in found].count("sent")
    assert {each.reason for each in found if each.state != "sent"} <= {"suppressed"}
    # From now on none.
    late = due(world, "late")
    postbox.send(world.ports, "bank", late.id)
    assert world.ports.letters.get("bank", late.id).reason == "suppressed"


def test_news_that_comes_many_times_at_once_counts_once(world, at_once):
    world.site()
    letter = due(world)
    postbox.send(world.ports, "bank", letter.id)
    fields = {"site": "bank", "letter": letter.id, "message_id": "m", "at": world.clock}
    news = MailNews(id="1", kind=NewsKind.BOUNCED, **fields)
    assert failures(at_once([partial(suppressions.hear, world.ports, news)] * 6)) == []
    assert world.ports.standing.figures("bank", world.clock).bounced == 1
    soft = [
        partial(
            suppressions.hear,
            world.ports,
            MailNews(id=f"{number % 3}", kind=NewsKind.SOFT_BOUNCED, **fields),
        )
        for number in range(6)
    ]
    assert failures(at_once(soft)) == []
    digest = address_digest(letter.address)
    assert len(world.ports.standing.correspondent("bank", digest).soft_bounces) == 3


def test_what_is_stored_of_an_address_is_no_address(world):
    world.site()
    postbox.send(world.ports, "bank", due(world).id)
    suppressions.unsubscribe(world.ports, "bank", address_digest("grace@example.com"))
    rows = [
        row for row in invariants.rows(world.table) if row["pk"].startswith(("SUPPRESSED", "MAIL"))
    ]
    assert rows
    assert "grace" not in json.dumps(rows, default=str)


def test_a_claim_is_one_transaction_and_a_mail_four_requests(dynamo: Wired):
    dynamo.site()
    letter = due(dynamo, kind=LetterKind.UNSEEN_REPLY)
    dynamo.ports.playbooks.current("bank")
    dynamo.wire.forget()
    postbox.send(dynamo.ports, "bank", letter.id)
    assert dict(dynamo.wire.calls) == {"GetItem": 2, "TransactWriteItems": 1, "PutItem": 1}
