"""Is a commit right by the invariants of routing: I1 to I8, I11 and I13?

Each oracle sees the history as it is with the commit taken in, and judges only what it touched.
"""

from datetime import UTC, datetime

from chalicelib.model.agent import User
from chalicelib.model.conversation import TRANSITIONS
from chalicelib.playbook.playbook import Playbook
from chalicelib.routing.group import members
from chalicelib.routing.languages import speaks
from chalicelib.services.assignment import availability
from chalicelib.store.items import from_item
from chalicelib.store.operations import Item, Key
from tests.sim.history import OPEN, History, moment, require
from tests.sim.process import SKEW_SECONDS
from tests.sim.scheduler import Invocation
from tests.sim.table import Commit

FOLLOWING = {
    state.value: {after.value for after in events.values()} for state, events in TRANSITIONS.items()
}
BORN = {"waiting", "assigned", "missed"}
OF_ITS_PLACE = ("state", "agent", "group", "overflowed", "waiting_since", "assigned_at")
# Whoever takes or is handed a conversation knows what they do.
BY_HAND = ("take", "transfer")
LONGEST_STALL = 60.0


def judge(history: History, commit: Commit) -> None:
    """Every oracle of routing, on one commit."""
    events = events_of(commit)
    for before, after in commit.conversations:
        _conversation(history, commit, before, after, events.get(after["id"], ""))
    for before, after in commit.agents:
        _load(history, before, after)
    queues = {after["pk"].replace("GROUP", "QUEUE", 1) for _before, after in commit.counters}
    for change in commit.entries:
        for item in filter(None, change):
            _one_place(history, item["conversation"])
            queues.add(item["pk"])
    for queue in queues:
        _counted(history, queue)
    for _before, after in commit.ledgers:
        if "visitor" in after:
            _one_open(history, after)


def events_of(commit: Commit) -> dict[str, str]:
    """By conversation: what the commit says why it moved."""
    return {item["pk"].rpartition("#")[2]: item["event"] for _before, item in commit.reasons}


def _conversation(
    history: History, commit: Commit, before: Item | None, after: Item, event: str
) -> None:
    if before is None:
        require(after["state"] in BORN and after["version"] == 1, "I5", after)
    else:
        _transition(before, after, event)
    _place(history, after)
    if newly_assigned(before, after):
        _assignment(history, commit, before, after, event)
    for item in filter(None, (before, after)):
        if item.get("agent") is not None:
            _same_load(history, item["agent"])


def newly_assigned(before: Item | None, after: Item) -> bool:
    """Whether it has come to an agent in this commit."""
    if after["state"] != "assigned":
        return False
    return before is None or before.get("agent") != after.get("agent")


def _transition(before: Item, after: Item, event: str) -> None:
    """I5, I8, I13: only along the table of transitions, one version at a time."""
    if before["version"] == after["version"]:
        same = all(before.get(name) == after.get(name) for name in OF_ITS_PLACE)
        require(same, "I5", "changed without a transition", before, after)
        return
    require(after["version"] == before["version"] + 1, "I5", before, after)
    closed = before["state"] in ("closed", "missed")
    legal = after["state"] in FOLLOWING[before["state"]]
    require(legal, "I13" if closed else "I5", before, after)
    _place_kept(before, after, event)
    requeued = before["state"] == "assigned" and after["state"] == "waiting"
    raised = after["requeues"] - before["requeues"]
    require(raised == int(requeued and event != "transfer"), "I8", before, after)


def _place_kept(before: Item, after: Item, event: str) -> None:
    """I8: the place in the queue is that of the first moment, unless it was answered since."""
    allowed = {before["waiting_since"]}
    if before["state"] == "snoozed" and after["state"] == "waiting":
        _woken_place(before, after)
        return
    if event == "transfer" and after["state"] == "waiting" and before["agent_wrote"]:
        # The answer may have come while it was being passed on.
        allowed.add(after["updated_at"])
    require(after["waiting_since"] in allowed, "I8", before, after)


def _woken_place(before: Item, after: Item) -> None:
    """I8: whoever waits for an answer waits since the snooze ended, others from now on."""
    since = after["updated_at"]
    if "unanswered_since" in before:
        since = min(since, before["snoozed_until"])
    # Words that came meanwhile may have ended it a little sooner.
    apart = abs(moment(after["waiting_since"]) - moment(since))
    require(apart <= 2 * SKEW_SECONDS, "I8", before, after)


def _place(history: History, after: Item) -> None:
    """I3, I4: in one place, and the visitor's pointer follows."""
    held = after.get("agent") is not None
    over = after["state"] not in OPEN
    require(over or held == (after["state"] == "assigned"), "I3", after)
    _one_place(history, after["id"])
    require(len(history.open[after["visitor"]]) <= 1, "I4", history.open[after["visitor"]])


def _one_place(history: History, conversation: str) -> None:
    """I3: one entry in each queue it waits in, and no other."""
    found = history.conversations.get(conversation)
    require(found is not None, "I3", "an entry of nothing", conversation)
    assert found is not None
    queues: tuple[str, ...] = ()
    if found["state"] == "waiting":
        queues = (found["group"], *found["overflowed"])
    wanted = sorted(f"QUEUE#{found['site']}#{each}" for each in queues)
    entries = sorted(pk for pk, _sk in history.entries[conversation])
    require(entries == wanted, "I3", found, entries)


def _counted(history: History, queue: str) -> None:
    """I3: the counter of a group is the length of its queue."""
    name = queue.partition("#")[2]
    counter = history.table.item(Key(f"GROUP#{name}", "COUNTER")) or {}
    length = history.lengths[name]
    require(counter.get("waiting", 0) == length, "I3", queue, counter, length)


def _one_open(history: History, ledger: Item) -> None:
    """I4: the pointer names the one open conversation."""
    named = {ledger["open"]} if "open" in ledger else set()
    require(named == history.open[ledger["visitor"]], "I4", ledger, history.open[ledger["visitor"]])


def _load(history: History, before: Item | None, after: Item) -> None:
    """I1: whoever is given more has room for it by the slots in force."""
    had = before["active"] if before is not None else {}
    grew = after["active"].keys() - had.keys()
    require(not grew or len(after["active"]) <= after["slots"], "I1", after)
    _same_load(history, after["agent"])


def _same_load(history: History, agent: str) -> None:
    """I2: what an agent is said to hold is what is assigned to them."""
    state = history.state_of(agent)
    assert state is not None
    require(state["active"].keys() == history.held[agent], "I2", state, history.held[agent])


def _assignment(
    history: History, commit: Commit, before: Item | None, after: Item, event: str
) -> None:
    """I6, I7: to somebody who is there and meant for it, and nobody before them is passed over."""
    agent = history.state_of(after["agent"])
    assert agent is not None
    there = agent["status"] == "available" and "lease_expires_at" in agent
    require(there, "I6", agent)
    last = agent["last_assigned_at"]
    require(agent["lease_expires_at"] > last, "I6", "the lease had run out", agent)
    profile = from_item(User, history.users[after["agent"]])
    require(profile.active and profile.works_on(after["site"]), "I6", profile)
    if event not in BY_HAND:
        require(speaks(profile.languages, after.get("language")), "I6", profile, after)
    meant = any(
        _is_meant(each, after["group"], profile, commit.now, by_hand=event in BY_HAND)
        # Whoever chose by the version before may have been held up since.
        for each in history.in_force(after["site"], commit.now - LONGEST_STALL)
    )
    require(meant, "I6", "not a member, or closed", profile, after["group"])
    if event == "queue" and before is not None:
        if before.get("kept_for") != profile.id:
            _first_in_line(commit, before, after, profile)
    elif before is None and commit.by is not None:
        _newcomer(commit, commit.by, after, profile)


def _is_meant(playbook: Playbook, group: str, profile: User, now: float, *, by_hand: bool) -> bool:
    found = playbook.groups.get(group)
    if found is None or not members(found, [profile], playbook.site.id):
        return False
    # Whoever chose may have been held up since.
    moments = (datetime.fromtimestamp(at, UTC) for at in (now, now - LONGEST_STALL))
    return by_hand or any(availability.takes(playbook, found, each) for each in moments)


def _newcomer(commit: Commit, by: Invocation, after: Item, profile: User) -> None:
    """I7: whoever does not wait passes only those whom this agent could not take."""
    name = f"{after['site']}#{after['group']}"
    counted = by.counters.get(f"GROUP#{name}", 0)
    if counted:
        _at, line = by.queues.get(f"QUEUE#{name}", (0.0, []))
        require(len(line) >= counted, "I7", "a newcomer did not ask who waits", after, counted)
        _first_in_line(commit, after, after, profile)


def _first_in_line(commit: Commit, before: Item, after: Item, profile: User) -> None:
    """I7: by the queue as it was read, nobody eligible stood before."""
    if commit.by is None:
        return
    read = commit.by.queues.get(f"QUEUE#{after['site']}#{after['group']}")
    if read is None:
        return
    at, line = read
    mine = _place_in_line(before, before["id"])
    for each in line:
        if _place_in_line(each, each["conversation"]) >= mine:
            continue
        # One that was kept at that moment, or that its agent had left, is stepped over.
        until = each.get("kept_until")
        kept = until is not None and moment(until) > at - SKEW_SECONDS
        left = profile.id in each["offered_to"]
        eligible = speaks(profile.languages, each.get("language")) and not kept and not left
        require(not eligible, "I7", "passed over", each, before, profile.id)


def _place_in_line(item: Item, id: str) -> tuple[int, str, str]:
    return (-item["priority"], item["waiting_since"], id)
