"""Faults have stopped and minutes have passed: has everything come right?

I9, I10 and I26, answers, overflow, silence and snoozes for what is stored, I13 and I18 for what
people see.
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chalicelib.model.agent import User
from chalicelib.model.conversation import MOST_QUEUES
from chalicelib.playbook.playbook import Playbook
from chalicelib.routing.group import members
from chalicelib.routing.languages import speaks
from chalicelib.services.assignment import availability
from chalicelib.store.items import from_item
from chalicelib.store.operations import Item
from tests.sim import flow_schedules
from tests.sim.history import History, moment, require
from tests.sim.visitors import Page

if TYPE_CHECKING:
    from tests.sim.simulation import Simulation

# Long enough for a lease to run out, and for two sweeps after that.
CALM_SECONDS = 240.0
LAST_LOOK_SECONDS = 15.0
# What the sweeper takes for late, and its own pace.
LATE_SECONDS = 100.0
NEVER = "1970-01-01T00:00:00+00:00"


def judge(sim: "Simulation") -> None:
    """Everything that must be so in the end."""
    history, now = sim.history, sim.scheduler.now
    for agent in history.users:
        _absent_hold_nothing(history, agent, now)
    for item in history.conversations.values():
        for judged in OF_A_STATE.get(item["state"], ()):
            judged(history, item, now)
    flow_schedules.judge_in_the_end(history, sim.oracles.flows, now - LATE_SECONDS)
    for page in sim.pages:
        _shows_what_is_stored(history, page)


def _absent_hold_nothing(history: History, agent: str, now: float) -> None:
    """I10: whoever is gone for longer than a lease and a sweep holds nothing."""
    state = history.state_of(agent)
    assert state is not None
    lease = state.get("lease_expires_at")
    gone = lease is None or moment(lease) < now - LATE_SECONDS
    require(not (gone and history.held[agent]), "I10", state, history.held[agent])


def _nobody_is_free(history: History, item: Item, now: float) -> None:
    """I9: nobody waits beside an agent who could answer."""
    playbook = history.in_force(item["site"], now)[-1]
    users = [from_item(User, each) for each in history.users.values()]
    at = datetime.fromtimestamp(now, UTC)
    kept = item.get("kept_for") if moment(item.get("kept_until", NEVER)) > now else None
    for name in (item["group"], *item["overflowed"]):
        group = playbook.groups.get(name)
        if group is None or not availability.takes(playbook, group, at):
            continue
        for user in members(group, users, item["site"]):
            if kept in (None, user.id):
                free = _could_answer(history, item, user, now)
                require(not free, "I9", "waits beside a free agent", item, user)


def _could_answer(history: History, item: Item, user: User, now: float) -> bool:
    state = history.state_of(user.id)
    assert state is not None
    left = history.left[item["id"]].get(user.id)
    return (
        state["status"] == "available"
        and moment(state.get("lease_expires_at", NEVER)) > now
        and len(state["active"]) < state["slots"]
        and speaks(user.languages, item.get("language"))
        and (left is None or state.get("acted_at", "") > left)
    )


def _somebody_answers(history: History, item: Item, now: float) -> None:
    """Whoever writes nothing to somebody who waits does not keep them."""
    asked, assigned = history.unanswered.get(item["id"]), item["assigned_at"]
    if asked is None or history.answered.get(item["id"], "") >= assigned:
        return
    since = max(moment(asked), moment(assigned))
    versions = history.in_force(item["site"], since - LATE_SECONDS)
    limits = [
        group.answer_timeout_seconds
        for group in (each.groups.get(item["group"]) for each in versions)
        if group is not None
    ]
    if limits and all(limits):
        late = now > since + max(limits) + LATE_SECONDS
        require(not late, "answer", "nobody answers", item)


def _has_overflowed(history: History, item: Item, now: float) -> None:
    """Whoever waited long enough in so many queues waits in one more, if there is one."""
    since = moment(item["waiting_since"])
    versions = history.in_force(item["site"], min(since, now) - LATE_SECONDS)
    limits = [_overflow_of(each, item) for each in versions]
    if all(limits):
        longest = max(filter(None, limits)) * (1 + len(item["overflowed"]))
        late = now > max(since + longest, history.queued[item["id"]]) + LATE_SECONDS
        require(not late, "overflow", "nobody else is asked", item, limits)


def _overflow_of(playbook: Playbook, item: Item) -> int | None:
    """After how many seconds in each queue it goes on to the next, by one version; None: never."""
    rule = playbook.routing_rules.get(item["routing_rule"])
    every = () if rule is None else (*rule.branches, rule.default)
    branch = next((each for each in every if each.name == item["branch"]), None)
    queues = {item["group"], *item["overflowed"]}
    if branch is None or len(queues) >= MOST_QUEUES:
        return None
    left = {each.group for each in branch.targets} - queues
    return branch.overflow_after_seconds if left else None


def _is_not_silent(history: History, item: Item, now: float) -> None:
    """Nobody has written for longer than the site allows, and nobody waits for a first answer."""
    id = item["id"]
    if history.unanswered.get(id) is not None and id not in history.answered:
        return
    spoken = moment(history.spoken[id])
    versions = history.in_force(item["site"], spoken - LATE_SECONDS)
    limits = [each.site.close_after_seconds for each in versions]
    if all(limits):
        late = now > spoken + max(filter(None, limits)) + LATE_SECONDS
        require(not late, "silence", "nobody writes, and it is open", item, limits)


def _wakes(history: History, item: Item, now: float) -> None:
    """Whoever sleeps wakes at their time, or when the visitor writes."""
    late = moment(item["snoozed_until"]) < now - LATE_SECONDS
    require(not late, "awake", "sleeps on", item)
    woke = history.asleep.get(item["id"])
    unheard = woke is not None and moment(woke) < now - LATE_SECONDS
    require(not unheard, "awake", "not woken by the visitor", item)


def _shows_what_is_stored(history: History, page: Page) -> None:
    """I13, I18: a page shows exactly what is stored, and nothing it sent is left unanswered."""
    require(not page.outbox, "I13", "words that nobody answers", page.name, page.outbox)
    shown = page.browser.conversation
    if shown is None:
        return
    last = history.conversations[shown]["last_number"]
    stored = {number: history.texts[shown, number] for number in range(1, last + 1)}
    require(page.seen[shown] == stored, "I18", page.name, page.seen[shown], stored)


OF_A_STATE = {
    "waiting": (_nobody_is_free, _has_overflowed, _is_not_silent),
    "assigned": (_somebody_answers, _is_not_silent),
    "snoozed": (_wakes,),
}
