"""Which part of a list is asked for?"""

from collections.abc import Sequence
from typing import Any

from chalicelib.web import cursors
from chalicelib.web.access import signer
from chalicelib.web.door import Call


def page_of(call: Call, items: Sequence[Any], collection: str) -> dict[str, Any]:
    """One page of a list known whole; the cursor is bound to `collection`, its path."""
    query = call.query()
    limit = cursors.page_size(query.raw("limit", None))
    token = query.raw("cursor", None)
    query.done()
    now = call.ports.now()
    start = 0 if token is None else cursors.decode(signer(), collection, token, now=now)["at"]
    end = start + limit
    following = None
    if end < len(items):
        following = cursors.encode(signer(), collection, {"at": end}, now=now)
    return {"items": list(items[start:end]), "next_cursor": following}
