"""Is a letter that is due sent exactly as often as it may be?

It is claimed under a lease, handed to SES, then marked. A claim that lapsed may have been sent, so
it is never sent again. Whatever could forbid it is a condition of the claim itself; a letter that
only has to wait keeps its place until it is of no use any more.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from chalicelib.errors import Conflict
from chalicelib.flows.addresses import address_digest
from chalicelib.model.correspondent import Correspondent
from chalicelib.model.letter import Letter, LetterEvent, LetterState
from chalicelib.services.ports import Ports
from chalicelib.services.ports.outward import LONGEST_SHORT_WAIT, NotTaken
from chalicelib.services.ports.standing import Clearance

ATTEMPTS: Final = 12
LEASE: Final = timedelta(seconds=60)
# Clocks differ a little, and an alarm that is too early is not rung again.
EARLY: Final = timedelta(seconds=5)
FIRST_DEFERRAL_SECONDS: Final = 60
LONGEST_DEFERRAL_SECONDS: Final = 600
# The breaker is looked at again this often.
BREAKER_PAUSE: Final = timedelta(hours=1)


def send(ports: Ports, site: str, id: str) -> None:
    """Claim one letter, hand it to SES, mark it; any other caller finds it claimed."""
    before = ports.letters.get(site, id)
    now = ports.now()
    if before.state is not LetterState.PENDING or now < before.due_at - EARLY:
        return
    if now >= before.useless_at:
        ports.letters.save(before, before.after(LetterEvent.EXPIRED))
        return
    claimed = _claimed(ports, before, now)
    if claimed is None:
        return
    try:
        message_id = ports.mailer.send(claimed, unsubscribe=_unsubscribe(ports, claimed))
    except NotTaken as refusal:
        _not_taken(ports, claimed, refusal, now)
        return
    sent = claimed.after(LetterEvent.SENT)
    try:
        ports.letters.save(claimed, replace(sent, message_id=message_id, lease_expires_at=None))
    except Conflict:
        # News of the mail was faster, and has marked it.
        return


def repair(ports: Ports, letter: Letter) -> None:
    """What the sweeper does with a letter whose moment has passed."""
    if letter.state is LetterState.CLAIMED:
        ports.letters.save(letter, letter.after(LetterEvent.LAPSED, reason="lease_expired"))
    else:
        ports.alarms.ring("letter", letter.site, letter.id, seconds=0)


def _claimed(ports: Ports, before: Letter, now: datetime) -> Letter | None:
    """The letter under our lease; None when it is another's, refused, or has to wait."""
    claimed = replace(
        before.after(LetterEvent.CLAIMED),
        attempts=before.attempts + 1,
        lease_expires_at=now + LEASE,
    )
    digest = address_digest(before.address)
    for _attempt in range(ATTEMPTS):
        known = ports.standing.correspondent(before.site, digest)
        free_at = now if known.is_owned(now) else known.free_at(before.id, now)
        if free_at > now:
            _hold(ports, before, free_at, "address_cap")
            return None
        clearance = _clearance(ports, before, known, now)
        try:
            ports.letters.claim(before, claimed, clearance)
        except Conflict as conflict:
            if conflict.code == "correspondent_moved":
                continue
            _stopped(ports, before, conflict.code, now)
            return None
        return claimed
    raise Conflict("the address keeps being written to; try again", "busy")


def _clearance(ports: Ports, letter: Letter, known: Correspondent, now: datetime) -> Clearance:
    """What holds for mail that its reader did not ask for, and for what they did."""
    is_owned = known.is_owned(now)
    site = ports.playbooks.current(letter.site).site
    return Clearance(
        digest=known.digest,
        is_asked_for=letter.kind.is_asked_for,
        correspondent=None if is_owned else (known, known.with_mail(letter.id, now)),
        daily_cap=None if is_owned else site.mail.daily_cap,
        unless_seen=letter.unless_seen,
        now=now,
    )


def _stopped(ports: Ports, before: Letter, reason: str, now: datetime) -> None:
    match reason:
        case "suppressed" | "seen":
            ports.letters.save(before, before.after(LetterEvent.REFUSED, reason=reason))
        case "site_cap":
            midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
            _hold(ports, before, midnight + timedelta(days=1), reason)
        case "breaker":
            _hold(ports, before, now + BREAKER_PAUSE, reason)


def _hold(ports: Ports, before: Letter, until: datetime, reason: str) -> None:
    """Keep it for later; when that is too late, its end is what comes next."""
    due_at = min(until, before.useless_at)
    held = replace(before.after(LetterEvent.HELD, reason=reason), due_at=due_at)
    ports.letters.save(before, held)
    seconds = (due_at - ports.now()).total_seconds()
    if seconds <= LONGEST_SHORT_WAIT:
        ports.alarms.ring("letter", before.site, before.id, seconds=seconds)


def _unsubscribe(ports: Ports, letter: Letter) -> str | None:
    """Where one click ends mail to this address; none for what was asked for."""
    if letter.kind.is_asked_for or not ports.rest_url:
        return None
    claims = {"s": letter.site, "a": address_digest(letter.address)}
    token = ports.sign("unsubscribe", claims)
    return f"{ports.rest_url}/public/sites/{letter.site}/unsubscribe?token={token}"


def _not_taken(ports: Ports, claimed: Letter, refusal: NotTaken, now: datetime) -> None:
    if not refusal.may_pass:
        ports.letters.save(claimed, claimed.after(LetterEvent.REFUSED, reason=refusal.code))
        return
    wait = min(FIRST_DEFERRAL_SECONDS * 2 ** (claimed.attempts - 1), LONGEST_DEFERRAL_SECONDS)
    later = claimed.after(LetterEvent.DEFERRED, reason=refusal.code)
    due_at = now + timedelta(seconds=wait)
    ports.letters.save(claimed, replace(later, due_at=due_at, lease_expires_at=None))
    ports.alarms.ring("letter", claimed.site, claimed.id, seconds=wait)
