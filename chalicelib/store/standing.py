"""How does a site stand with an address, and with all that it writes to?"""

from datetime import datetime, timedelta

from chalicelib.model.breaker import Figures
from chalicelib.model.correspondent import Correspondent, Suppressed, Suppression
from chalicelib.services.ports.standing import Clearance
from chalicelib.store import keys
from chalicelib.store.items import from_item, to_item
from chalicelib.store.labels import Labelled
from chalicelib.store.operations import (
    Absent,
    AnyOf,
    AtMost,
    Check,
    Delete,
    Equals,
    Less,
    Missing,
    Operation,
    Present,
    Put,
    Table,
    Update,
    WriteConflict,
)

# Longer than anything here is looked back at.
KEPT = timedelta(days=40)
YESTERDAY = timedelta(days=1)


class StoredStanding:
    def __init__(self, table: Table) -> None:
        self._table = table

    def correspondent(self, site: str, digest: str) -> Correspondent:
        item = self._table.get(keys.correspondent(site, digest))
        return from_item(Correspondent, {**(item or {}), "site": site, "digest": digest})

    def save(self, before: Correspondent, after: Correspondent, now: datetime) -> None:
        self._table.write(_moved(before, after, now))

    def suppression(self, site: str, digest: str) -> Suppression:
        return from_item(Suppression, self._table.get(keys.suppression(site, digest)) or {})

    def lift(self, site: str, digest: str) -> None:
        # The correspondent's day of mails stays: a cap is not lifted by asking.
        known = Update(keys.correspondent(site, digest), set={"soft_bounces": {}}, when=Present())
        self._table.write(Delete(keys.suppression(site, digest)))
        self._once(known)

    def suppress(self, site: str, digest: str, reason: Suppressed, at: datetime) -> None:
        said = {"suppressed": reason.value, "suppressed_at": keys.moment(at)}
        self._once(Update(keys.suppression(site, digest), set=said, when=Missing("suppressed")))

    def unsubscribe(self, site: str, digest: str, at: datetime) -> None:
        said = {"unsubscribed_at": keys.moment(at)}
        unsaid = Missing("unsubscribed_at")
        self._once(Update(keys.suppression(site, digest), set=said, when=unsaid))

    def count_once(
        self, site: str, letter: str, news: str, at: datetime, *, bounced: int, complained: int
    ) -> None:
        expires_at = int((at + KEPT).timestamp())
        figures = Update(
            keys.mail_day(site, at),
            set={"expires_at": expires_at},
            add={"bounced": bounced, "complained": complained},
        )
        heard = Put(keys.mail_news(site, letter, news), {"expires_at": expires_at}, Absent())
        try:
            self._table.write(heard, figures)
        except WriteConflict:
            return

    def figures(self, site: str, now: datetime) -> Figures:
        days = [keys.mail_day(site, now), keys.mail_day(site, now - YESTERDAY)]
        found = self._table.get_many(days).values()
        return sum((from_item(Figures, item) for item in found), Figures())

    def stop(self, site: str, until: datetime) -> None:
        open_until = keys.moment(until)
        later = AnyOf((Missing("open_until"), Less("open_until", open_until)))
        self._once(Update(keys.breaker(site), set={"open_until": open_until}, when=later))

    def _once(self, operation: Operation) -> None:
        """Said before is as good as said."""
        try:
            self._table.write(operation)
        except WriteConflict:
            return


def cleared(site: str, conversation: str, clearance: Clearance, *, counts: bool) -> list[Labelled]:
    """What a claim checks and changes beside its letter; `counts` when it is the first claim."""
    now, digest = clearance.now, clearance.digest
    unspoken = Missing("suppressed") if clearance.is_asked_for else Absent()
    labelled: list[Labelled] = [
        (Check(keys.suppression(site, digest), when=unspoken), "suppressed")
    ]
    if clearance.correspondent is not None:
        labelled.append((_moved(*clearance.correspondent, now), "correspondent_moved"))
    if counts:
        labelled.append((_counted(site, clearance), "site_cap"))
    if clearance.daily_cap is not None:
        shut = AnyOf((Missing("open_until"), AtMost("open_until", keys.moment(now))))
        labelled.append((Check(keys.breaker(site), when=shut), "breaker"))
    if clearance.unless_seen:
        unseen = Less("visitor_seen", clearance.unless_seen)
        labelled.append((Check(keys.conversation(site, conversation), when=unseen), "seen"))
    return labelled


def _moved(before: Correspondent, after: Correspondent, now: datetime) -> Operation:
    item = {**to_item(after), "expires_at": int((now + KEPT).timestamp())}
    known = Equals("version", before.version)
    is_new = before.version == 0
    key = keys.correspondent(after.site, after.digest)
    return Put(key, item, when=Absent(expired_at=now.timestamp()) if is_new else known)


def _counted(site: str, clearance: Clearance) -> Operation:
    key = keys.mail_day(site, clearance.now)
    changes = {"expires_at": int((clearance.now + KEPT).timestamp())}
    cap = clearance.daily_cap
    if cap is None:
        return Update(key, set=changes, add={"sent": 1})
    return Update(
        key,
        set=changes,
        add={"sent": 1},
        when=AnyOf((Missing("sent"), Less("sent", cap))),
    )
