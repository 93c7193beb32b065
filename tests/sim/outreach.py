"""How does a seed's site reach out: by which rules, how often, by which flows, how much mail?"""

from datetime import datetime
from random import Random
from typing import Any

from chalicelib.routing.estimate import ENOUGH
from chalicelib.services.ports.estimates import FirstReply
from chalicelib.store.estimates import one_reply
from chalicelib.store.operations import Table
from tests import bank
from tests.world import BANK

DELAYS = (5, 5, 20, 40, 60)
# Whoever is shown something once only is invited again by the rule that comes last.
FREQUENCIES = (
    {"per_visitor": 1},
    {"per_session": 1},
    {"per_session": 2},
    {"per_day": 1},
    {"per_day": 2, "pause_after_dismissal_seconds": 60},
)
ONLY = (
    None,
    None,
    {"fact": "visitor.language", "is": "is", "value": "fr"},
    {"fact": "visitor.email_known", "is": "is", "value": True},
    {"fact": "visit.pages", "is": "gte", "value": 2},
)
CAPS = ({}, {}, {}, {"per_session": 5}, {"per_day": 6}, {"pause_after_dismissal_seconds": 40})


def flows(random: Random, *, edition: int = 1) -> list[dict[str, Any]]:
    """Some flows of both kinds, whose words name them and their edition."""
    asking = [request(random, f"ask{n}", edition) for n in range(random.choice((1, 1, 2, 3)))]
    telling = [telling_of_the_wait(random, f"tell{n}", edition) for n in range(2)]
    return asking + telling[: random.choice((0, 0, 1, 2))]


def request(random: Random, id: str, edition: int) -> dict[str, Any]:
    """An e-mail request: mostly for everybody, at any hour, and active."""
    made = bank.flow(f"{id}.{edition}", random.choice(DELAYS))
    made["acknowledgement"]["enabled"] = random.random() < 0.8
    hours = random.choice((None, None, None, "open", "closed"))
    return {**made, "id": id, "hours": hours, **_meant(random)}


def telling_of_the_wait(random: Random, id: str, edition: int) -> dict[str, Any]:
    return {**bank.estimated_wait(f"{id}.{edition}"), "id": id, **_meant(random)}


def invitations(random: Random) -> list[dict[str, Any]]:
    """The rule that invites everybody for ever, and some before it that are more choosy."""
    [hello] = BANK["targeting_rules"]
    more = [_choosy(random, hello, n) for n in range(random.choice((0, 1, 2, 3)))]
    return [*more, hello]


def capped(random: Random, document: dict[str, Any]) -> dict[str, Any]:
    """How often the whole site may reach out to one visitor."""
    site = {**document["site"], "frequency_cap": random.choice(CAPS)}
    return {**document, "site": site}


def at_midnight(document: dict[str, Any]) -> dict[str, Any]:
    """The same site where a day ends while everybody is there."""
    return {**document, "site": {**document["site"], "time_zone": "Pacific/Auckland"}}


def mailing(random: Random, document: dict[str, Any]) -> dict[str, Any]:
    """How much mail a day, and how soon what was not seen is mailed."""
    site = {
        **document["site"],
        "mail": {"daily_cap": random.choice((5_000, 5_000, 4, 2))},
        "unseen_after_seconds": random.choice((0, 5, 20, 120)),
    }
    return {**document, "site": site}


def waits_are_known(table: Table, now: datetime, seconds: float) -> None:
    """So many were answered this morning that newcomers can be told how long it takes."""
    for hour in (now.hour - 1, now.hour, now.hour + 1):
        for group in ("service", "second"):
            reply = FirstReply(site="bank", group=group, day=now.date(), hour=hour, seconds=seconds)
            for number in range(ENOUGH):
                table.write(one_reply(reply, f"earlier-{number}"))


def _meant(random: Random) -> dict[str, Any]:
    """For whom a flow is meant, whether it is active, and which comes first."""
    return {
        "status": random.choice(("active", "active", "active", "paused")),
        "targeting_rules": random.choice(([], [], [], ["hello"])),
        "routing_rules": random.choice(([], [], [], ["any"])),
        "priority": random.choice((0, 0, 5)),
    }


def _choosy(random: Random, hello: dict[str, Any], number: int) -> dict[str, Any]:
    """A rule that goes before, as often as its frequency allows."""
    made = {
        **hello,
        "id": f"choosy{number}",
        "name": f"choosy {number}",
        "priority": random.choice((1, 2, 2)),
        "status": random.choice(("active", "active", "active", "paused")),
        "frequency": random.choice(FREQUENCIES),
        "hold_out_percent": random.choice((0, 0, 0, 50)),
    }
    when = random.choice(ONLY)
    return made if when is None else {**made, "when": when}
