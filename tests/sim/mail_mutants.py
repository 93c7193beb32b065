"""Which bugs of mail must be found, and by which invariant?"""

from dataclasses import replace
from hashlib import sha256
from typing import Any

from chalicelib.errors import Conflict
from chalicelib.model.correspondent import Correspondent
from chalicelib.model.letter import LetterEvent, LetterKind, LetterState
from chalicelib.services.mail import postbox
from chalicelib.store import keys, standing
from chalicelib.store import letters as stored_letters
from chalicelib.store.letters import StoredLetters
from chalicelib.store.standing import StoredStanding
from tests.sim.planting import Mutant, lacking, mutant

claim = StoredLetters.claim
claimed = postbox._claimed
cleared = standing.cleared


def sends_again(ports: Any, letter: Any) -> None:
    ports.letters.save(letter, replace(letter, state=LetterState.PENDING))
    ports.alarms.ring("letter", letter.site, letter.id, seconds=0)


def sends_then_claims(ports: Any, before: Any, now: Any) -> Any:
    early = replace(before.after(LetterEvent.CLAIMED), attempts=before.attempts + 1)
    ports.mailer.send(early, unsubscribe=None)
    return claimed(ports, before, now)


def unless_suppressed(self: Any, before: Any, after: Any, clearance: Any) -> None:
    if self._table.get(keys.suppression(before.site, clearance.digest)) is not None:
        raise Conflict("suppressed", "suppressed")
    claim(self, before, after, clearance)


def unless_enough(ports: Any, before: Any, now: Any) -> Any:
    day = ports.standing._table.get(keys.mail_day(before.site, now)) or {}
    cap = ports.playbooks.current(before.site).site.mail.daily_cap
    if before.attempts == 0 and day.get("sent", 0) >= cap:
        postbox._stopped(ports, before, "site_cap", now)
        return None
    return claimed(ports, before, now)


def in_the_end(label: str) -> Any:
    """The claim with one of its parts written whatever holds by then."""

    def made(*given: Any, **named: Any) -> Any:
        parts = cleared(*given, **named)
        return [(replace(each, when=()) if name == label else each, name) for each, name in parts]

    return made


def to_the_letter(address: str) -> str:
    return sha256(address.encode()).hexdigest()[:40]


MAIL: tuple[Mutant, ...] = (
    mutant(
        "a letter is sent unclaimed",
        "I27",
        (StoredLetters, "claim", lambda *_given, **_named: None),
    ),
    mutant("a letter is sent, then claimed", "I27", (postbox, "_claimed", sends_then_claims)),
    mutant("a claim that lapsed is sent again", "I27", (postbox, "repair", sends_again)),
    mutant(
        "the suppression is looked at before the claim, not in it",
        "I28",
        (StoredLetters, "claim", unless_suppressed),
        (stored_letters, "cleared", lacking(cleared, lambda _check, label: label == "suppressed")),
    ),
    mutant("an address in capitals is another", "I28", (postbox, "address_digest", to_the_letter)),
    mutant(
        "whoever unsubscribed is thought to have asked for it",
        "I28",
        (LetterKind, "is_asked_for", property(lambda _self: True)),
    ),
    mutant(
        "nobody remembers what came back", "I28", (StoredStanding, "suppress", lambda *_given: None)
    ),
    mutant(
        "an address is written to as often as one likes",
        "I29",
        (Correspondent, "free_at", lambda _self, _letter, now: now),
    ),
    mutant(
        "what an address has had is looked at before the claim, not in it",
        "I29",
        (stored_letters, "cleared", in_the_end("correspondent_moved")),
    ),
    mutant(
        "the site's cap is looked at before the claim, not in it",
        "I29",
        (postbox, "_claimed", unless_enough),
        (stored_letters, "cleared", in_the_end("site_cap")),
    ),
    mutant(
        "nobody asks the breaker",
        "I29",
        (stored_letters, "cleared", lacking(cleared, lambda _check, label: label == "breaker")),
    ),
    mutant("the breaker never trips", "I29", (StoredStanding, "stop", lambda *_given: None)),
)
