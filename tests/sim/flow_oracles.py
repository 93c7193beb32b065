"""Is a commit or a mail right by the invariants of flows and letters: I24, I25, I27 to I30?"""

from collections import defaultdict

from chalicelib.flows.addresses import address_digest
from chalicelib.model.correspondent import MAILS_WITHIN, MOST_MAILS
from chalicelib.model.letter import Letter, LetterKind
from chalicelib.store import keys
from chalicelib.store.operations import Item
from tests.sim.history import History, moment, require
from tests.sim.table import Commit

DONE = frozenset({"asked", "cancelled", "finished"})


class Mail:
    """What was handed to the mail service, by letter."""

    def __init__(self) -> None:
        self.taken: defaultdict[str, int] = defaultdict(int)
        self.asked: defaultdict[str, int] = defaultdict(int)
        # By digest of the address: when each letter to it was first claimed.
        self.claimed: defaultdict[str, dict[str, float]] = defaultdict(dict)

    def mailed(self, history: History, letter: Letter, *, taken: bool) -> None:
        """I27, I28: once, under a claim that is committed, to an address in the claim."""
        stored = history.table.item(keys.letter(letter.site, letter.id))
        claimed = stored is not None and stored["state"] == "claimed"
        require(claimed, "I27", "sent before the claim", stored)
        assert stored is not None
        require(stored["attempts"] == letter.attempts, "I27", stored, letter)
        require(self.taken[letter.id] == 0, "I27", "sent twice", letter)
        self.taken[letter.id] += int(taken)


def judge(history: History, mail: Mail, commit: Commit) -> None:
    """Every oracle of flows, on one commit."""
    changed = {after["id"]: (before, after) for before, after in commit.conversations}
    for before, after in commit.runs:
        _run(history, mail, commit, before, after, changed)
    for before, after in changed.values():
        _asked(commit, before, after)
    for before, after in commit.letters:
        if after["state"] == "claimed" and before is not None and before["state"] != "claimed":
            _claim(history, mail, commit, before, after)
        if before is not None and after["state"] == "pending" and before["state"] != "pending":
            require(mail.taken[after["id"]] == 0, "I27", "may be sent again", after)


def _run(
    history: History,
    mail: Mail,
    commit: Commit,
    before: Item | None,
    after: Item,
    changed: dict[str, tuple[Item | None, Item]],
) -> None:
    if before is not None and before["state"] in DONE:
        require(before == after, "I30", "a run that was over", before, after)
    if after["state"] == "asked":
        require(after["conversation"] in changed, "I30", after)
        conversation, _now = changed[after["conversation"]]
        assert conversation is not None
        mail.asked[after["conversation"]] += 1
        require(mail.asked[after["conversation"]] == 1, "I24", "asked twice", after)
        known = conversation.get("email") is not None
        require(known == (after["reason"] == "known"), "I24", conversation, after)
        _waited(history, commit, after, conversation)
    if after["state"] == "cancelled":
        waits = history.unanswered.get(after["conversation"])
        require(waits != after["since"], "I26", "cancelled though nobody answered", after)


def _waited(history: History, commit: Commit, run: Item, conversation: Item) -> None:
    """I25: the whole delay has passed, and no person has answered since."""
    waits = history.unanswered.get(run["conversation"])
    require(waits == run["since"], "I25", "somebody had answered", run, waits)
    require(conversation["state"] in ("waiting", "assigned", "snoozed"), "I25", conversation)
    [version] = [
        each
        for _since, each in history.playbooks[run["site"]]
        if each.version == run["playbook_version"]
    ]
    delay = version.flows[run["flow"]].delay_seconds
    asked = next(after for _before, after in commit.messages)
    waited = moment(asked["sent_at"]) - moment(run["since"])
    require(waited >= delay, "I25", "too early", run, waited)


def _asked(commit: Commit, before: Item | None, after: Item) -> None:
    """I24, I30: a conversation is asked by a run that ends in the same write, once."""
    was = before.get("asked_by") if before is not None else None
    now = after.get("asked_by")
    if was == now:
        return
    require(was is None, "I24", "asked again", before, after)
    ends = any(run["state"] == "asked" for _before, run in commit.runs)
    require(ends, "I30", "asked by no run", after)


def _claim(history: History, mail: Mail, commit: Commit, before: Item, after: Item) -> None:
    """I27, I28, I29: from pending, to no suppressed address, and to none too often."""
    require(before["state"] == "pending", "I27", before, after)
    digest = address_digest(after["address"])
    said = history.table.item(keys.suppression(after["site"], digest)) or {}
    require("suppressed" not in said, "I28", after)
    is_asked_for = LetterKind(after["kind"]).is_asked_for
    require(is_asked_for or "unsubscribed_at" not in said, "I28", "unsubscribed", after)
    claims = mail.claimed[digest]
    claims.setdefault(after["id"], commit.now)
    recent = [at for at in claims.values() if commit.now - at < MAILS_WITHIN.total_seconds()]
    require(len(recent) <= MOST_MAILS, "I29", digest, claims)
