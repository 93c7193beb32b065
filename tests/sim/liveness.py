"""Faults have stopped and minutes have passed: has everything come right?

I9, I10 and I26 for what is stored, I13 and I18 for what people see.
"""

from typing import TYPE_CHECKING

from chalicelib.model.agent import User
from chalicelib.routing.group import members
from chalicelib.routing.languages import speaks
from chalicelib.store.items import from_item
from chalicelib.store.operations import Item
from tests.sim.flow_oracles import moment
from tests.sim.history import History, require
from tests.sim.visitors import Page

if TYPE_CHECKING:
    from tests.sim.simulation import Simulation

# Long enough for a lease to run out, and for two sweeps after that.
CALM_SECONDS = 240.0
LAST_LOOK_SECONDS = 15.0
# What the sweeper takes for late, and its own pace.
LATE_SECONDS = 100.0


def judge(sim: "Simulation") -> None:
    """Everything that must be so in the end."""
    history, now = sim.history, sim.scheduler.now
    for agent in history.users:
        _absent_hold_nothing(history, agent, now)
    for item in history.conversations.values():
        if item["state"] == "waiting":
            _nobody_is_free(history, item, now)
    for item in sim.table.everything("RUN"):
        late = item["state"] == "sleeping" and moment(item["wake_at"]) < now - LATE_SECONDS
        require(not late, "I26", "a run that nobody wakes", item)
    for item in sim.table.everything("LETTER"):
        due = item["state"] == "pending" and moment(item["due_at"]) < now - LATE_SECONDS
        require(not due, "I26", "a letter that nobody sends", item)
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
    for user in members(playbook.groups[item["group"]], users, item["site"]):
        state = history.state_of(user.id)
        assert state is not None
        free = (
            state["status"] == "available"
            and moment(state.get("lease_expires_at", "1970-01-01T00:00:00+00:00")) > now
            and len(state["active"]) < state["slots"]
            and speaks(user.languages, item.get("language"))
        )
        require(not free, "I9", "waits beside a free agent", item, state)


def _shows_what_is_stored(history: History, page: Page) -> None:
    """I13, I18: a page shows exactly what is stored, and nothing it sent is left unanswered."""
    require(not page.outbox, "I13", "words that nobody answers", page.name, page.outbox)
    shown = page.browser.conversation
    if shown is None:
        return
    last = history.conversations[shown]["last_number"]
    stored = {number: history.texts[shown, number] for number in range(1, last + 1)}
    require(page.seen[shown] == stored, "I18", page.name, page.seen[shown], stored)
