"""Is a commit right by the invariants of routing: I1 to I8, I11 and I13?

Each oracle sees the history as it is with the commit taken in, and judges only what it touched.
"""

from chalicelib.model.agent import User
from chalicelib.model.conversation import TRANSITIONS
from chalicelib.routing.group import members
from chalicelib.routing.languages import speaks
from chalicelib.store.items import from_item
from chalicelib.store.operations import Item
from tests.sim.history import OPEN, History, require
from tests.sim.process import SKEW_SECONDS
from tests.sim.table import Commit

FOLLOWING = {
    state.value: {after.value for after in events.values()} for state, events in TRANSITIONS.items()
}
BORN = {"waiting", "assigned", "missed"}


def judge(history: History, commit: Commit) -> None:
    """Every oracle of routing, on one commit."""
    for before, after in commit.conversations:
        _conversation(history, commit, before, after)
    for before, after in commit.agents:
        _load(history, before, after)
    for change in commit.entries:
        for item in filter(None, change):
            _one_place(history, item["conversation"])
    for _before, after in commit.counters:
        length = history.lengths[after["pk"].removeprefix("GROUP#")]
        require(after.get("waiting", 0) == length, "I3", after, length)
    for _before, after in commit.ledgers:
        if "visitor" in after:
            _one_open(history, after)


def _conversation(history: History, commit: Commit, before: Item | None, after: Item) -> None:
    _transition(before, after)
    _place(history, after)
    if _assigned(before, after):
        _assignment(history, commit, before, after)
    for item in filter(None, (before, after)):
        if item.get("agent") is not None:
            _same_load(history, item["agent"])


def _assigned(before: Item | None, after: Item) -> bool:
    was = before is not None and before["state"] == "assigned"
    return after["state"] == "assigned" and not was


def _transition(before: Item | None, after: Item) -> None:
    """I5, I8, I13: only along the table of transitions, one version at a time."""
    if before is None:
        require(after["state"] in BORN and after["version"] == 1, "I5", after)
        return
    if before["state"] == after["state"]:
        same = before.get("agent") == after.get("agent") and before["version"] == after["version"]
        require(same, "I5", "changed without a transition", before, after)
    else:
        require(after["version"] == before["version"] + 1, "I5", before, after)
        closed = before["state"] in ("closed", "missed")
        legal = after["state"] in FOLLOWING[before["state"]]
        require(legal, "I13" if closed else "I5", before, after)
    require(after["waiting_since"] == before["waiting_since"], "I8", before, after)
    requeued = before["state"] == "assigned" and after["state"] == "waiting"
    raised = after["requeues"] - before["requeues"]
    require(raised == int(requeued), "I8", before, after)


def _place(history: History, after: Item) -> None:
    """I3, I4: in one place, and the visitor's pointer follows."""
    held = after.get("agent") is not None
    over = after["state"] not in OPEN
    require(over or held == (after["state"] == "assigned"), "I3", after)
    _one_place(history, after["id"])
    require(len(history.open[after["visitor"]]) <= 1, "I4", history.open[after["visitor"]])


def _one_place(history: History, conversation: str) -> None:
    found = history.conversations.get(conversation)
    require(found is not None, "I3", "an entry of nothing", conversation)
    assert found is not None
    entries = len(history.entries[conversation])
    require(entries == int(found["state"] == "waiting"), "I3", found, entries)


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


def _assignment(history: History, commit: Commit, before: Item | None, after: Item) -> None:
    """I6, I7: to somebody who is there and meant for it, and nobody before them is passed over."""
    agent = history.state_of(after["agent"])
    assert agent is not None
    there = agent["status"] == "available" and "lease_expires_at" in agent
    require(there, "I6", agent)
    last = agent["last_assigned_at"]
    require(agent["lease_expires_at"] > last, "I6", "the lease had run out", agent)
    profile = from_item(User, history.users[after["agent"]])
    require(profile.active and profile.works_on(after["site"]), "I6", profile)
    if commit.by is not None and not commit.by.label.startswith("take"):
        require(speaks(profile.languages, after.get("language")), "I6", profile, after)
    meant = any(
        after["group"] in each.groups
        and members(each.groups[after["group"]], [profile], after["site"])
        for each in history.in_force(after["site"], commit.now - SKEW_SECONDS)
    )
    require(meant, "I6", "not a member", profile, after["group"])
    if before is not None:
        _first_in_line(commit, before, profile)
    elif commit.by is not None:
        counted = commit.by.counters.get(f"GROUP#{after['site']}#{after['group']}", 0)
        require(counted == 0, "I7", "a newcomer passed those who wait", after, counted)


def _first_in_line(commit: Commit, before: Item, profile: User) -> None:
    """I7: by the queue as it was read, nobody eligible stood before."""
    if commit.by is None:
        return
    line = commit.by.queues.get(f"QUEUE#{before['site']}#{before['group']}")
    if line is None:
        return
    mine = _place_in_line(before, before["id"])
    for each in line:
        if _place_in_line(each, each["conversation"]) >= mine:
            continue
        eligible = speaks(profile.languages, each.get("language")) and (
            profile.id not in each.get("offered", ())
        )
        require(not eligible, "I7", "passed over", each, before, profile.id)


def _place_in_line(item: Item, id: str) -> tuple[int, str, str]:
    return (-item["priority"], item["waiting_since"], id)
