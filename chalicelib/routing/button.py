"""What does a button of the page itself show: can somebody be talked to now?

Online when the branch could take one more conversation; busy when it could if its agents held
nothing; offline when nobody is there who speaks the visitor's language.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from chalicelib.routing.elect import Candidate, Reason, consider
from chalicelib.routing.modes import GroupState
from chalicelib.routing.route import available
from chalicelib.routing.rule import Branch


class ButtonState(StrEnum):
    ONLINE = "online"
    BUSY = "busy"
    OFFLINE = "offline"


def button_state(
    branch: Branch,
    states: Mapping[str, GroupState],
    *,
    language: str | None,
    now: datetime,
    open_groups: Collection[str],
) -> ButtonState:
    """The state for a visitor of this language; `states` holds every group of the branch."""
    if available(branch, states, language=language, now=now, open_groups=open_groups):
        return ButtonState.ONLINE
    working = (
        states[target.group]
        for target in branch.targets
        if states[target.group].group.hours is None or target.group in open_groups
    )
    there = (_is_there(each, language, now) for state in working for each in state.candidates)
    return ButtonState.BUSY if any(there) else ButtonState.OFFLINE


def _is_there(agent: Candidate, language: str | None, now: datetime) -> bool:
    """Whether only what they hold keeps an agent from one more conversation."""
    return consider(replace(agent, load=0), language, now) is Reason.ELIGIBLE
