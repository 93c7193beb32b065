"""Which documents follow from the code alone, and what stands in them?"""

import json
from collections.abc import Callable, Mapping
from typing import Final

from docs.generate import asyncapi, pages


def _socket() -> str:
    return json.dumps(asyncapi.document(), indent=2, ensure_ascii=False) + "\n"


# Each generated file, by its path under `docs/`, and what writes its text.
DOCUMENTS: Final[Mapping[str, Callable[[], str]]] = {
    "generated/facts.md": pages.facts,
    "generated/operators.md": pages.operators,
    "generated/transitions.md": pages.transitions,
    "generated/notices.md": pages.notices,
    "generated/actions.md": pages.actions,
    "generated/requests.md": pages.requests,
    "generated/costs.md": pages.costs,
    "asyncapi.json": _socket,
}
