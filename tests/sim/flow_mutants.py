"""Which bugs of flows must be found, and by which invariant?"""

from dataclasses import replace
from typing import Any

from chalicelib.flows import advance
from chalicelib.flows.advance import Finish, Passed, Reason
from chalicelib.services.conversation import messages
from chalicelib.services.flows import email_requests, estimated_waits, flow_runs
from chalicelib.services.mail import letters
from chalicelib.services.waiting import sweep
from chalicelib.store import conversations
from chalicelib.store import flow_runs as stored_runs
from tests.sim.planting import NO_CONDITION, Mutant, mutant

advanced = advance.advance
ask = email_requests._ask
due = advance.due
new_run = email_requests.new_run
run_write = stored_runs.run_write
standing = estimated_waits._standing
waiting = email_requests._waiting
woken = flow_runs.Wake


def run_of_every_wait(ports: Any, playbook: Any, conversation: Any, now: Any) -> Any:
    return new_run(ports, playbook, replace(conversation, asked_by=None), now)


def of_what_is_there_now(ports: Any, wake: Any, decided: Any) -> Any:
    """Decided on what was read, written on what somebody may have written meanwhile."""
    site, id = wake.conversation.site, wake.conversation.id
    present, listeners = ports.conversations.with_audience(site, id)
    return ask(ports, replace(wake, conversation=present, listeners=listeners), decided)


def gives_up_out_of_hours(*given: Any) -> Any:
    decided = advanced(*given)
    out_of_hours = any(why is Passed.HOURS for _flow, why in decided.passed)
    return Finish(Reason.NOTHING_LEFT) if out_of_hours else decided


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
        "an answer at the same instant is overlooked",
        "I25",
        (email_requests, "_ask", of_what_is_there_now),
    ),
    mutant(
        "the wait is cut short",
        "I25",
        (advance, "due", lambda flow, since, wait_scale=1.0: due(flow, since, wait_scale / 2)),
    ),
    mutant("late runs are left asleep", "I26", (sweep, "_alarm_again", lambda *_given: None)),
    mutant(
        "only the first words are waited for", "I26", (messages, "_run_for", lambda *_given: None)
    ),
    mutant(
        "a flow out of its hours ends the run", "I26", (advance, "advance", gives_up_out_of_hours)
    ),
    mutant("whoever has left gets no mail", "I26", (letters, "inform", lambda *_given: None)),
    mutant(
        "a run goes on whatever became of it",
        "I30",
        (conversations, "run_write", unconditional),
        (stored_runs, "run_write", unconditional),
    ),
    mutant(
        "what was called off speaks all the same",
        "I30",
        (stored_runs, "_state", lambda _run: NO_CONDITION),
    ),
    mutant(
        "a run follows the flows as they are edited",
        "I31",
        (flow_runs, "Wake", lambda **found: woken(**{**found, "begun_with": found["playbook"]})),
    ),
    mutant(
        "what was named is named again",
        "told",
        (
            estimated_waits,
            "_standing",
            lambda *given: replace(standing(*given), told_by=None, exceeds_at=None),
        ),
    ),
    mutant(
        "whoever has an agent is told to wait",
        "told",
        (estimated_waits, "_standing", lambda *given: replace(standing(*given), queued=True)),
    ),
)
