"""Is a mail right: claimed before it goes, sent once, and to nobody who is not to be written to?

I27 to I29, from what the mail service was given, from what its readers said, and from the claims.
"""

from collections import defaultdict
from datetime import datetime, timedelta

from chalicelib.flows.addresses import address_digest
from chalicelib.model import breaker
from chalicelib.model.breaker import Figures
from chalicelib.model.correspondent import ANSWER_COUNTS_FOR, MAILS_WITHIN, MOST_MAILS
from chalicelib.model.letter import Letter
from chalicelib.model.mail_news import MailNews, NewsKind
from chalicelib.services.mail.postbox import LEASE
from chalicelib.store import keys
from chalicelib.store.operations import Item
from tests.sim.history import History, require
from tests.sim.routing_oracles import LONGEST_STALL
from tests.sim.table import Commit

COUNTED = {NewsKind.BOUNCED, NewsKind.COMPLAINED}
MOST_SOFT_BOUNCES = 3
ASKED_FOR = frozenset({"transcript", "closed"})


class Mail:
    """What was handed to the mail service, by letter, and what came back of it."""

    def __init__(self) -> None:
        self.taken: defaultdict[str, int] = defaultdict(int)
        # By digest of the address: when each letter to it was first claimed, by the claimer.
        self.claimed: defaultdict[str, dict[str, datetime]] = defaultdict(dict)
        # By site and day (UTC): how many letters were first claimed.
        self.counted: defaultdict[tuple[str, str], int] = defaultdict(int)
        # Addresses as readers have them: nothing at all goes there, or nothing unasked.
        self.suppressed: set[str] = set()
        self.unsubscribed: set[str] = set()
        self._soft: defaultdict[str, set[str]] = defaultdict(set)
        self._back: defaultdict[tuple[str, str, NewsKind], set[str]] = defaultdict(set)

    def mailed(self, history: History, letter: Letter, *, taken: bool) -> None:
        """I27, I28: once, under a claim that is committed, to the address in the claim."""
        stored = history.table.item(keys.letter(letter.site, letter.id))
        claimed = stored is not None and stored["state"] == "claimed"
        require(claimed, "I27", "sent before the claim", stored)
        assert stored is not None
        require(stored["attempts"] == letter.attempts, "I27", stored, letter)
        require(stored["address"] == letter.address, "I28", "to another", stored, letter)
        require(self.taken[letter.id] == 0, "I27", "sent twice", letter)
        self.taken[letter.id] += int(taken)

    def unwelcome(self, address: str) -> None:
        """A reader's wish is stored: from now on it holds, however the address is spelt."""
        self.unsubscribed.add(_spelt(address))

    def heard(self, history: History, news: MailNews) -> None:
        """News of a mail was taken in: what follows from it is stored."""
        letter = history.table.item(keys.letter(news.site, news.letter))
        assert letter is not None
        address = _spelt(letter["address"])
        if news.kind in COUNTED:
            self.suppressed.add(address)
            self._back[news.site, _day(news.at), news.kind].add(news.id)
            self._trips(history, news)
        elif news.kind is NewsKind.SOFT_BOUNCED:
            self._soft[address].add(news.id)
            if len(self._soft[address]) >= MOST_SOFT_BOUNCES:
                self.suppressed.add(address)

    def _trips(self, history: History, news: MailNews) -> None:
        """I29: once too much has come back, the breaker is open."""
        day = _day(news.at)
        figures = Figures(
            # As many as there can have been: whoever counted may not have seen the latest.
            sent=self.counted[news.site, day] + 1,
            bounced=len(self._back[news.site, day, NewsKind.BOUNCED]),
            complained=len(self._back[news.site, day, NewsKind.COMPLAINED]),
        )
        said = history.table.item(keys.breaker(news.site)) or {}
        open = said.get("open_until", "") > keys.moment(news.at)
        require(open or not breaker.trips(figures), "I29", "it did not trip", figures, said)


def judge(history: History, mail: Mail, commit: Commit) -> None:
    """Every oracle of letters, on one commit."""
    for before, after in commit.letters:
        if before is None:
            continue
        if after["state"] == "claimed" and before["state"] != "claimed":
            _claim(history, mail, commit, before, after)
        if after["state"] == "pending" and before["state"] != "pending":
            require(mail.taken[after["id"]] == 0, "I27", "may be sent again", after)


def _claim(history: History, mail: Mail, commit: Commit, before: Item, after: Item) -> None:
    """I27, I28: from pending, and to nobody who wants or can take no such mail."""
    require(before["state"] == "pending", "I27", before, after)
    digest = address_digest(after["address"])
    said = history.table.item(keys.suppression(after["site"], digest)) or {}
    address = _spelt(after["address"])
    gone = "suppressed" in said or address in mail.suppressed
    require(not gone, "I28", "suppressed", after)
    unsubscribed = "unsubscribed_at" in said or address in mail.unsubscribed
    require(after["kind"] in ASKED_FOR or not unsubscribed, "I28", "unsubscribed", after)
    _caps(history, mail, commit, after, digest)


def _caps(history: History, mail: Mail, commit: Commit, after: Item, digest: str) -> None:
    """I29: three a day to an address, so many a day of a site, none while the breaker is open.

    Whoever has written to us lately may be written to.
    """
    now = datetime.fromisoformat(after["lease_expires_at"]) - LEASE
    is_first = after["id"] not in mail.claimed[digest]
    day = after["site"], _day(now)
    mail.counted[day] += int(is_first)
    if _is_owned(history, after["site"], digest, now):
        mail.claimed[digest].setdefault(after["id"], now)
        return
    others = [at for id, at in mail.claimed[digest].items() if id != after["id"]]
    recent = [at for at in others if now - at < MAILS_WITHIN]
    require(len(recent) < MOST_MAILS, "I29", "too often", digest, recent, after)
    mail.claimed[digest].setdefault(after["id"], now)
    if is_first:
        versions = history.in_force(after["site"], commit.now - LONGEST_STALL)
        cap = max(each.site.mail.daily_cap for each in versions)
        require(mail.counted[day] <= cap, "I29", "the site's cap", cap, after)
    said = history.table.item(keys.breaker(after["site"])) or {}
    shut = said.get("open_until", "") > keys.moment(now)
    require(not shut, "I29", "the breaker is open", said, after)


def _is_owned(history: History, site: str, digest: str, now: datetime) -> bool:
    known = history.table.item(keys.correspondent(site, digest)) or {}
    answered = known.get("answered_at")
    # Whoever decided may have read it before the answer, never after.
    return answered is not None and now - datetime.fromisoformat(answered) < (
        ANSWER_COUNTS_FOR + timedelta(seconds=LONGEST_STALL)
    )


def _spelt(address: str) -> str:
    """One spelling of all that name the same mailbox."""
    return address.casefold()


def _day(at: datetime) -> str:
    return at.date().isoformat()
