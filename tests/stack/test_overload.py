"""Two hundred visitors, thirty slots, agents who come and go: is everybody served, and in turn?"""

import asyncio
import contextlib
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from tests.stack import sites
from tests.stack.crowd import Caller, Crowd, Given, Worker
from tests.stack.live import Live
from tests.stack.sites import HELP, Place

pytestmark = pytest.mark.stack

VISITORS = 200
SLOTS = 3
TEAMS = {"service": 4, "sales": 4, "both": 2}
SALES = "/sales"
SEED = 20_261_123
# An idle machine needs about a third of this.
BOUND_SECONDS = 360
# An order is claimed for whoever waited visibly this long before another was given away.
SURELY_SECONDS = 5.0


@pytest.fixture
def crowded(live: Live) -> Iterator[Crowd]:
    crowd = Crowd(_crowded_place(live), SEED)
    yield crowd
    crowd.disperse()


def test_everybody_is_served_once_in_turn_and_nobody_holds_too_much(crowded: Crowd) -> None:
    callers, seen = asyncio.run(asyncio.wait_for(_a_busy_hour(crowded), BOUND_SECONDS))
    log = crowded.log
    _report(crowded, seen)

    mine = {caller.conversation for caller in callers}
    assert len(mine) == VISITORS
    assert max(each["conversations"] for shot in seen for each in shot) <= SLOTS
    assert max(log.most_held.values()) <= SLOTS

    ended = _everything(crowded.place)
    assert set(ended) == mine
    assert {each["state"] for each in ended.values()} == {"closed"}
    # An agent who leaves may not hear that the answer on its way has arrived.
    lost = [id for id, number in log.replies.items() if ended[id]["last_number"] < number]
    assert lost == []
    assert Counter(id for id, _agent in log.closed) == Counter(mine)
    assert _shared(crowded) == []
    assert _overtaken(crowded, callers) == []
    after = crowded.place.call("GET", "/agents?limit=100")["items"]
    assert [each["conversations"] for each in after] == [0] * len(after)


async def _a_busy_hour(crowd: Crowd) -> tuple[list[Caller], list[list[dict[str, Any]]]]:
    workers = [Worker(crowd, agent) for agent in crowd.place.agents[2:]]
    for worker in workers:
        await worker.arrive()
    callers = [
        Caller(crowd, f"visitor {number}", SALES if number % 2 else HELP)
        for number in range(VISITORS)
    ]
    seen: list[list[dict[str, Any]]] = []
    around = [
        asyncio.create_task(each)
        for each in (_watching(crowd, seen), _sweeping(crowd), _renewing(workers))
    ]
    await asyncio.gather(*(caller.ask_something() for caller in callers))
    around.append(asyncio.create_task(_leaving(crowd, workers)))
    crowd.work_begins.set()
    ends = [asyncio.create_task(caller.ended.wait()) for caller in callers]
    gathered = asyncio.gather(*ends)
    while not gathered.done():
        await asyncio.wait([gathered], timeout=1)
        for task in around:
            if task.done():
                task.result()
    for task in around:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    await asyncio.gather(*(each.go_home() for each in workers))
    await asyncio.gather(*(each.hang_up() for each in callers))
    return callers, seen


async def _leaving(crowd: Crowd, workers: list[Worker]) -> None:
    """One after the other, agents chosen at random are gone for a while."""
    chance = crowd.chance
    away: dict[str, asyncio.Task[None]] = {}
    while True:
        await asyncio.sleep(chance.uniform(1, 3))
        there = [each for each in workers if each.id not in away or away[each.id].done()]
        for task in away.values():
            if task.done():
                task.result()
        if len(there) <= len(workers) // 2:
            continue
        worker = chance.choice(there)
        pause = chance.uniform(0.5, 4)
        leave = chance.choice([worker.take_a_break, worker.vanish])
        away[worker.id] = asyncio.create_task(leave(pause))


async def _watching(crowd: Crowd, seen: list[list[dict[str, Any]]]) -> None:
    while True:
        page = await crowd.call("GET", "/agents?limit=100")
        seen.append(page["items"])
        await asyncio.sleep(1)


async def _renewing(workers: list[Worker]) -> None:
    while True:
        await asyncio.sleep(20)
        await asyncio.gather(*(worker.renew() for worker in workers))


async def _sweeping(crowd: Crowd) -> None:
    while True:
        await asyncio.sleep(10)
        await crowd.aside(crowd.place.live.sweep)


def _crowded_place(live: Live) -> Place:
    place = sites.opened(live, queue_limit=VISITORS)
    everybody: list[str] = []
    for team, size in TEAMS.items():
        for number in range(size):
            id = f"{place.id}-{team}-agent-{number}"
            place.agents.append(sites.invite(place, id, slots=SLOTS, team=f"{place.id}-{team}"))
            everybody.append(id)
    service = [id for id in everybody if "-sales-" not in id]
    sales = [id for id in everybody if "-service-" not in id]
    place.call("PATCH", "/flows/ask", {"status": "paused"})
    place.call("PATCH", "/groups/service", {"criteria": {}, "members": service})
    group = {"id": "sales", "name": "Sales", "members": sales, "queue_limit": VISITORS}
    place.call("POST", "/groups", group)
    default = {"mode": "escalation", "targets": [{"group": "sales"}]}
    place.call("POST", "/routing-rules", {"id": "sales", "name": "Sales", "default": default})
    targeting = {
        "id": "sales",
        "name": "Sales",
        "campaign": "all",
        "status": "active",
        "priority": 1,
        "when": {"fact": "page.path", "is": "is", "value": SALES},
        "engagement": {"kind": "notification", "notification": "hello"},
        "routing_rule": "sales",
    }
    place.call("POST", "/targeting-rules", targeting)
    for agent in place.agents[2:]:
        assert agent.token
    time.sleep(sites.KEPT_IN_MIND_SECONDS)
    return place


def _everything(place: Place) -> dict[str, dict[str, Any]]:
    found, path = {}, "/conversations?limit=100"
    while True:
        page = place.call("GET", path)
        found.update({each["id"]: each for each in page["items"]})
        if page["next_cursor"] is None:
            return found
        path = f"/conversations?limit=100&cursor={page['next_cursor']}"


def _in_turn(crowd: Crowd) -> dict[str, list[Given]]:
    """To whom each conversation came, one after the other; the same news twice is one."""
    found: dict[str, dict[int, Given]] = defaultdict(dict)
    for each in crowd.log.given:
        found[each.conversation].setdefault(each.version, each)
    return {id: [by[version] for version in sorted(by)] for id, by in found.items()}


def _shared(crowd: Crowd) -> list[str]:
    """Conversations that came to somebody else although their agent had never left."""
    found = []
    for id, turns in _in_turn(crowd).items():
        for before, after in pairwise(turns):
            left = any(agent == before.agent and at < after.heard for agent, at in crowd.log.left)
            if not left:
                found.append(id)
    return found


def _overtaken(crowd: Crowd, callers: list[Caller]) -> list[str]:
    """Who was given away while somebody of the same group had waited longer, visibly."""
    found = []
    turns = _in_turn(crowd)
    waited = {each.conversation: each.queued_at for each in callers if each.queued_at}
    firsts = sorted((turns[id][0] for id in waited), key=lambda each: each.at)
    for place, given in enumerate(firsts):
        for later in firsts[place + 1 :]:
            surely = waited[later.conversation] + SURELY_SECONDS
            ahead = waited[later.conversation] < waited[given.conversation] - SURELY_SECONDS
            if later.group == given.group and ahead and given.at.timestamp() > surely:
                found.append(f"{given.conversation} before {later.conversation}")
    return found


def _report(crowd: Crowd, seen: list[list[dict[str, Any]]]) -> None:
    log = crowd.log
    took = sorted(log.handed_on)
    moved = sum(len(each) - 1 for each in _in_turn(crowd).values())
    sys.stdout.write(
        f"\noverload: {VISITORS} visitors, {len(log.closed)} served, {len(log.left)} departures,"
        f" {moved} moved on, {len(seen)} looks, refused {dict(Counter(log.refused))}\n"
        f"overload: freed to offered {len(took)} times: median {statistics.median(took):.3f} s,"
        f" p95 {took[int(len(took) * 0.95)]:.3f} s, most {took[-1]:.3f} s\n"
    )
