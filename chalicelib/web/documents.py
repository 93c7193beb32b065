"""What does the REST interface look like to a program? Run this module, and it says so.

The OpenAPI document is written from the routes themselves, so it cannot say anything else.
"""

import json
import sys
from typing import Any, Final

from chalicelib.web import (
    attachment_routes,
    configuration_routes,
    conversation_routes,
    decision_routes,
    handling_routes,
    mail_routes,
    public_routes,
    staff_routes,
    transfer_routes,
    unsubscribe_routes,
)
from chalicelib.web.openapi import Route, document

VERSION: Final = "1"
ROUTES: Final[tuple[Route, ...]] = (
    *configuration_routes.doors.routes,
    *staff_routes.doors.routes,
    *conversation_routes.doors.routes,
    *attachment_routes.doors.routes,
    *handling_routes.doors.routes,
    *transfer_routes.doors.routes,
    *decision_routes.doors.routes,
    *mail_routes.doors.routes,
    *public_routes.doors.routes,
    *unsubscribe_routes.doors.routes,
)


def rest() -> dict[str, Any]:
    """The OpenAPI document of every route."""
    return document(ROUTES, version=VERSION)


def text(described: dict[str, Any]) -> str:
    """A document as it is committed: one line a value, in the order of the routes."""
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text(rest()))
