"""Is what happens to a conversation between its first word and its end right?

Who may be offered it again, for whom it is kept, what an alarm may do, and when: whoever does not
answer loses it, whoever sleeps wakes, whoever is silent is closed upon, and no sooner.
"""

from collections.abc import Callable

from chalicelib.playbook.playbook import Playbook
from chalicelib.store.operations import Item
from tests.sim.history import History, moment, require
from tests.sim.process import SKEW_SECONDS
from tests.sim.routing_oracles import LONGEST_STALL, events_of, newly_assigned
from tests.sim.table import Commit

# What the sweeper and the alarms do, by the names of their invocations.
CLOCKWORK = ("alarm wait", "wake", "sweep")
LEFT = ("answer_timeout", "handed_back", "transfer")


def judge(history: History, commit: Commit) -> None:
    """Every oracle of handling, on one commit that the history has taken in."""
    events = events_of(commit)
    for before, after in commit.conversations:
        event = events.get(after["id"], "")
        if newly_assigned(before, after):
            require(event != "", "why", "nobody says why", before, after)
        if before is None:
            continue
        if before["version"] == after["version"]:
            _let_go(commit, before, after)
        else:
            _moved(history, commit, before, after, event)


def _moved(history: History, commit: Commit, before: Item, after: Item, event: str) -> None:
    _still_meant(commit, before, after)
    if event == "queue":
        _may_be_offered(history, before, after)
    elif event == "answer_timeout":
        _did_not_answer(history, commit, before, after)
    elif event == "overflow":
        _waited_long(history, commit, before, after)
    elif after.get("close_reason") == "silence":
        _was_silent(history, commit, before, after)
    elif before["state"] == "snoozed" and after["state"] == "waiting":
        _woke_in_time(history, commit, before, after)
    _remember(history, before, after, event)


def _remember(history: History, before: Item, after: Item, event: str) -> None:
    """Who has left it: until they are chosen by name, or somebody answers."""
    held = before["state"] == "assigned"
    if held and after["state"] == "waiting" and event in LEFT:
        history.left[after["id"]][before["agent"]] = after["updated_at"]
        # Passed on to somebody who has no room yet: they are chosen by name.
        history.left[after["id"]].pop(after.get("kept_for"), None)
    elif event == "transfer" or after["state"] == "snoozed":
        history.left.pop(after["id"], None)


def _let_go(commit: Commit, before: Item, after: Item) -> None:
    """Nobody is waited for any more: not before the time is over."""
    if "kept_until" in before and "kept_until" not in after:
        over = moment(before["kept_until"]) <= commit.now + SKEW_SECONDS
        require(over, "kept", "let go too early", before, after)


def _still_meant(commit: Commit, before: Item, after: Item) -> None:
    """I11: an alarm of an older version moves nothing, but that it serves whoever waits."""
    if commit.by is None or commit.by.woken is None or newly_assigned(before, after):
        return
    conversation, tick = commit.by.woken
    stale = conversation == after["id"] and tick != before["version"]
    require(not stale, "I11", "a stale alarm", commit.by.woken, before, after)


def _may_be_offered(history: History, before: Item, after: Item) -> None:
    """Nobody is offered again what they left, unless they have acted since; others wait."""
    agent = after["agent"]
    left = history.left[after["id"]].get(agent)
    acted = history.acted.get(agent, "")
    require(left is None or acted > left, "offered", left, acted, before, after)
    if before.get("kept_for") is not None and "kept_until" in before:
        kept = before["kept_until"] > after["assigned_at"]
        require(not kept or before["kept_for"] == agent, "kept", before, after)


def _did_not_answer(history: History, commit: Commit, before: Item, after: Item) -> None:
    """Somebody waits, their agent has written nothing, and the whole time has passed."""
    asked, assigned = history.unanswered.get(after["id"]), before["assigned_at"]
    require(asked is not None, "answer", "nobody waits", before)
    assert asked is not None
    wrote = history.answered.get(after["id"], "")
    require(wrote < assigned, "answer", "had answered", wrote, before)

    def limit(playbook: Playbook) -> float | None:
        group = playbook.groups.get(before["group"])
        return group.answer_timeout_seconds if group is not None else None

    _whole(history, commit, after, max(asked, assigned), limit, "answer")


def _waited_long(history: History, commit: Commit, before: Item, after: Item) -> None:
    """It is offered to one more group when its time has come, and leaves none."""
    queues = [before["group"], *before["overflowed"]]
    added = [after["group"], *after["overflowed"]]
    require(added[:-1] == queues and added[-1] not in queues, "overflow", before, after)

    def limit(playbook: Playbook) -> float | None:
        rule = playbook.routing_rules[before["routing_rule"]]
        branch = next(
            (each for each in (*rule.branches, rule.default) if each.name == before["branch"]), None
        )
        if branch is None or branch.overflow_after_seconds is None:
            return None
        return branch.overflow_after_seconds * len(queues)

    _whole(history, commit, after, before["waiting_since"], limit, "overflow")


def _was_silent(history: History, commit: Commit, before: Item, after: Item) -> None:
    """Whoever waits for a first answer is never closed upon; others after the whole time."""
    id = after["id"]
    waits = history.unanswered.get(id) is not None and id not in history.answered
    require(not waits, "silence", "nobody has answered yet", before)
    _whole(
        history,
        commit,
        after,
        history.spoken[id],
        lambda playbook: playbook.site.close_after_seconds,
        "silence",
    )


def _woke_in_time(history: History, commit: Commit, before: Item, after: Item) -> None:
    """Nothing but a person ends a snooze before its time."""
    by_itself = commit.by is not None and commit.by.label in CLOCKWORK
    if by_itself and history.woken.get(after["id"]) is None:
        early = after["updated_at"] < before["snoozed_until"]
        require(not early, "awake", "too early", before, after)


def _whole(
    history: History,
    commit: Commit,
    after: Item,
    since: str,
    limit: Callable[[Playbook], float | None],
    invariant: str,
) -> None:
    """The time has passed that some version in force gave."""
    versions = history.in_force(after["site"], commit.now - LONGEST_STALL)
    shortest = min(filter(None, map(limit, versions)), default=None)
    require(shortest is not None, invariant, "not asked for", after)
    assert shortest is not None
    passed = moment(after["updated_at"]) - moment(since)
    require(passed >= shortest, invariant, "too early", passed, shortest, after)
