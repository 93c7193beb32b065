"""A conversation has been over for as long as its site keeps them: what is left to be erased?

From that moment nobody finds it: the table hides what has expired. Its files, messages, notes and
reasons are taken away here, each conversation by an alarm of its own, so no sweep grows with them.
"""

from chalicelib.services.conversation import attachments
from chalicelib.services.ports import Ports


def ring(ports: Ports) -> int:
    """Have what was left behind erased; how many conversations."""
    outlived = ports.remains.outlived(ports.now())
    for each in outlived:
        ports.alarms.ring("erase", each.site, each.conversation, seconds=0)
    return len(outlived)


def erase(ports: Ports, site: str, conversation: str) -> None:
    """Erase what one conversation has left; before its time, nothing."""
    outlived = ports.remains.of(site, conversation, ports.now())
    if outlived is not None:
        # Files first: afterwards nothing would remind us of them.
        attachments.remove_all(ports, site, conversation)
        ports.remains.erase(outlived)
