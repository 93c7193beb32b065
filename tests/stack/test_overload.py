"""Two hundred visitors, thirty slots, agents who come and go: is everybody served, and in turn?"""

import asyncio
import contextlib
import math
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from statistics import median
from typing import Any

import pytest

from tests.stack import sites, turns
from tests.stack.crowd import Caller, Crowd, Given, Log, Worker
from tests.stack.live import Live
from tests.stack.sites import HELP, Place
from tests.stack.turns import Service

pytestmark = pytest.mark.stack

VISITORS = 200
SLOTS = 3
TEAMS = {"service": 4, "sales": 4, "both": 2}
SALES = "/sales"
SEED = 20_261_123
# An idle machine needs about a quarter of this.
BOUND_SECONDS = 360


@pytest.fixture
def crowded(live: Live) -> Iterator[Crowd]:
    crowd = Crowd(_crowded_place(live), SEED)
    yield crowd
    crowd.disperse()


async def _bounded(crowded: Crowd) -> Any:
    return await asyncio.wait_for(_a_busy_hour(crowded), BOUND_SECONDS)


def test_everybody_is_served_once_in_turn_and_nobody_holds_too_much(crowded: Crowd) -> None:
    # In a thread of its own: after browser tests the main thread has a loop already.
    with ThreadPoolExecutor(1) as apart:
        callers, seen = apart.submit(asyncio.run, _bounded(crowded)).result()
    log = crowded.log
    ended = _everything(crowded.place)
    served = turns.services(ended, _reasons(crowded.place, ended), log.given_back, log.all_asked)
    moved = [*((*each, False) for each in log.left), *((*each, True) for each in log.came)]
    _report(crowded, seen, turns.handed_on(ended.values(), served, moved))

    mine = {caller.conversation for caller in callers}
    assert len(mine) == VISITORS
    assert max(each["conversations"] for shot in seen for each in shot) <= SLOTS
    assert max(log.most_held.values()) <= SLOTS

    assert set(ended) == mine
    assert {each["state"] for each in ended.values()} == {"closed"}
    # An agent who leaves may not hear that the answer on its way has arrived.
    lost = [id for id, number in log.replies.items() if ended[id]["last_number"] < number]
    assert lost == []
    assert Counter(id for id, _agent in log.closed) == Counter(mine)
    assert _shared(crowded) == []
    assert turns.overtaken(served) == []
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
    crowd.log.all_asked = time.time()
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
    # Until everybody has asked nobody is answered: that is no agent's fault.
    patient = {"answer_timeout_seconds": 0}
    place.call("PATCH", "/groups/service", {"criteria": {}, "members": service, **patient})
    group = {"id": "sales", "name": "Sales", "members": sales, "queue_limit": VISITORS, **patient}
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
    for id, holders in _in_turn(crowd).items():
        for before, after in pairwise(holders):
            left = any(agent == before.agent and at < after.heard for agent, at in crowd.log.left)
            if not left:
                found.append(id)
    return found


def _reasons(place: Place, ids: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Why each conversation went where it went, the oldest reason first."""
    return {id: place.call("GET", f"/conversations/{id}/why")["routing"] for id in ids}


def _report(
    crowd: Crowd, seen: list[list[dict[str, Any]]], handed_on: list[tuple[float, Service]]
) -> None:
    log = crowd.log
    moved = sum(len(each) - 1 for each in _in_turn(crowd).values())
    offered = [service.at - since for since, service in handed_on]
    told = [at - since for since, each in handed_on for at in _heard(log, each)]
    sys.stdout.write(
        f"\noverload: {VISITORS} visitors, {len(log.closed)} served, {len(log.left)} departures,"
        f" {moved} moved on, {len(seen)} looks, refused {dict(Counter(log.refused))}\n"
        f"overload: asked in {log.all_asked - log.began:.0f} s,"
        f" served in {time.time() - log.all_asked:.0f} s\n"
        f"overload: freed to offered, by the store: {_spread(offered)}\n"
        f"overload: freed to heard by the agent's page: {_spread(told)}\n"
    )


def _heard(log: Log, service: Service) -> list[float]:
    """When the agent's page heard of it, unless the agent left at that very moment."""
    found = [
        each.heard
        for each in log.given
        if (each.conversation, each.agent) == (service.conversation, service.agent)
        and each.heard >= service.at
    ]
    left = [at for agent, at in log.left if agent == service.agent and at >= service.at]
    first = min(found, default=math.inf)
    return [first] if first < min(left, default=math.inf) else []


def _spread(unsorted: list[float]) -> str:
    took = sorted(unsorted)
    p95 = took[int(len(took) * 0.95)]
    return f"{len(took)} times, median {median(took):.3f} s, p95 {p95:.3f} s, most {took[-1]:.3f} s"
