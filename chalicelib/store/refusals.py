"""What does it mean when DynamoDB refuses a request?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

# botocore repeats what is throttled, but gives up at once when transactions collide.
COLLIDED: Final = frozenset(
    {
        "TransactionConflict",
        "TransactionConflictException",
        "TransactionInProgressException",
        # Reasons within a cancelled transaction: there botocore does not see them.
        "ThrottlingError",
        "ProvisionedThroughputExceeded",
    }
)
THROTTLED: Final = frozenset(
    {"ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"}
)
CONDITION: Final = frozenset({"ConditionalCheckFailed", "ConditionalCheckFailedException"})
MISTAKE: Final = frozenset({"ValidationError", "ValidationException"})


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one operation was refused, and the attributes that stood there."""

    code: str
    message: str
    attributes: Mapping[str, Any]


def reasons_of(error: ClientError) -> list[Reason]:
    """One for each operation of the request, in order; the code of a faultless one is `None`."""
    response = error.response
    single = {**response["Error"], "Item": response.get("Item")}
    return [
        Reason(each.get("Code", "None"), each.get("Message", ""), each.get("Item") or {})
        for each in response.get("CancellationReasons") or [single]
    ]


def collided(error: ClientError) -> bool:
    """Whether the same request may well succeed in a moment: no condition spoke against it."""
    codes = {reason.code for reason in reasons_of(error)}
    return bool(codes & COLLIDED) and not codes & (CONDITION | MISTAKE)


def throttled(error: ClientError) -> bool:
    """Whether the table has had too much, after all that botocore tried."""
    return any(reason.code in THROTTLED for reason in reasons_of(error))
