"""Where do ports meet adapters? Here, and only when they are first needed.

Importing this module reads no environment and makes no client: `chalice package` imports the app
with neither.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from chalicelib import settings
from chalicelib.model.notices import Notice
from chalicelib.model.tokens import Kind, Signer
from chalicelib.outbound import aws, clock, journal
from chalicelib.outbound.accounts import CognitoAccounts
from chalicelib.outbound.alarms import AwsAlarms
from chalicelib.outbound.files import S3Files
from chalicelib.outbound.mailbox import S3Mailbox
from chalicelib.outbound.mailer import SesMailer
from chalicelib.outbound.secrets import SsmIdentitySecrets, signing_key
from chalicelib.outbound.sockets import ApiGatewaySockets
from chalicelib.services.ports import Ports
from chalicelib.services.ports.outward import MailDomains
from chalicelib.settings import Settings
from chalicelib.store.conversations import StoredConversations
from chalicelib.store.dynamo import DynamoTable
from chalicelib.store.estimates import StoredEstimates
from chalicelib.store.flow_runs import StoredRuns
from chalicelib.store.followers import StoredFollowers
from chalicelib.store.free_agents import StoredFreeAgents
from chalicelib.store.lanes import StoredLanes
from chalicelib.store.letters import StoredLetters
from chalicelib.store.limits import StoredLimits
from chalicelib.store.operations import Table
from chalicelib.store.papers import StoredPapers
from chalicelib.store.playbooks import StoredPlaybooks
from chalicelib.store.queues import StoredQueues
from chalicelib.store.remains import StoredRemains
from chalicelib.store.requests import StoredRequests
from chalicelib.store.staff import StoredStaff
from chalicelib.store.standing import StoredStanding
from chalicelib.store.surveys import StoredSurveys
from chalicelib.store.tickets import StoredTickets
from chalicelib.store.visitors import StoredVisitors


@cache
def current() -> Settings:
    """This process's settings."""
    return settings.read()


@cache
def signer() -> Signer:
    ours = current()
    key = signing_key(aws.client("ssm", ours.region), ours.secret_parameter, clock.new_secret)
    return Signer(key)


@cache
def table() -> Table:
    ours = current()
    return DynamoTable(
        aws.client("dynamodb", ours.region),
        ours.table,
        now=clock.epoch,
        sleep=clock.sleep,
        random=clock.chance,
        new_id=clock.new_id,
    )


@cache
def ports(word: Callable[[Notice, str | None], str]) -> Ports:
    """Every port with its adapter; `word` is how the web edge words a frame."""
    ours = current()
    journal.logger()
    items = table()
    return Ports(
        playbooks=StoredPlaybooks(items, clock.steady),
        staff=StoredStaff(items, clock.steady),
        visitors=StoredVisitors(items),
        lanes=StoredLanes(items, clock.steady),
        estimates=StoredEstimates(items, clock.steady),
        free_agents=StoredFreeAgents(items),
        queues=StoredQueues(items),
        followers=StoredFollowers(items),
        conversations=StoredConversations(items),
        papers=StoredPapers(items),
        remains=StoredRemains(items),
        runs=StoredRuns(items),
        letters=StoredLetters(items),
        surveys=StoredSurveys(items),
        standing=StoredStanding(items),
        tickets=StoredTickets(items),
        requests=StoredRequests(items),
        limits=StoredLimits(items, clock.epoch),
        sockets=ApiGatewaySockets(
            lambda: aws.push_client(ours.push_endpoint, ours.region),
            word,
            chance=clock.chance,
            sleep=clock.sleep,
        ),
        alarms=AwsAlarms(
            lambda: aws.client("stepfunctions", ours.region),
            lambda: aws.client("sqs", ours.region),
            state_machine=ours.state_machine,
            queue=ours.alarm_queue,
        ),
        mailer=SesMailer(
            lambda: aws.once_client("sesv2", ours.region),
            sender=ours.sender,
            configuration_set=ours.configuration_set,
        ),
        mailbox=S3Mailbox(lambda: aws.client("s3", ours.region), ours.mail_bucket),
        files=S3Files(lambda: aws.signing_client("s3", ours.region), ours.files_bucket),
        mail_domains=MailDomains(
            sender=ours.sender.rpartition("@")[2], replies=ours.reply_domain.lower()
        ),
        accounts=CognitoAccounts(lambda: aws.client("cognito-idp", ours.region), ours.user_pool),
        identity_secrets=SsmIdentitySecrets(
            lambda: aws.client("ssm", ours.region), ours.identity_parameters, clock.steady
        ),
        sign=_sign,
        seal=lambda kind, data: signer().seal(Kind(kind), data),
        now=clock.now,
        new_id=clock.new_id,
        new_secret=clock.new_secret,
        rest_url=ours.rest_url,
        wait_scale=ours.wait_scale,
        starts_per_network=ours.starts_per_network,
    )


def user_pool_keys() -> Mapping[str, Any]:
    """The user pool's public keys; OSError or ValueError when they cannot be read."""
    # Only REST reads tokens; sockets start 19 ms sooner without it.
    from urllib.request import urlopen

    with urlopen(current().keys_url, timeout=3) as answer:
        keys: Mapping[str, Any] = json.load(answer)
        return keys


def note(what: str, **fields: Any) -> None:
    """Write one line about an invocation: ids, counts and codes."""
    journal.line(what, **fields)


def count(name: str, times: int) -> None:
    """Add to a figure that the dashboard and the alarms read."""
    journal.count(name, times)


def steady() -> float:
    return clock.steady()


def _sign(kind: str, claims: Mapping[str, Any]) -> str:
    return signer().sign(Kind(kind), claims, now=clock.now())
