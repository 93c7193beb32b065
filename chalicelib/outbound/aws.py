"""How does this process reach AWS? One session, each client made when it is first needed.

botocore, not boto3, which would add to every cold start and give nothing that is used here.
"""

from functools import cache
from typing import Any

from botocore.config import Config
from botocore.session import Session, get_session

# Answers must come within API Gateway's 29 s: three tries, and no long silence in any of them.
CONFIG = Config(
    connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3}
)
# What may have been done and cannot be asked about must not be asked for again.
ONCE_CONFIG = CONFIG.merge(Config(retries={"total_max_attempts": 1}))
# What browsers are given to use must be signed as every region accepts it.
SIGNING_CONFIG = CONFIG.merge(Config(signature_version="s3v4"))
# A push is a hint: its own retries are ours, short and jittered.
PUSH_CONFIG = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 1})


@cache
def session() -> Session:
    return get_session()


@cache
def client(service: str, region: str) -> Any:
    """The client of a service; AWS_ENDPOINT_URL, where set, leads elsewhere."""
    return session().create_client(service, region_name=region, config=CONFIG)


@cache
def once_client(service: str, region: str) -> Any:
    """The client of a service that does everything it is asked, however often: no request repeats.

    A mail whose answer was lost would else be sent up to three times.
    """
    return session().create_client(service, region_name=region, config=ONCE_CONFIG)


@cache
def signing_client(service: str, region: str) -> Any:
    """The client of a service that also signs requests for others to send."""
    return session().create_client(service, region_name=region, config=SIGNING_CONFIG)


@cache
def push_client(endpoint: str, region: str) -> Any:
    """The client of one socket stage's connections."""
    return session().create_client(
        "apigatewaymanagementapi", region_name=region, endpoint_url=endpoint, config=PUSH_CONFIG
    )


def code_of(error: Exception) -> str:
    """The code AWS gave for an error, empty when it was not AWS that refused."""
    # A connection that broke has none.
    response = getattr(error, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))
