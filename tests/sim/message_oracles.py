"""Is a commit, a push or an answer right by the invariants of messages?

I11 and I13 to I17 for what is written and acknowledged, I19 to I21 for who is told what.
"""

from dataclasses import dataclass, field
from typing import Any

from chalicelib.model.notices import (
    Assigned,
    ConversationForStaff,
    ConversationForVisitor,
    EmailInformed,
    EmailRequested,
    MessagePosted,
    Messages,
    Notice,
    QueueChanged,
    Unassigned,
)
from chalicelib.store.operations import Item
from tests.sim.history import History, author_of, require
from tests.sim.scheduler import Invocation
from tests.sim.table import Commit

MARKS = ("visitor_seen", "agent_seen", "agent_wrote", "mailed_number")
FOR_STAFF_ONLY = (Assigned, Unassigned, QueueChanged, ConversationForStaff)


@dataclass(slots=True)
class Words:
    """A message as its sender has it: sent again under the same name until it is acknowledged."""

    client_id: str
    text: str
    starts: bool = False
    # The highest number that was acknowledged to this sender before they first sent this one.
    floor: dict[str, int] = field(default_factory=dict)
    told: tuple[str, int] | None = None

    @property
    def otherwise(self) -> str:
        """Other words, that somebody may send under the same name."""
        return f"not {self.text}"


def judge(history: History, commit: Commit) -> None:
    """Every oracle of messages, on one commit; called before the history takes the messages in."""
    longer = {}
    for before, after in commit.conversations:
        rise = after["last_number"] - (before["last_number"] if before else 0)
        require(rise in (0, 1), "I14", before, after)
        if rise:
            longer[after["id"]] = (before, after)
        _marks(before, after)
    for before, after in commit.messages:
        require(before is None, "I14", "a message is rewritten", before)
        conversation = longer.pop(after["conversation"], None)
        require(conversation is not None, "I14", "a number that was not counted", after)
        if conversation is not None:
            _message(history, after, *conversation)
    require(not longer, "I14", "a number without a message", longer)


def acknowledged(
    history: History, words: Words, sender: tuple[str, str], frame: dict[str, Any]
) -> None:
    """I15, I16, I17: what a sender is told of their message is so, and stays so."""
    conversation, number = frame["conversation"], frame["number"]
    text = history.texts.get((conversation, number))
    require(text == words.text, "I15", frame, text, words)
    name = (conversation, *sender, words.client_id)
    require(history.named.get(name) == number, "I16", frame, history.named.get(name))
    require(words.told in (None, (conversation, number)), "I16", frame, words)
    require(number > words.floor.get(conversation, 0), "I17", frame, words)
    words.told = (conversation, number)
    history.acknowledged.append((conversation, words.client_id, number, words.text))


def otherwise_acknowledged(history: History, words: Words, frame: dict[str, Any]) -> None:
    """I16: other words under a name that is taken are refused; acknowledged is what is stored."""
    text = history.texts.get((frame["conversation"], frame["number"]))
    require(text == words.otherwise, "I16", "acknowledged other words", frame, text, words)


def pushed(
    history: History,
    visitors: set[str] | None,
    agent: str | None,
    notice: Notice,
    by: Invocation | None,
) -> None:
    """I19, I20: only what is committed, only to whoever may read it."""
    if agent is None:
        require(not isinstance(notice, FOR_STAFF_ONLY), "I20", "staff only", notice)
    conversation = conversation_of(notice)
    if conversation is None:
        return
    for number, text in said_by(notice):
        require(history.texts.get((conversation, number)) == text, "I19", notice)
    found = history.conversations.get(conversation)
    require(found is not None, "I19", "nothing is committed of it", notice)
    assert found is not None
    if agent is None:
        require(found["visitor"] in (visitors or ()), "I20", visitors, notice)
    elif not isinstance(notice, Unassigned):
        since = by.looks.get(conversation, 0) if by is not None else 0
        require(history.could_read(conversation, agent, since), "I20", agent, notice)


def conversation_of(notice: Notice) -> str | None:
    if isinstance(notice, Assigned | ConversationForStaff):
        return str(notice.conversation["id"])
    if isinstance(notice, ConversationForVisitor):
        return notice.id
    found = getattr(notice, "conversation", None)
    return found if isinstance(found, str) else None


def said_by(notice: Notice) -> list[tuple[int, str]]:
    """The numbered texts that a notice carries."""
    if isinstance(notice, Messages):
        return [(each.number, each.text) for each in notice.items]
    if isinstance(notice, MessagePosted | EmailRequested | EmailInformed):
        return [(notice.number, notice.text)]
    return []


def _marks(before: Item | None, after: Item) -> None:
    """I21: read marks only rise, and never beyond the last message."""
    for mark in MARKS:
        require(after[mark] <= after["last_number"], "I21", mark, after)
        require(before is None or after[mark] >= before[mark], "I21", mark, before, after)


def _message(history: History, item: Item, before: Item | None, after: Item) -> None:
    """I11, I13, I14, I16: under the next number, once by name, by whoever may write now."""
    require(item["number"] == after["last_number"], "I14", item, after)
    kind, author = author_of(item)
    if item.get("client_id") is not None:
        name = (item["conversation"], kind, author, item["client_id"])
        require(name not in history.named, "I16", item)
    if before is not None:
        require(before["state"] not in ("closed", "missed"), "I13", item, before)
    if kind == "agent" and before is not None:
        role = history.users[author]["role"]
        require(role != "agent" or before.get("agent") == author, "I11", item, before)
    if kind == "visitor":
        require(author == after["visitor"], "I20", "a stranger's words", item)
