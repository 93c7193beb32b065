"""Small worlds for the routing tests: everything is available, present and free unless said."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.model.agent import Role, Status, User
from chalicelib.model.hours import ALWAYS
from chalicelib.routing.elect import Candidate, Strategy
from chalicelib.routing.group import Group
from chalicelib.routing.modes import GroupState, Mode
from chalicelib.routing.rule import Branch, Target

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
SITE = "bank"


def a_candidate(id: str, **changes: Any) -> Candidate:
    present: dict[str, Any] = {
        "slots": 3,
        "load": 0,
        "status": Status.AVAILABLE,
        "lease_expires_at": NOW + timedelta(seconds=75),
    }
    return Candidate(id=id, **{**present, **changes})


def minutes_ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def a_user(id: str, **changes: Any) -> User:
    profile: dict[str, Any] = {
        "email": f"{id}@bank.example",
        "role": Role.AGENT,
        "sites": (SITE,),
        "created_at": NOW,
        "updated_at": NOW,
    }
    return User(id=id, **{**profile, **changes})


def a_group(id: str, **changes: Any) -> Group:
    return Group(id=id, **{"name": id.title(), "queue_limit": 0, **changes})


def a_branch(*targets: str | Target, mode: Mode = Mode.ESCALATION) -> Branch:
    named = tuple(Target(each) if isinstance(each, str) else each for each in targets)
    return Branch(name="default", mode=mode, targets=named)


SHORTHAND: dict[str, dict[str, Any]] = {
    "free": {},
    "one_left": {"load": 2},
    "full": {"load": 3},
    "over": {"load": 4},
    "no_slots": {"slots": 0},
    "away": {"status": Status.AWAY},
    "offline": {"status": Status.OFFLINE},
    "expired": {"lease_expires_at": NOW},
    "never_seen": {"lease_expires_at": None},
    "back": {"acted_at": NOW},
}


def drawn(id: str, sketch: str) -> Candidate:
    """A candidate from a sketch such as `one_left:fr,en`."""
    state, _, spoken = sketch.partition(":")
    languages = tuple(spoken.split(",")) if spoken else ()
    return a_candidate(id, languages=languages, **SHORTHAND[state])


def a_state(id: str, sketch: dict[str, Any]) -> GroupState:
    """A group from a case of `cases.json`."""
    waiting = sketch.get("waiting", 0)
    named = {"waiting_languages": frozenset(waiting)} if isinstance(waiting, list) else {}
    group = a_group(
        id,
        queue_limit=sketch.get("limit", 0),
        hours=ALWAYS if sketch.get("hours") else None,
        strategy=Strategy(sketch.get("strategy", "longest_idle")),
    )
    candidates = tuple(drawn(*each) for each in sketch.get("agents", {}).items())
    number = len(waiting) if isinstance(waiting, list) else waiting
    return GroupState(group=group, candidates=candidates, waiting=number, **named)
