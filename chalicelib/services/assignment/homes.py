"""In which queue does a conversation belong when the group it came from is gone?

Nobody looks at the queue of a group that is not in the playbook, so nothing may go back to one.
"""

from dataclasses import replace

from chalicelib.model.conversation import Conversation
from chalicelib.playbook.playbook import Playbook


def home(playbook: Playbook, conversation: Conversation) -> str:
    """Its own group; if that was removed, one of its routing rule's, or else any that is there."""
    own = conversation.group or ""
    if own in playbook.groups:
        return own
    rule = playbook.routing_rules.get(conversation.routing_rule or "")
    if rule is not None:
        return rule.default.targets[0].group
    return next(iter(playbook.groups), own)


def at_home(playbook: Playbook, conversation: Conversation) -> Conversation:
    """The conversation in such queues only as somebody looks at, as it is to be stored."""
    group = home(playbook, conversation)
    others = tuple(
        each for each in conversation.overflowed if each in playbook.groups and each != group
    )
    return replace(conversation, group=group, overflowed=others)
