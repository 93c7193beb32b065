"""Is a letter that is due sent exactly as often as it may be?

It is claimed under a lease, handed to SES, then marked. A claim that lapsed may have been sent, so
it is never sent again.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.errors import Conflict
from chalicelib.flows.addresses import address_key
from chalicelib.model.letter import Letter, LetterEvent, LetterState
from chalicelib.services.outward import NotTaken
from chalicelib.services.ports import Ports

LEASE = timedelta(seconds=60)
FIRST_DEFERRAL_SECONDS = 60
LONGEST_DEFERRAL_SECONDS = 600


def send(ports: Ports, site: str, id: str) -> None:
    """Claim one letter, hand it to SES, mark it; any other caller finds it claimed."""
    before = ports.letters.get(site, id)
    now = ports.now()
    if before.state is not LetterState.PENDING:
        return
    if now >= before.expires_at:
        ports.letters.save(before, before.after(LetterEvent.EXPIRED))
        return
    claimed = replace(
        before.after(LetterEvent.CLAIMED),
        attempts=before.attempts + 1,
        lease_expires_at=now + LEASE,
    )
    try:
        ports.letters.claim(before, claimed, address_key=address_key(before.address))
    except Conflict as conflict:
        if conflict.code == "suppressed":
            refused = before.after(LetterEvent.REFUSED, reason="suppressed")
            ports.letters.save(before, refused)
        return
    try:
        message_id = ports.mailer.send(claimed)
    except NotTaken as refusal:
        _not_taken(ports, claimed, refusal, now)
        return
    sent = claimed.after(LetterEvent.SENT)
    ports.letters.save(claimed, replace(sent, message_id=message_id, lease_expires_at=None))


def repair(ports: Ports, letter: Letter) -> None:
    """What the sweeper does with a letter whose moment has passed."""
    if letter.state is LetterState.CLAIMED:
        ports.letters.save(letter, letter.after(LetterEvent.LAPSED, reason="lease_expired"))
    else:
        ports.alarms.ring("letter", letter.site, letter.id, seconds=0)


def _not_taken(ports: Ports, claimed: Letter, refusal: NotTaken, now: datetime) -> None:
    if not refusal.may_pass:
        ports.letters.save(claimed, claimed.after(LetterEvent.REFUSED, reason=refusal.code))
        return
    wait = min(FIRST_DEFERRAL_SECONDS * 2 ** (claimed.attempts - 1), LONGEST_DEFERRAL_SECONDS)
    later = claimed.after(LetterEvent.DEFERRED, reason=refusal.code)
    due_at = now + timedelta(seconds=wait)
    ports.letters.save(claimed, replace(later, due_at=due_at, lease_expires_at=None))
    ports.alarms.ring("letter", claimed.site, claimed.id, seconds=wait)
