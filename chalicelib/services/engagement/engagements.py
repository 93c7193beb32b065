"""A visitor takes or refuses an invitation."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from chalicelib.errors import Conflict, NotFound
from chalicelib.model.engagement import Engagement, EngagementEvent, EngagementState
from chalicelib.model.notices import Button, EngagementChanged, Offer
from chalicelib.model.visit import Visit
from chalicelib.routing.button import ButtonState
from chalicelib.rules import history
from chalicelib.services.assignment import buttons
from chalicelib.services.ports import Ports

ATTEMPTS = 8


def accept(ports: Ports, visit: Visit, engagement: str) -> EngagementChanged:
    """The visitor opens what was offered; accepting twice is accepting once.

    A button that is not online opens nothing: the answer is the state it has.
    """

    def settle(before: Engagement) -> EngagementChanged:
        button = buttons.state_now(ports, visit, before)
        if button not in (None, ButtonState.ONLINE):
            return _changed(before, button)
        after = before.after(EngagementEvent.ACCEPTED, ports.now())
        ports.visitors.settle(before, after)
        return _changed(after, button)

    return _settle(ports, visit, engagement, EngagementState.ACCEPTED, settle)


def dismiss(ports: Ports, visit: Visit, engagement: str) -> EngagementChanged:
    """The visitor waves it away; the rule's pause begins now, in every tab."""

    def settle(before: Engagement) -> EngagementChanged:
        now = ports.now()
        after = before.after(EngagementEvent.DISMISSED, now)
        ledger = ports.visitors.ledger(visit.site, visit.visitor)
        remembered = _dismissed(ledger.history, before.rule, now)
        paused = replace(ledger, history=remembered, version=ledger.version + 1)
        ports.visitors.settle(before, after, paused)
        return _changed(after)

    return _settle(ports, visit, engagement, EngagementState.DISMISSED, settle)


def _settle(
    ports: Ports,
    visit: Visit,
    engagement: str,
    wanted: EngagementState,
    settle: Callable[[Engagement], EngagementChanged],
) -> EngagementChanged:
    """Move the engagement to the state wanted, whichever tab of the visitor does it first."""
    for _attempt in range(ATTEMPTS):
        before = _offered(ports, visit, engagement)
        if before.state is wanted:
            return _changed(before)
        try:
            return settle(before)
        except Conflict as conflict:
            if conflict.code != "engagement_moved":
                raise
    raise Conflict("too many tabs at once; try again", "busy")


def _dismissed(known: object, rule: str, now: datetime) -> dict[str, object]:
    return history.parse(known).after_dismissal(rule, now).document()


def _offered(ports: Ports, visit: Visit, engagement: str) -> Engagement:
    if engagement != visit.engagement:
        raise NotFound(f"no engagement {engagement!r}")
    found = ports.visitors.engagement(visit.site, visit.visitor, engagement)
    if found is None:
        raise NotFound(f"no engagement {engagement!r}")
    return found


def _changed(engagement: Engagement, button: ButtonState | None = None) -> EngagementChanged:
    offer = Offer(
        id=engagement.id,
        kind=engagement.kind,
        notification=engagement.notification,
        button=None if button is None else Button(state=button.value),
    )
    return EngagementChanged(engagement=offer, state=engagement.state.value)
