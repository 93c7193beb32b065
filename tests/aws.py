"""How do tests get an AWS that answers in this process, fails on demand and counts its calls?

moto stands in for AWS. `Wire` sits where a request would leave the process: it counts requests,
and loses or refuses some as planned. moto is not safe under threads, so one lock serialises the
requests of every client that has a wire.
"""

import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from threading import RLock
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError
from botocore.session import Session
from moto import mock_aws
from moto.core.botocore_stubber import MockRawResponse
from moto.core.models import botocore_stubber

from chalicelib.store.dynamo import DynamoTable

REGION = "eu-west-1"
TABLE = "vestibule-test"
ATTEMPTS = 3
RETRIES = {"mode": "standard", "total_max_attempts": ATTEMPTS}
INDEXES = {"listing": ("listing_pk", "listing_sk"), "due": ("due_pk", "due_sk")}
PASSING = (
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "TransactionInProgressException",
)
LOCK = RLock()
HEADERS = {"content-type": "application/x-amz-json-1.0"}

Answer = Callable[[AWSPreparedRequest], AWSResponse]
Fault = Callable[[AWSPreparedRequest, Answer], AWSResponse]


class Wire:
    """The last step of a client's requests: noted, then given to moto or to a planned fault.

    A transaction whose token was seen before is not done again, as DynamoDB would for ten minutes
    and moto would not; clear `tokens` to let that time pass.
    """

    def __init__(self, client: Any) -> None:
        self.client = client
        self.calls: Counter[str] = Counter()
        self.requests: list[dict[str, Any]] = []
        self.tokens: set[str] = set()
        self._faults: list[Fault] = []
        service = client.meta.service_model.service_id.hyphenize()
        # botocore calls every hook, whatever the first one says: moto's would act a second time.
        client.meta.events.unregister("before-send", botocore_stubber)
        client.meta.events.register_first(f"before-send.{service}", self._send)
        if client.meta.config.retries["total_max_attempts"] > 1:
            client.meta.events.register_first(f"needs-retry.{service}", _at_once)

    def plan(self, *faults: Fault) -> None:
        """Let the next requests meet these, one each; the requests after them fare well."""
        self._faults.extend(faults)

    def unplan(self) -> None:
        """Let every request fare well again."""
        self._faults.clear()

    def forget(self) -> None:
        """Note from here on only."""
        self.calls.clear()
        self.requests.clear()

    def _send(self, request: AWSPreparedRequest, event_name: str, **_: Any) -> AWSResponse:
        def answer(asked: AWSPreparedRequest) -> AWSResponse:
            token = _body(asked).get("ClientRequestToken")
            if token in self.tokens:
                return response(asked, 200, {})
            answered = botocore_stubber(event_name, asked)
            assert answered is not None, "moto does not know this address"
            if token is not None and answered.status_code == 200:
                self.tokens.add(token)
            return answered

        with LOCK:
            self.calls[event_name.rpartition(".")[2]] += 1
            self.requests.append(_body(request))
            fault = self._faults.pop(0) if self._faults else well
            return fault(request, answer)


def well(request: AWSPreparedRequest, answer: Answer) -> AWSResponse:
    """No fault: for a request between two faulty ones."""
    return answer(request)


def lost_answer(request: AWSPreparedRequest, answer: Answer) -> AWSResponse:
    """The request is carried out, and its answer never arrives."""
    answer(request)
    raise ReadTimeoutError(endpoint_url=request.url)


def lost_request(request: AWSPreparedRequest, answer: Answer) -> AWSResponse:
    """The request never arrives."""
    raise ReadTimeoutError(endpoint_url=request.url)


def refused(code: str, **more: Any) -> Fault:
    """DynamoDB does nothing and answers with this error."""

    def fault(request: AWSPreparedRequest, answer: Answer) -> AWSResponse:
        body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": code, **more}
        return response(request, 400, body)

    return fault


def cancelled(*codes: str) -> Fault:
    """DynamoDB cancels the transaction, with one reason for each operation."""
    reasons = [{"Code": code, "Message": code} for code in codes]
    return refused("TransactionCanceledException", CancellationReasons=reasons)


def response(request: AWSPreparedRequest, status: int, body: dict[str, Any]) -> AWSResponse:
    """An answer of DynamoDB, as it comes over the wire."""
    return AWSResponse(request.url, status, HEADERS, MockRawResponse(json.dumps(body)))


def client(service: str, **settings: Any) -> Any:
    """A botocore client that never finds real credentials; `settings` are those of its `Config`."""
    config = Config(retries=RETRIES, **settings)
    return _session().create_client(service, region_name=REGION, config=config)


def create_table(dynamodb: Any, name: str = TABLE) -> None:
    """The one table as the template declares it."""
    attributes = ("pk", "sk", *(each for pair in INDEXES.values() for each in pair))
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": a, "AttributeType": "S"} for a in attributes],
        KeySchema=_key_schema("pk", "sk"),
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": _key_schema(*pair),
                "Projection": {"ProjectionType": "ALL"},
            }
            for index, pair in INDEXES.items()
        ],
    )


@contextmanager
def moto_table(now: Callable[[], float]) -> Iterator[tuple[DynamoTable, Wire]]:
    """A fresh table on moto and the wire to it."""
    with mock_aws():
        dynamodb = client("dynamodb", max_pool_connections=20)
        wire = Wire(dynamodb)
        create_table(dynamodb)
        wire.forget()
        yield dynamo_table(dynamodb, now), wire


def dynamodb_at(endpoint: str) -> Any:
    """A client of a DynamoDB that listens at an address of this machine."""
    return _session().create_client("dynamodb", region_name=REGION, endpoint_url=endpoint)


def dynamo_table(
    dynamodb: Any,
    now: Callable[[], float],
    name: str = TABLE,
    sleep: Callable[[float], None] = lambda _seconds: None,
) -> DynamoTable:
    """A table whose retries do not wait, unless `sleep` does."""
    return DynamoTable(
        dynamodb,
        name,
        now=now,
        sleep=sleep,
        random=lambda: 0.5,
        new_id=lambda: uuid.uuid4().hex,
    )


def _body(request: AWSPreparedRequest) -> dict[str, Any]:
    """A JSON request's fields; nothing for the other protocols."""
    try:
        body = json.loads(request.body)
    except (TypeError, ValueError):
        return {}
    return body if isinstance(body, dict) else {}


@cache
def _session() -> Session:
    # One for all clients: reading a service's model takes a tenth of a second.
    session = Session()
    session.set_credentials("testing", "testing")
    return session


def _at_once(
    attempts: int, response: Any, caught_exception: Exception | None, **_: Any
) -> int | None:
    """What is lost or throttled is sent again as often as ever, but without botocore's pause."""
    code = response[1].get("Error", {}).get("Code") if response else None
    again = caught_exception is not None or code in PASSING
    return 0 if again and attempts < ATTEMPTS else None


def _key_schema(pk: str, sk: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": pk, "KeyType": "HASH"},
        {"AttributeName": sk, "KeyType": "RANGE"},
    ]
