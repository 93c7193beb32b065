"""Whoever has a conversation gives it to somebody else: to an agent, or to a routing rule.

It is allowed when nobody is free: then it waits, for that agent first, or in the rule's first
group that is open, whatever the limit of its queue. A comment becomes a note for the staff, in the
same transaction. Of several who act on one conversation at once one wins, and the others are told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.errors import Conflict, Invalid
from chalicelib.model import moves
from chalicelib.model.agent import User
from chalicelib.model.conversation import Conversation, ConversationState
from chalicelib.model.note import Note
from chalicelib.model.notices import Unassigned
from chalicelib.model.visit import PageView, Visit
from chalicelib.playbook.playbook import Playbook
from chalicelib.routing.record import record
from chalicelib.routing.route import Assign, Availability, Enqueue, Outcome, Unavailable, route
from chalicelib.rules.facts import Facts
from chalicelib.services import audience, rights
from chalicelib.services.assignment import assignments, availability, places, waits
from chalicelib.services.ports import Ports
from chalicelib.services.ports.placement import Claim, Listener, Why

ATTEMPTS = 8
TRANSFERRED = "transferred"
CLOSED = Availability.CLOSED
# Whoever gives it away does not get it, even if by another clock they have acted since.
FOR_GOOD = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a transfer starts from: the conversation as it was read, who acts, and their comment."""

    ports: Ports
    playbook: Playbook
    before: Conversation
    listeners: tuple[Listener, ...]
    user: User
    note: Note | None
    now: datetime

    def move(self, after: Conversation, claim: Claim | None, reasons: Mapping[str, Any]) -> None:
        """Write it with its reasons, then tell everybody; Conflict, and nothing is done."""
        by_hand = self.before.agent == self.user.id
        why = Why(event="transfer", at=self.now, record={**reasons, "by": self.user.id})
        after = waits.with_due(self.ports, self.playbook, after)
        if after.agent is not None:
            # The visitor may write before this is stored.
            due_at = waits.due_once_given(self.ports, self.playbook, after.group or "", self.now)
            after = replace(after, due_at=due_at)
        self.ports.conversations.move(
            self.before,
            after,
            claim=claim,
            acted_at=self.now if by_hand else None,
            why=why,
            note=self.note,
        )
        _tell(self, after)


def to_agent(
    ports: Ports, site: str, conversation: str, user: User, agent: str, comment: str | None
) -> Conversation:
    """Give it to an agent, or let it wait for them; Invalid for one who could never have it."""
    ground = _ground(ports, site, conversation, user, comment)
    playbook, before, now = ground.playbook, ground.before, ground.now
    target = _colleague(ports, before, agent)
    groups = list(availability.groups_of(playbook, target))
    if not groups or not target.slots:
        raise Invalid("agent", f"{agent!r} takes no conversations of this site", "not_listed")
    group = _group_for(playbook, before, groups, now)
    reasons = {"outcome": "assign", "group": group, "agent": agent}
    given = moves.given_to(before, agent, group, now)
    try:
        ground.move(given, assignments.claim_of(target), reasons)
        return given
    except Conflict as conflict:
        _only_without_slot(conflict)
    until = waits.kept_until(ports, playbook, group, now)
    kept = moves.sent_to(before, group, now, kept_for=agent, kept_until=until)
    try:
        ground.move(kept, None, {**reasons, "outcome": "keep"})
    except Conflict:
        raise _too_late() from None
    return kept


def to_rule(
    ports: Ports, site: str, conversation: str, user: User, rule: str, comment: str | None
) -> Conversation:
    """Let a routing rule choose again, among everybody but the agent who gives it away."""
    ground = _ground(ports, site, conversation, user, comment)
    playbook, before, now = ground.playbook, ground.before, ground.now
    chosen = playbook.routing_rules.get(rule)
    if chosen is None:
        raise Invalid("routing_rule", f"no routing rule {rule!r}", "unknown_reference")
    if not chosen.listed_for_transfer:
        raise Invalid("routing_rule", f"{rule!r} is not listed for transfers", "not_listed")
    facts = _facts(playbook, before, now)
    lost: set[str] = set()
    for attempt in range(ATTEMPTS):
        situation = availability.look(
            ports, playbook, rule, facts, now, language=before.language, attempt=attempt
        )
        outcome = route(
            situation.branch,
            situation.groups,
            language=before.language,
            now=now,
            open_groups=situation.open_groups,
            excluded={} if before.agent is None else {before.agent: FOR_GOOD},
            lost=lost,
            served=situation.served,
        )
        after = replace(
            _placed(before, outcome, now), routing_rule=rule, branch=situation.branch.name
        )
        claim = None
        if after.agent is not None:
            claim = assignments.claim_of(situation.members[after.agent])
        try:
            ground.move(after, claim, record(situation.branch, outcome))
            return after
        except Conflict as conflict:
            _only_without_slot(conflict)
            lost.add(after.agent or "")
    raise Conflict("too many conversations at once; try again", "busy")


def _ground(ports: Ports, site: str, conversation: str, user: User, comment: str | None) -> Ground:
    before, listeners = ports.conversations.with_audience(site, conversation)
    rights.may_write_as(user)(before)
    if before.state not in (ConversationState.ASSIGNED, ConversationState.WAITING):
        closed = "conversation_closed"
        code = f"conversation_{before.state}" if before.is_open else closed
        raise Conflict(f"the conversation is {before.state}", code)
    now = ports.now()
    note = None
    if comment:
        note = Note(
            id=ports.new_id(),
            conversation=conversation,
            author=user.id,
            text=comment,
            written_at=now,
        )
    playbook = ports.playbooks.current(site)
    return Ground(
        ports=ports,
        playbook=playbook,
        before=before,
        listeners=listeners,
        user=user,
        note=note,
        now=now,
    )


def _colleague(ports: Ports, before: Conversation, agent: str) -> User:
    if agent == before.agent:
        raise Invalid("agent", "holds this conversation already")
    # Whoever was invited a moment ago is not among those we keep in mind yet.
    found = ports.staff.users().get(agent) or ports.staff.user(agent)
    if found is None or not found.active or not found.works_on(before.site):
        raise Invalid("agent", f"no agent {agent!r} on this site", "unknown_reference")
    return found


def _group_for(playbook: Playbook, before: Conversation, groups: list[str], now: datetime) -> str:
    """Through which of an agent's groups it comes to them: one that is open, its own if it can."""
    serving = [each for each in groups if availability.takes(playbook, playbook.groups[each], now)]
    able = serving or groups
    return before.group if before.group in able else able[0]


def _placed(before: Conversation, outcome: Outcome, now: datetime) -> Conversation:
    match outcome:
        case Assign(group=group, agent=agent):
            return moves.given_to(before, agent, group, now)
        case Enqueue(group=group):
            return moves.sent_to(before, group, now)
        case Unavailable(considered=considered):
            working = (each for each in considered if each.availability is not CLOSED)
            return moves.sent_to(before, next(working, considered[0]).group, now)


def _facts(playbook: Playbook, conversation: Conversation, now: datetime) -> Facts:
    """What a routing rule may ask of a conversation that has begun: its visit is long over."""
    page = PageView(
        url=conversation.page.url,
        title=conversation.page.title,
        language=conversation.language or "",
    )
    visit = Visit(
        site=conversation.site,
        visitor=conversation.visitor,
        id=conversation.id,
        started_at=conversation.opened_at,
        page_started_at=conversation.opened_at,
        seen_at=now,
        page=page,
    )
    rule, campaign = conversation.targeting_rule or "", conversation.campaign or ""
    facts = availability.routing_facts(playbook, visit, rule, campaign, now)
    return {**facts, "conversation.tags": conversation.tags}


def _tell(ground: Ground, after: Conversation) -> None:
    ports, playbook, before = ground.ports, ground.playbook, ground.before
    if after.state is ConversationState.WAITING:
        assignments.after_leaving(ports, playbook, before, after, ground.listeners, TRANSFERRED)
        return
    places.changed(ports, before)
    assignments.serve_freed(ports, before.agent, before.site)
    if before.agent is not None:
        notice = Unassigned(conversation=before.id, reason=TRANSFERRED)
        audience.tell_agent(ports, before.agent, notice)
    assignments.after_assignment(ports, playbook, after, before.queues)


def _only_without_slot(conflict: Conflict) -> None:
    """The other agent has no room or is not there; any other conflict ends the transfer."""
    if conflict.code != "slot_taken":
        raise _too_late() from None


def _too_late() -> Conflict:
    return Conflict("somebody else was faster", "conversation_moved")
