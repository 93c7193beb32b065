"""What does a flow say of the wait itself: how long it is likely to be, and when it is longer?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chalicelib.flows import criteria
from chalicelib.flows.criteria import Criteria, read_texts
from chalicelib.flows.templates import LONGEST_MESSAGE, VARIABLES, WAIT_VARIABLES, Texts
from chalicelib.model.reading import Fields

MESSAGES: Final = {"estimate": WAIT_VARIABLES, "unknown": VARIABLES, "exceeded": VARIABLES}


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimatedWait:
    """One flow; texts per language, empty where a flow that is not active has none yet.

    `estimate` may mention the minutes, `unknown` serves where too little is known to name them,
    `exceeded` whoever has waited longer than they were told.
    """

    id: str
    name: str
    criteria: Criteria
    estimate: Texts
    unknown: Texts
    exceeded: Texts


def read(fields: Fields, languages: Sequence[str]) -> EstimatedWait:
    """A flow from its fields, in the site's `languages` (first = fallback), or `Invalid`."""
    found = criteria.read(fields)
    messages = fields.object("messages", {})
    texts = {
        name: read_texts(
            messages, name, languages, found.is_active, LONGEST_MESSAGE, variables=variables
        )
        for name, variables in MESSAGES.items()
    }
    messages.done()
    return EstimatedWait(id=fields.identifier(), name=fields.name(), criteria=found, **texts)
