"""Which kinds of automated flows are there, and how is each of them read?"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from chalicelib.flows import email_request, estimated_wait
from chalicelib.flows.email_request import EmailRequest
from chalicelib.flows.estimated_wait import EstimatedWait
from chalicelib.model.flow_run import FlowKind
from chalicelib.model.reading import Fields

Flow: TypeAlias = EmailRequest | EstimatedWait

READERS: Final[Mapping[FlowKind, Callable[[Fields, Sequence[str]], Flow]]] = {
    FlowKind.EMAIL_REQUEST: email_request.read,
    FlowKind.ESTIMATED_WAIT: estimated_wait.read,
}


def parse(document: object, path: str, languages: Sequence[str]) -> Flow:
    """A flow from its JSON, in the site's `languages` (first = fallback), or `Invalid`."""
    fields = Fields(document, path)
    flow = READERS[fields.word("kind", FlowKind)](fields, languages)
    fields.done()
    return flow
