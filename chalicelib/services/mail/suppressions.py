"""What follows from news of a mail, and from what readers say about mail?

News comes at least once, in any order and late: every step here may be done again.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final, assert_never

from chalicelib.errors import Conflict
from chalicelib.flows.addresses import address_digest, normalise
from chalicelib.model import breaker
from chalicelib.model.correspondent import Correspondent, Suppressed, Suppression
from chalicelib.model.letter import Letter, LetterEvent, LetterState
from chalicelib.model.mail_news import MailNews, NewsKind
from chalicelib.services.ports import Ports

ATTEMPTS: Final = 12


def hear(ports: Ports, news: MailNews) -> None:
    """Act on news of a letter; NotFound when there is no such letter."""
    letter = ports.letters.get(news.site, news.letter)
    digest = address_digest(letter.address)
    _settle(ports, letter, news)
    match news.kind:
        case NewsKind.DELIVERED:
            return
        case NewsKind.BOUNCED:
            ports.standing.suppress(news.site, digest, Suppressed.BOUNCE, news.at)
            _count(ports, news)
        case NewsKind.COMPLAINED:
            ports.standing.suppress(news.site, digest, Suppressed.COMPLAINT, news.at)
            _count(ports, news)
        case NewsKind.SOFT_BOUNCED:
            after = _remember(
                ports, news.site, digest, lambda known: known.with_soft_bounce(news.id, news.at)
            )
            if after.bounces_often:
                ports.standing.suppress(news.site, digest, Suppressed.SOFT_BOUNCES, news.at)
        case kind:
            assert_never(kind)


def answered(ports: Ports, site: str, address: str) -> None:
    """The owner of the address has written to us: they want to hear from us, for a while."""
    now = ports.now()
    _remember(ports, site, address_digest(address), lambda known: _answered(known, now))


def unsubscribe(ports: Ports, site: str, digest: str) -> None:
    """Whoever reads mail at this address wants none that they did not ask for."""
    ports.standing.unsubscribe(site, digest, ports.now())


def look_up(ports: Ports, site: str, address: object) -> Suppression:
    """What stands in the way of mail to an address; NotFound for a site that is not there."""
    ports.playbooks.current(site)
    return ports.standing.suppression(site, address_digest(normalise(address)))


def lift(ports: Ports, site: str, address: object) -> None:
    """Let mail go to an address again, because its owner says so."""
    ports.playbooks.current(site)
    ports.standing.lift(site, address_digest(normalise(address)))


def _settle(ports: Ports, letter: Letter, news: MailNews) -> None:
    """Whatever is heard of a mail says that it was sent, which we may not know."""
    if letter.state not in (LetterState.CLAIMED, LetterState.UNKNOWN):
        return
    sent = replace(
        letter.after(LetterEvent.SENT), message_id=news.message_id, lease_expires_at=None
    )
    try:
        ports.letters.save(letter, sent)
    except Conflict:
        # The sender has marked it in this very moment.
        return


def _count(ports: Ports, news: MailNews) -> None:
    is_bounce = news.kind is NewsKind.BOUNCED
    ports.standing.count_once(
        news.site,
        news.letter,
        f"{news.kind} {news.id}",
        news.at,
        bounced=int(is_bounce),
        complained=int(not is_bounce),
    )
    now = ports.now()
    if breaker.trips(ports.standing.figures(news.site, now)):
        ports.standing.stop(news.site, now + breaker.OPEN_FOR)


def _remember(
    ports: Ports, site: str, digest: str, change: Callable[[Correspondent], Correspondent]
) -> Correspondent:
    for _attempt in range(ATTEMPTS):
        before = ports.standing.correspondent(site, digest)
        after = change(before)
        if after == before:
            return after
        try:
            ports.standing.save(before, after, ports.now())
        except Conflict:
            continue
        return after
    raise Conflict("the address keeps being written to; try again", "busy")


def _answered(known: Correspondent, now: datetime) -> Correspondent:
    # Once a day is enough to know.
    is_known = known.answered_at is not None and now.date() == known.answered_at.date()
    return known if is_known else known.with_answer(now)
