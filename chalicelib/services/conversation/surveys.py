"""A visitor judges a conversation that is over: what is kept?"""

from chalicelib.errors import Conflict
from chalicelib.model.conversation import ConversationState
from chalicelib.model.notices import SurveyKept
from chalicelib.model.survey import Judgement
from chalicelib.services.ports import Ports

ATTEMPTS = 5


def rate(ports: Ports, site: str, conversation: str, given: Judgement) -> SurveyKept:
    """Keep what was not answered before; Conflict `conversation_open` before the end."""
    found = ports.conversations.get(site, conversation)
    if found.state is not ConversationState.CLOSED:
        raise Conflict("the conversation is not over", "conversation_open")
    for _attempt in range(ATTEMPTS):
        before = ports.surveys.get(site, conversation)
        after = before.answered(given, ports.now())
        try:
            if after is not before:
                ports.surveys.save(site, before, after)
        except Conflict:
            continue
        return SurveyKept(
            conversation=conversation, csat=after.csat, nps=after.nps, comment=after.comment
        )
    raise Conflict("too many answers at once; try again", "busy")
