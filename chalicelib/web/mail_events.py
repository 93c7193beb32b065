"""AWS tells of mail: what came in, and what became of what went out.

Counted and noted in one line each, by reason: no address, no subject, no word of anybody's.
"""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.errors import NotFound
from chalicelib.services import inbound
from chalicelib.services.ports import Ports

Count = Callable[[str, int], None]


def receive(ports: Ports, event: Mapping[str, Any], count: Count) -> dict[str, str]:
    """A mail lies in the bucket (an event of S3, by way of EventBridge); what became of it."""
    kept = event["detail"]["object"]
    try:
        refusal = inbound.receive(ports, kept["key"], kept["size"])
    except NotFound:
        # Handed over again after it was removed: the days it is kept for are over.
        outcome = "gone"
    else:
        outcome = "received" if refusal is None else f"refused_{refusal}"
    count(f"mail_{outcome}", 1)
    return {"outcome": outcome}
