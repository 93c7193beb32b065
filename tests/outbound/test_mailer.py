"""What SES says of a letter: taken, not now, never, or nothing that we can rely on."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from moto import mock_aws

from chalicelib.outbound import aws
from chalicelib.outbound.mailer import MAY_PASS, NEVER, SesMailer
from chalicelib.services.ports.outward import NotTaken
from tests.aws import REGION, Wire, lost_answer, refused
from tests.letters import letter

NOW = datetime(2026, 11, 23, 11, tzinfo=UTC)
SENDER = "hello@bank.example"
LETTER = letter(NOW, id="l1")


@pytest.fixture(scope="module")
def wire():
    """What the client that production sends with says to SES."""
    with mock_aws():
        wire = Wire(aws.once_client("sesv2", REGION))
        wire.client.create_email_identity(EmailIdentity=SENDER)
        yield wire


@pytest.fixture
def ses(wire):
    wire.unplan()
    wire.forget()
    return wire


def send(ses, sent=LETTER):
    mailer = SesMailer(lambda: ses.client, sender=SENDER, configuration_set="mail")
    return mailer.send(sent, unsubscribe=None)


def test_a_letter_that_is_taken_is_known_by_the_id_that_ses_gave_it(ses):
    first, second = send(ses), send(ses, replace(LETTER, id="l2"))
    assert first and second and first != second
    assert [request["EmailTags"] for request in ses.requests] == [
        [{"Name": "site", "Value": "bank"}, {"Name": "letter", "Value": each}]
        for each in ("l1", "l2")
    ]


@pytest.mark.parametrize("code", sorted(MAY_PASS | NEVER))
def test_what_ses_refuses_was_not_sent_and_may_pass_or_never_will(ses, code):
    ses.plan(refused(code))
    with pytest.raises(NotTaken) as refusal:
        send(ses)
    assert (refusal.value.code, refusal.value.may_pass) == (code, code in MAY_PASS)


def test_of_what_ses_says_besides_nothing_is_concluded(ses):
    ses.plan(refused("SomethingNew"))
    with pytest.raises(ClientError):
        send(ses)


def test_a_letter_whose_answer_was_lost_is_not_sent_again(ses):
    ses.plan(lost_answer)
    with pytest.raises(ReadTimeoutError):
        send(ses)
    assert len(ses.requests) == 1
