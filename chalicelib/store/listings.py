"""Which conversations does a site have, a page at a time?"""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.model.conversation import Conversation
from chalicelib.store import keys
from chalicelib.store.items import from_item
from chalicelib.store.operations import Table

# Whoever may see few of very many conversations does not read them all for one page.
MOST_REQUESTS = 100


def page_of(
    table: Table,
    site: str,
    filters: Mapping[str, str],
    readable: Callable[[Conversation], bool],
    *,
    limit: int,
    cursor: Mapping[str, Any] | None,
) -> tuple[tuple[Conversation, ...], Mapping[str, Any] | None]:
    """Open conversations first, then closed ones, newest first.

    A page is short at the end, and where a hundred requests found no more: the cursor goes on.
    """
    found: list[Conversation] = []
    is_open, start = (True, None) if cursor is None else (cursor["open"], cursor["start"])
    for _request in range(MOST_REQUESTS):
        items, start = table.query_page(
            keys.conversations_listing(site, is_open=is_open),
            limit=limit - len(found),
            start=start,
            reverse=True,
            index="listing",
        )
        page = (from_item(Conversation, item) for item in items)
        found += [each for each in page if readable(each) and _matches(each, filters)]
        if start is None:
            if not is_open:
                return tuple(found), None
            is_open = False
        if len(found) >= limit:
            break
    return tuple(found), {"open": is_open, "start": start}


def _matches(conversation: Conversation, filters: Mapping[str, str]) -> bool:
    opened = keys.moment(conversation.opened_at)
    for name, wanted in filters.items():
        if name == "from":
            fits = opened >= wanted
        elif name == "to":
            fits = opened < wanted
        elif name == "tag":
            fits = wanted in conversation.tags
        else:
            fits = getattr(conversation, name) == wanted
        if not fits:
            return False
    return True
