"""Is a commit right by the invariants of flows: I24 to I26, I30 and I31?

A run is held to the version of the playbook that it began with, its wait to the messages alone.
"""

from collections import defaultdict
from typing import TypeAlias

from chalicelib.flows.email_request import EmailRequest
from chalicelib.flows.estimated_wait import EstimatedWait
from chalicelib.flows.templates import Texts
from chalicelib.store.operations import Item
from tests.sim.history import OPEN, History, moment, require
from tests.sim.table import Commit

DONE = frozenset({"asked", "cancelled", "finished"})
# How the table finds a run of which nobody may have heard.
UNTOLD = frozenset({"is_untold", "due_pk", "due_sk"})
OF_ALL_ITS_LIFE = ("conversation", "playbook_version", "since", "kind")
# Whoever calls a run off does so by hand.
CALL_OFF = "call off"
EXCEEDED = "exceeded"
Change: TypeAlias = tuple[Item | None, Item]


class Flows:
    """What flows have said so far, by conversation."""

    def __init__(self) -> None:
        # The number of the message that asked.
        self.asked: dict[str, int] = {}
        # Where a page of the visitor was given what a known address is told.
        self.informed: set[str] = set()
        self.told: defaultdict[str, list[str]] = defaultdict(list)


def judge(history: History, flows: Flows, commit: Commit) -> None:
    """Every oracle of flows, on one commit."""
    changed = {after["id"]: (before, after) for before, after in commit.conversations}
    for before, after in commit.runs:
        if before is not None and before["state"] in DONE:
            _over(before, after)
            continue
        _one_step(before, after)
        if after["state"] == "asked":
            _asks(history, flows, commit, after, changed)
        elif after["kind"] == "estimated_wait" and "flow" in after:
            _tells(history, flows, commit, after, changed)
        if after["state"] == "cancelled":
            _cancelled(history, commit, after)
    for before, after in changed.values():
        _said_by_a_run(commit, before, after, "asked_by", "I24")
        _said_by_a_run(commit, before, after, "told_by", "told")


def _over(before: Item, after: Item) -> None:
    """I30: what is over stays as it is, but for the note that it was told."""
    was, became = (
        {name: value for name, value in item.items() if name not in UNTOLD}
        for item in (before, after)
    )
    require(was == became, "I30", "a run that was over", before, after)
    require(not after.get("is_untold"), "I30", "told, and untold", before, after)


def _one_step(before: Item | None, after: Item) -> None:
    """I30, I31: one alarm moves what goes on, by one tick."""
    if before is None:
        require((after["state"], after["tick"]) == ("sleeping", 0), "I30", after)
        return
    same = all(before[name] == after[name] for name in OF_ALL_ITS_LIFE)
    require(same, "I31", "it is another run now", before, after)
    if after["state"] == "sleeping":
        require(after["tick"] == before["tick"] + 1, "I30", before, after)


def _asks(
    history: History, flows: Flows, commit: Commit, run: Item, changed: dict[str, Change]
) -> None:
    """I24, I25: once, by the kind of words that fits, and only whoever has waited long enough."""
    require(run["conversation"] in changed, "I30", run)
    conversation, _after = changed[run["conversation"]]
    assert conversation is not None
    require(run["conversation"] not in flows.asked, "I24", "asked twice", run)
    known = conversation.get("email") is not None
    require(known == (run["reason"] == "known"), "I24", conversation, run)
    waits = history.unanswered.get(run["conversation"])
    require(waits == run["since"], "I25", "somebody had answered", run, waits)
    require(conversation["state"] in OPEN, "I25", conversation)
    found = _flow_of(history, run)
    assert isinstance(found, EmailRequest)
    said = next(after for _before, after in commit.messages)
    flows.asked[run["conversation"]] = said["number"]
    waited = moment(said["sent_at"]) - moment(run["since"])
    require(waited >= found.delay_seconds, "I25", "too early", run, waited)
    _its_words(said, found.messages.information if known else found.messages.request, run)


def _tells(
    history: History, flows: Flows, commit: Commit, run: Item, changed: dict[str, Change]
) -> None:
    """Each sentence once: how long it may take while they queue, that it is longer when it is."""
    said = next((after for _before, after in commit.messages), None)
    if said is None:
        return
    conversation, _after = changed[run["conversation"]]
    assert conversation is not None
    waits = history.unanswered.get(run["conversation"])
    require(waits == run["since"], "told", "somebody had answered", run, waits)
    told = flows.told[run["conversation"]]
    found = _flow_of(history, run)
    assert isinstance(found, EstimatedWait)
    if run.get("reason") == EXCEEDED:
        require(told == ["estimate"], "told", "nobody had named a time", told, run)
        _its_words(said, found.exceeded, run)
        told.append(EXCEEDED)
        return
    require(told == [], "told", "told twice", told, run)
    require(conversation["state"] == "waiting", "told", "they do not queue", conversation)
    is_named = run["state"] == "sleeping"
    _its_words(said, found.estimate if is_named else found.unknown, run)
    told.append("estimate" if is_named else "unknown")


def _cancelled(history: History, commit: Commit, run: Item) -> None:
    """I26: only an answer cancels a run, or somebody by hand."""
    by_hand = commit.by is not None and commit.by.label == CALL_OFF
    waits = history.unanswered.get(run["conversation"])
    require(by_hand or waits != run["since"], "I26", "cancelled though nobody answered", run)


def _said_by_a_run(
    commit: Commit, before: Item | None, after: Item, mark: str, invariant: str
) -> None:
    """I24, I30: a conversation is asked, or told, by a run that moves in the same write, once."""
    was = before.get(mark) if before is not None else None
    now = after.get(mark)
    if was == now:
        return
    require(was is None, invariant, "again", before, after)
    moves = any(was is not None and run.get("flow") == now for was, run in commit.runs)
    require(moves, "I30", "said by no run", after)


def _flow_of(history: History, run: Item) -> EmailRequest | EstimatedWait:
    """I31: the flow that speaks, as the version has it that the run began with."""
    version = history.parsed[run["site"], run["playbook_version"]]
    found = version.flows.get(run["flow"])
    require(found is not None, "I31", "it was not there when the run began", run)
    assert found is not None
    require(found.criteria.is_active, "I31", "it was not active when the run began", run)
    return found


def _its_words(said: Item, texts: Texts, run: Item) -> None:
    """I31: in the words of that version; what is filled in comes after them."""
    begins = tuple(text.partition(" {{")[0] for text in texts.values())
    require(said["text"].startswith(begins), "I31", "other words", said, begins, run)
