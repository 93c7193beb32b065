"""What does an agent do with a conversation over REST: pass on, put aside, give back, end?"""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.model.agent import User
from chalicelib.model.conversation import Conversation
from chalicelib.model.flow_run import FlowKind
from chalicelib.services.assignment import assignments, handing_back, snoozes, transfers
from chalicelib.services.conversation import closing, desk, notes
from chalicelib.services.ports import Ports
from chalicelib.services.waiting import timers
from tests.sim.flow_oracles import CALL_OFF

if TYPE_CHECKING:
    from tests.sim.simulation import Simulation

Request = Callable[[Ports, User], Any]

RUNS = frozenset(kind.value for kind in FlowKind)
# What an agent does with a conversation they hold, as often as it is named.
WORK = (*["write"] * 10, "read", "typing", "resume", CALL_OFF, *["close"] * 5)
HANDLING = (*WORK, "hand back", "to agent", "to rule", "snooze", "snooze", "tag")


def handled(sim: "Simulation", work: str, conversation: str) -> Request:
    """The request that does this with a conversation."""
    random, site = sim.scheduler.random, sim.site
    match work:
        case "hand back":
            return lambda ports, user: handing_back.hand_back(ports, site, conversation, user)
        case "to agent":
            other = random.choice(sim.agents)
            return lambda ports, user: transfers.to_agent(
                ports, site, conversation, user, other, "look at this"
            )
        case "to rule":
            rule = random.choice(("any", "other"))
            return lambda ports, user: transfers.to_rule(
                ports, site, conversation, user, rule, None
            )
        case "snooze":
            return _snooze(site, conversation, random.choice((10, 30, 90)), random.random() < 0.5)
        case _ if work == CALL_OFF:
            return lambda ports, user: _call_off(ports, site, conversation, user)
        case "tag":
            return lambda ports, user: notes.tag(ports, site, conversation, user, ("vip",))
        case _:
            return lambda ports, user: _close(ports, site, conversation, user)


def take(ports: Ports, site: str, conversation: str, user: User) -> Conversation:
    """As the route does it: whoever may not see it is told so first."""
    desk.read(ports, site, conversation, user)
    return assignments.take(ports, site, conversation, user)


def _snooze(site: str, conversation: str, seconds: float, keep: bool) -> Request:
    def snooze(ports: Ports, user: User) -> Conversation:
        until = ports.now() + timedelta(seconds=seconds)
        return snoozes.snooze(ports, site, conversation, until, keep=keep, by=user)

    return snooze


def _call_off(ports: Ports, site: str, conversation: str, user: User) -> None:
    """The first run that the list of timers shows, if it shows any."""
    found = (each for each in timers.of(ports, site, conversation, user) if each.what in RUNS)
    timer = next(found, None)
    if timer is not None:
        timers.cancel(ports, site, conversation, timer.id, user)


def _close(ports: Ports, site: str, conversation: str, user: User) -> Conversation:
    desk.read(ports, site, conversation, user)
    return closing.close(ports, site, conversation, by=user)
