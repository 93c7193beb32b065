"""Which bugs of flows and mail must be found, and by which invariant?"""

from dataclasses import replace
from typing import Any

from chalicelib.errors import Conflict
from chalicelib.flows import advance
from chalicelib.model.correspondent import Correspondent
from chalicelib.model.letter import LetterState
from chalicelib.services.flows import email_requests
from chalicelib.services.mail import postbox
from chalicelib.services.waiting import sweep
from chalicelib.store import conversations, keys, standing
from chalicelib.store import flow_runs as stored_runs
from chalicelib.store import letters as stored_letters
from chalicelib.store.letters import StoredLetters
from tests.sim.planting import Mutant, lacking, mutant

claim = StoredLetters.claim
cleared = standing.cleared
due = advance.due
new_run = email_requests.new_run
run_write = stored_runs.run_write
waiting = email_requests._waiting


def run_of_every_wait(ports: Any, playbook: Any, conversation: Any, now: Any) -> Any:
    return new_run(ports, playbook, replace(conversation, asked_by=None), now)


def sends_again(ports: Any, letter: Any) -> None:
    ports.letters.save(letter, replace(letter, state=LetterState.PENDING))
    ports.alarms.ring("letter", letter.site, letter.id, seconds=0)


def claims_after_a_look(self: Any, before: Any, claimed: Any, clearance: Any) -> None:
    if self._table.get(keys.suppression(before.site, clearance.digest)) is not None:
        raise Conflict("suppressed", "suppressed")
    claim(self, before, claimed, clearance)


def unconditional(before: Any, later: Any) -> Any:
    return replace(run_write(before, later), when=())


FLOWS: tuple[Mutant, ...] = (
    mutant(
        "a conversation is asked at each wait",
        "I24",
        (email_requests, "new_run", run_of_every_wait),
        (email_requests, "_waiting", lambda *given: replace(waiting(*given), already_asked=False)),
    ),
    mutant(
        "whoever was answered is asked",
        "I25",
        (email_requests, "_waiting", lambda *given: replace(waiting(*given), answered=False)),
    ),
    mutant(
        "the wait is cut short",
        "I25",
        (advance, "due", lambda flow, since, pace=1.0: due(flow, since, pace / 2)),
    ),
    mutant("late runs are left asleep", "I26", (sweep, "_alarm_again", lambda *_given: None)),
    mutant(
        "a letter is sent unclaimed",
        "I27",
        (StoredLetters, "claim", lambda *_given, **_named: None),
    ),
    mutant("a claim that lapsed is sent again", "I27", (postbox, "repair", sends_again)),
    mutant(
        "the suppression is looked at before the claim, not in it",
        "I28",
        (StoredLetters, "claim", claims_after_a_look),
        (stored_letters, "cleared", lacking(cleared, lambda _check, label: label == "suppressed")),
    ),
    mutant(
        "an address is written to as often as one likes",
        "I29",
        (Correspondent, "free_at", lambda _self, _letter, now: now),
    ),
    mutant(
        "a run goes on whatever became of it",
        "I30",
        (conversations, "run_write", unconditional),
        (stored_runs, "run_write", unconditional),
    ),
)
