"""A visitor takes or refuses an invitation."""

from dataclasses import replace
from datetime import datetime

from chalicelib.errors import NotFound
from chalicelib.model.engagement import Engagement, EngagementEvent
from chalicelib.model.notices import EngagementChanged, Offer
from chalicelib.model.visit import Visit
from chalicelib.rules import history
from chalicelib.services.ports import Ports


def accept(ports: Ports, visit: Visit, engagement: str) -> EngagementChanged:
    """The visitor opens what was offered; accepting twice is accepting once."""
    before = _offered(ports, visit, engagement)
    if before.state.value == EngagementEvent.ACCEPTED.value:
        return _changed(before)
    after = before.after(EngagementEvent.ACCEPTED, ports.now())
    ports.visitors.settle(before, after)
    return _changed(after)


def dismiss(ports: Ports, visit: Visit, engagement: str) -> EngagementChanged:
    """The visitor waves it away; the rule's pause begins now, in every tab."""
    before = _offered(ports, visit, engagement)
    if before.state.value == EngagementEvent.DISMISSED.value:
        return _changed(before)
    now = ports.now()
    after = before.after(EngagementEvent.DISMISSED, now)
    ledger = ports.visitors.ledger(visit.site, visit.visitor)
    remembered = _dismissed(ledger.history, before.rule, now)
    paused = replace(ledger, history=remembered, version=ledger.version + 1)
    ports.visitors.settle(before, after, paused)
    return _changed(after)


def _dismissed(known: object, rule: str, now: datetime) -> dict[str, object]:
    return history.parse(known).after_dismissal(rule, now).document()


def _offered(ports: Ports, visit: Visit, engagement: str) -> Engagement:
    if engagement != visit.engagement:
        raise NotFound(f"no engagement {engagement!r}")
    found = ports.visitors.engagement(visit.site, visit.visitor, engagement)
    if found is None:
        raise NotFound(f"no engagement {engagement!r}")
    return found


def _changed(engagement: Engagement) -> EngagementChanged:
    offer = Offer(id=engagement.id, kind=engagement.kind, notification=engagement.notification)
    return EngagementChanged(engagement=offer, state=engagement.state.value)
