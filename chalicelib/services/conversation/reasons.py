"""Why is this conversation where it is? Every decision about it, in words."""

from collections.abc import Mapping
from typing import Any

from chalicelib.errors import NotFound
from chalicelib.model.agent import User
from chalicelib.model.conversation import Conversation
from chalicelib.playbook.playbook import Playbook
from chalicelib.routing.explain import sentences
from chalicelib.services.conversation import desk
from chalicelib.services.engagement import decisions
from chalicelib.services.ports import Ports


def of(ports: Ports, site: str, conversation: str, user: User) -> dict[str, Any]:
    """Why its visitor was engaged, and why it went where it went, the oldest first."""
    found = desk.read(ports, site, conversation, user)
    playbook = ports.playbooks.current(site)
    people = {each.id: each.shown_name for each in ports.staff.users().values()}
    groups = {group.id: group.name for group in playbook.groups.values()}
    routing = [
        {
            "at": why.at,
            "event": why.event,
            "record": why.record,
            "sentences": sentences(why.event, why.record, people, groups),
        }
        for why in ports.papers.reasons(site, conversation)
    ]
    return {"engagement": _engagement(ports, playbook, found), "routing": routing}


def _engagement(
    ports: Ports, playbook: Playbook, conversation: Conversation
) -> Mapping[str, Any] | None:
    if conversation.engagement is None:
        return None
    try:
        decision = decisions.get(ports, conversation.site, conversation.engagement)
    except NotFound:
        return None
    return {"id": conversation.engagement, **decisions.told(playbook, decision)}
