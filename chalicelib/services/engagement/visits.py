"""A visitor shows up, or does something: do we reach out?

Everything known of a visit is in the signed pass, so a visitor whom no rule wants costs no request
to the table. When a rule fires, one conditional write decides whether it really shows: ten tabs at
once, once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.errors import Conflict, NotFound
from chalicelib.model import visit as visits
from chalicelib.model.conversation import Conversation
from chalicelib.model.engagement import Engagement, EngagementState
from chalicelib.model.notices import Button, Offer
from chalicelib.model.visit import PageView, Visit
from chalicelib.model.visitor import Ledger
from chalicelib.playbook.playbook import Playbook
from chalicelib.playbook.templates import Format
from chalicelib.rules import history
from chalicelib.rules.history import History
from chalicelib.rules.rule import TargetingRule
from chalicelib.rules.visit_facts import facts_of
from chalicelib.rules.watch import Watch
from chalicelib.services.assignment import buttons
from chalicelib.services.engagement import decisions, identities
from chalicelib.services.engagement.decisions import Taken
from chalicelib.services.engagement.identities import Customer
from chalicelib.services.ports import Ports
from chalicelib.services.ports.placement import Listener

ATTEMPTS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a page is answered: the visit as it now stands, and what to show or to watch for.

    `forgets`: what the browser holds is somebody else's.
    """

    visit: Visit
    watches: tuple[Watch, ...] = ()
    offer: Offer | None = None
    conversation: Conversation | None = None
    forgets: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The conversation that a browser holds a token of, and whose it is."""

    conversation: str
    visitor: str


def view(
    ports: Ports,
    site: str,
    page: PageView,
    memory: Visit | None,
    held: Held | None,
    connection: str,
    proven: Customer | None = None,
) -> Seen:
    """One page view; `memory` is from an earlier pass, `proven` the customer a site vouches for."""
    now = ports.now()
    if memory is None:
        visit = visits.begin(site, ports.new_id(), ports.new_id(), page, now)
    else:
        visit = memory.viewing(page, now)
    if proven is not None:
        return _recognise(ports, memory, visit, held, connection, proven)
    is_foreign = held is not None and visit.identified and held.visitor != visit.visitor
    if held is not None and not is_foreign:
        visit, known = _follow(ports, visit, held.conversation, connection)
        if known is not None:
            return Seen(visit=visit, conversation=known)
    return replace(_consider(ports, visit, connection), forgets=is_foreign)


def identify(ports: Ports, visit: Visit, proven: Customer, connection: str) -> Seen:
    """The site vouches for the visitor of a page that is shown already."""
    return _recognise(ports, visit, visit, None, connection, proven)


def observe(ports: Ports, visit: Visit, facts: Mapping[str, float | bool], connection: str) -> Seen:
    """The page has shown something that a rule was waiting for."""
    seen = visit.observing(facts, ports.now())
    return _consider(ports, seen, connection)


def _recognise(
    ports: Ports,
    before: Visit | None,
    visit: Visit,
    held: Held | None,
    connection: str,
    proven: Customer,
) -> Seen:
    """Go on as the proven customer; of whoever was here before, this page hears nothing more."""
    found = identities.recognise(ports, before, visit, proven)
    if before is not None and found.is_another:
        identities.stop_listening(ports, before, connection)
    own = held.conversation if held is not None and held.visitor == proven.visitor else None
    forgets = found.is_another or (held is not None and own is None)
    visit = found.visit
    for conversation in filter(None, (own, found.open)):
        visit, known = _follow(ports, visit, conversation, connection)
        if known is not None:
            return Seen(visit=visit, conversation=known, forgets=forgets)
    return replace(_consider(ports, visit, connection), forgets=forgets)


def _follow(
    ports: Ports, visit: Visit, conversation: str, connection: str
) -> tuple[Visit, Conversation | None]:
    """The visitor's conversation, if it is open: this page will now hear of it.

    The visit learns from it, open or not, unless it is somebody else's whose link was opened here.
    """
    try:
        found = ports.conversations.get(visit.site, conversation)
    except NotFound:
        return visit, None
    if found.visitor == visit.visitor:
        visit = visit.having_talked(found.ordinal, email_known=found.email is not None)
    if not found.is_open:
        return visit, None
    listener = Listener(connection=connection)
    ports.conversations.listen(found, listener, ports.now())
    return visit, found


def _consider(ports: Ports, visit: Visit, connection: str) -> Seen:
    """Reach out or not; a rule does so once on a page, however often the page is looked at."""
    playbook = ports.playbooks.current(visit.site)
    for _attempt in range(ATTEMPTS):
        now = ports.now()
        facts = facts_of(visit, playbook.site.hours, playbook.site.zone, now)
        asked = decisions.asked_about(playbook, visit, facts, now)
        taken = decisions.take(ports, playbook, asked)
        rule = taken.verdict.fired
        if rule is None or rule.id in visit.fired_here:
            return Seen(visit=visit, watches=taken.verdict.watches)
        try:
            return _engage(ports, playbook, visit, taken, rule, connection)
        except Conflict:
            # Another tab was faster, or the pass is behind what is stored.
            ledger = ports.visitors.ledger(visit.site, visit.visitor)
            visit = replace(visit, history=ledger.history, ledger_version=ledger.version)
            talked = ledger.conversations
            visit = visit.having_talked(talked, email_known=ledger.email is not None)
            if ledger.open is not None:
                visit, known = _follow(ports, visit, ledger.open, connection)
                return Seen(visit=visit, conversation=known)
    # Many tabs at once have been faster: nothing is shown here now, but the page goes on looking.
    return Seen(visit=visit, watches=taken.verdict.watches)


def _engage(
    ports: Ports,
    playbook: Playbook,
    visit: Visit,
    taken: Taken,
    rule: TargetingRule,
    connection: str,
) -> Seen:
    """Record the showing, its history and its reasons in one write; held out, it shows nothing."""
    now = taken.asked.at
    before = Ledger(
        site=visit.site,
        visitor=visit.visitor,
        version=visit.ledger_version,
        history=visit.history,
    )
    shown = _after_showing(playbook, visit, rule, now).document()
    after = replace(before, version=before.version + 1, history=shown)
    held_out = taken.verdict.held_out
    engagement = Engagement(
        id=ports.new_id(),
        site=visit.site,
        visitor=visit.visitor,
        visit=visit.id,
        rule=rule.id,
        campaign=rule.campaign,
        routing_rule=rule.routing_rule,
        kind=rule.engagement.kind.value,
        notification=rule.engagement.notification,
        format=playbook.format_of(rule),
        playbook_version=playbook.version,
        offered_at=now,
        state=EngagementState.HELD_OUT if held_out else EngagementState.OFFERED,
    )
    ports.visitors.offer(engagement, before, after, taken.document(playbook))
    known = replace(visit, history=shown, ledger_version=after.version)
    watches = taken.verdict.watches
    if held_out:
        return Seen(visit=known.fired(rule.id), watches=watches)
    offered = known.offered(engagement.id, rule.id)
    offer = Offer(
        id=engagement.id,
        kind=engagement.kind,
        notification=engagement.notification,
        button=_button(ports, playbook, offered, engagement, connection),
    )
    return Seen(visit=offered, watches=watches, offer=offer)


def _after_showing(playbook: Playbook, visit: Visit, rule: TargetingRule, now: datetime) -> History:
    day = now.astimezone(playbook.site.zone).date().isoformat()
    after = history.parse(visit.history).after_offer(rule.id, visit.id, day)
    if not _is_button(playbook, rule):
        return after
    # A button interrupts nobody: on every page as it is, it leaves the site's cap to invitations.
    site = after.site
    uncounted = replace(
        site, in_visit=site.in_visit - 1, in_day=site.in_day - 1, ever=site.ever - 1
    )
    return replace(after, site=uncounted)


def _is_button(playbook: Playbook, rule: TargetingRule) -> bool:
    return playbook.format_of(rule) is Format.CUSTOM_BUTTON


def _button(
    ports: Ports, playbook: Playbook, visit: Visit, engagement: Engagement, connection: str
) -> Button | None:
    if engagement.format != Format.CUSTOM_BUTTON:
        return None
    return Button(state=buttons.follow(ports, playbook, visit, engagement, connection).value)
