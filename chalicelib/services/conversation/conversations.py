"""A visitor begins to talk: which conversation is it, and where does it go?

Create, route and place are one transaction; `follow_up` does what can wait until the visitor has
the answer. An attempt that lost a race (the slot, the queue's last place, the visitor's other tab)
reads again and decides again.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from typing import assert_never

from chalicelib.errors import Conflict
from chalicelib.model.conversation import (
    Author,
    AuthorKind,
    Conversation,
    ConversationState,
    Message,
    Page,
)
from chalicelib.model.flow_run import FlowRun
from chalicelib.model.visit import Visit
from chalicelib.model.visitor import Ledger
from chalicelib.playbook.playbook import Playbook
from chalicelib.routing.record import record
from chalicelib.routing.route import Assign, Enqueue, Unavailable, route
from chalicelib.rules.rule import TargetingRule
from chalicelib.services.assignment import assignments, availability, waits
from chalicelib.services.assignment.availability import Situation
from chalicelib.services.conversation import messages
from chalicelib.services.conversation.start_quotas import start_quotas
from chalicelib.services.engagement import identities
from chalicelib.services.flows import email_requests, estimated_waits
from chalicelib.services.ports import Ports, estimates
from chalicelib.services.ports.limits import Quota
from chalicelib.services.ports.placement import Claim, Listener, Why

ATTEMPTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The first words of a visitor, from an engagement of their pass, and from which network."""

    client_id: str
    text: str
    engagement: str | None = None
    network: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """`number` is None when nobody could take it: the words were not kept."""

    conversation: Conversation
    number: int | None
    position: int | None = None
    estimated_wait_seconds: int | None = None
    runs: tuple[FlowRun, ...] = ()
    duplicate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """What a visitor asks for, beside one look at who could serve them."""

    visit: Visit
    words: Start
    connection: str
    playbook: Playbook
    rule: TargetingRule
    situation: Situation
    now: datetime


def start(ports: Ports, visit: Visit, words: Start, connection: str) -> Started:
    """Begin a conversation, or go on with the open one.

    Conflict `not_engaged` if not invited, RateLimited if too often, Unauthenticated
    `identity_invalid` if unknown to a site that insists.
    """
    playbook = ports.playbooks.current(visit.site)
    identities.require(playbook, visit)
    lost: set[str] = set()
    for attempt in range(ATTEMPTS):
        rule = _engaging_rule(playbook, visit, words)
        now = ports.now()
        facts = availability.routing_facts(playbook, visit, rule.id, rule.campaign, now)
        situation = availability.look(
            ports,
            playbook,
            rule.routing_rule,
            facts,
            now,
            visit.visitor,
            language=visit.page.language or None,
            attempt=attempt,
        )
        if situation.ledger is not None and situation.ledger.open is not None:
            return _go_on(ports, visit, situation.ledger.open, words, connection)
        seen = _Attempt(
            visit=visit,
            words=words,
            connection=connection,
            playbook=playbook,
            rule=rule,
            situation=situation,
            now=now,
        )
        try:
            return _place(ports, seen, lost)
        except Conflict as conflict:
            known = _settled(ports, visit, words, connection, conflict)
            if known is not None:
                return known
    raise Conflict("too many visitors at once; try again", "busy")


def _engaging_rule(playbook: Playbook, visit: Visit, words: Start) -> TargetingRule:
    rule = playbook.targeting_rule(visit.engaged_by)
    if visit.engagement is None or rule is None or words.engagement not in (None, visit.engagement):
        raise Conflict("nobody has invited this visitor to talk", "not_engaged")
    return rule


def _place(ports: Ports, seen: _Attempt, lost: set[str]) -> Started:
    situation, playbook, now = seen.situation, seen.playbook, seen.now
    outcome = route(
        situation.branch,
        situation.groups,
        language=seen.visit.page.language or None,
        now=now,
        open_groups=situation.open_groups,
        previous=situation.previous_agent,
        lost=lost,
        served=situation.served,
    )
    fresh = _fresh(ports, seen)
    why = Why(event="start", at=now, record=record(situation.branch, outcome))
    match outcome:
        case Assign(group=group, agent=agent):
            lost.add(agent)
            claim = assignments.claim_of(situation.members[agent])
            return _begin(ports, seen, fresh.placed_with(agent, group), claim, why)
        case Enqueue(group=group):
            return replace(
                _begin(ports, seen, fresh.queued_in(group), None, why),
                position=situation.groups[group].waiting + 1,
                estimated_wait_seconds=estimates.of_group(ports.estimates, playbook, group, now),
            )
        case Unavailable():
            before = _begun_before(ports, seen.visit, seen.words, seen.connection)
            if before is not None:
                return before
            missed = fresh.missed(now, erased_at=playbook.site.erased_at(now))
            ports.conversations.miss(missed, why, _quotas(ports, seen))
            return Started(conversation=missed, number=None)
        case _:
            assert_never(outcome)


def _fresh(ports: Ports, seen: _Attempt) -> Conversation:
    visit, rule, situation, now = seen.visit, seen.rule, seen.situation, seen.now
    ledger = situation.ledger or Ledger(site=visit.site, visitor=visit.visitor)
    return Conversation(
        id=ports.new_id(),
        site=visit.site,
        visitor=visit.visitor,
        state=ConversationState.WAITING,
        opened_at=now,
        updated_at=now,
        waiting_since=now,
        language=visit.page.language or None,
        targeting_rule=rule.id,
        campaign=rule.campaign,
        routing_rule=rule.routing_rule,
        branch=situation.branch.name,
        engagement=visit.engagement,
        playbook_version=seen.playbook.version,
        ordinal=ledger.conversations + 1,
        email=ledger.email,
        visitor_name=visit.name or None,
        page=Page(url=visit.page.url, title=visit.page.title),
    )


def _begin(
    ports: Ports, seen: _Attempt, placed: Conversation, claim: Claim | None, why: Why
) -> Started:
    playbook, words, now = seen.playbook, seen.words, seen.now
    runs = _runs(ports, playbook, placed)
    author = Author(kind=AuthorKind.VISITOR, id=placed.visitor)
    begun = reduce(Conversation.with_run, runs, placed.with_message(AuthorKind.VISITOR, now))
    conversation = waits.with_due(ports, playbook, begun)
    first = Message(
        conversation=placed.id,
        number=1,
        author=author,
        text=words.text,
        sent_at=now,
        client_id=words.client_id,
    )
    group = playbook.groups[placed.group or ""]
    ports.conversations.start(
        conversation,
        first,
        listener=Listener(connection=seen.connection),
        claim=claim,
        queue_limit=group.queue_limit,
        runs=runs,
        shares=seen.situation.shares,
        why=why,
        quotas=_quotas(ports, seen),
    )
    return Started(conversation=conversation, number=1, runs=runs)


def _quotas(ports: Ports, seen: _Attempt) -> tuple[Quota, ...]:
    return start_quotas(ports, seen.visit, seen.words.network)


def _runs(ports: Ports, playbook: Playbook, placed: Conversation) -> tuple[FlowRun, ...]:
    """What watches the wait that begins with the first words, of each kind at most one."""
    kinds = (email_requests, estimated_waits)
    found = (kind.new_run(ports, playbook, placed, placed.opened_at) for kind in kinds)
    return tuple(filter(None, found))


def _settled(
    ports: Ports, visit: Visit, words: Start, connection: str, conflict: Conflict
) -> Started | None:
    """What a lost race means: somebody else's start of the same words, or a reason to try again."""
    if conflict.code == "started":
        return _begun_before(ports, visit, words, connection)
    if conflict.code == "already_open":
        ledger = ports.visitors.ledger(visit.site, visit.visitor)
        if ledger.open is not None:
            return _go_on(ports, visit, ledger.open, words, connection)
    if conflict.code in ("not_engaged", "rate_limited"):
        raise conflict
    return None


def _begun_before(ports: Ports, visit: Visit, words: Start, connection: str) -> Started | None:
    """The conversation that these very words began, for a page that never heard so."""
    known = ports.conversations.started(visit.site, visit.visitor, words.client_id)
    if known is None:
        return None
    first = ports.conversations.message(visit.site, known, 1)
    if first is None or first.text != words.text:
        raise Conflict("this client_id came with another text", "conflict")
    conversation = ports.conversations.get(visit.site, known)
    if conversation.is_open:
        _follow(ports, conversation, connection)
    return Started(conversation=conversation, number=1, duplicate=True)


def _follow(ports: Ports, conversation: Conversation, connection: str) -> None:
    listener = Listener(connection=connection)
    ports.conversations.listen(conversation, listener, ports.now())


def _go_on(ports: Ports, visit: Visit, open: str, words: Start, connection: str) -> Started:
    """One open conversation per visitor: the words of a second tab join it."""
    before = _begun_before(ports, visit, words, connection)
    if before is not None:
        return before
    author = Author(kind=AuthorKind.VISITOR, id=visit.visitor)
    posted = messages.post(
        ports, visit.site, open, author, words.client_id, words.text, connection=connection
    )
    _follow(ports, posted.conversation, connection)
    return Started(
        conversation=posted.conversation, number=posted.message.number, duplicate=posted.duplicate
    )
