"""What becomes of a mail: is it taken, does it come back, and what does its reader say?

Seeds differ in their climate: in most, mail arrives; in some, much of it bounces or offends, or
whoever reads it wants no more of it.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.flows.addresses import address_digest
from chalicelib.model.letter import Letter
from chalicelib.model.mail_news import MailNews, NewsKind
from chalicelib.services.mail import suppressions
from chalicelib.services.ports.outward import NotTaken
from chalicelib.store import keys
from tests.sim.process import Process
from tests.sim.scheduler import Killed

if TYPE_CHECKING:
    from tests.sim.cloud import Cloud

FAIR = (*[NewsKind.DELIVERED] * 7, NewsKind.BOUNCED, NewsKind.SOFT_BOUNCED, NewsKind.SOFT_BOUNCED)
CLIMATES: tuple[tuple[NewsKind, ...], ...] = (
    FAIR,
    FAIR,
    FAIR,
    (NewsKind.DELIVERED, NewsKind.BOUNCED),
    (NewsKind.DELIVERED, NewsKind.COMPLAINED),
    (NewsKind.SOFT_BOUNCED,),
)
# A function that SNS calls is tried three times in all.
MOST_TRIES = 3


class Unreachable(Exception):
    """The service called does not answer; whether it did anything, nobody knows."""


class Post:
    """The mail service, and everybody whom it delivers to."""

    def __init__(self, cloud: "Cloud") -> None:
        self.cloud = cloud
        self.scheduler = cloud.scheduler
        self.climate = self.scheduler.random.choice(CLIMATES)

    def send(self, letter: Letter, *, unsubscribe: str | None) -> str:
        self.scheduler.call("send")
        chance = self.scheduler.chance() if self.scheduler.chaos.kill else 1.0
        if chance < 0.1:
            self.cloud.witness.mailed(letter, taken=False)
            raise NotTaken("Throttling", may_pass=True)
        self.cloud.witness.mailed(letter, taken=True)
        if 0.15 <= chance < 0.2:
            # The mail is on its way; nobody is left to write it down, and no news of it comes.
            raise self.cloud.disturbed(Killed())
        name = f"mail-{next(self.cloud.ids)}"
        self._arrives(letter, name)
        if chance < 0.15:
            raise self.cloud.disturbed(Unreachable("no answer from the mail service"))
        self.scheduler.fail_after(self.scheduler.running())
        return name

    def told_of(self, site: str, id: str) -> None:
        """A letter is about to go: now and then its reader is faster."""
        if self.scheduler.chance() < 0.2:
            self.scheduler.after(self.scheduler.chance() * 4, lambda: self._no_more(site, id))

    def _arrives(self, letter: Letter, name: str) -> None:
        """News of a mail comes soon or late, once or twice, or not at all."""
        scheduler = self.scheduler
        kind = scheduler.random.choice(self.climate)
        at = self.cloud.moment(0) + timedelta(seconds=1)
        news = MailNews(
            id=f"{name}-{kind}",
            kind=kind,
            site=letter.site,
            letter=letter.id,
            message_id=name,
            at=at,
        )
        for _time in range(self.cloud.times()):
            scheduler.after(1 + scheduler.chance() * 8, lambda: self._tell(news, 1))
        if scheduler.chance() < 0.04:
            site, address = letter.site, letter.address
            self.cloud.invoke(
                "answer by mail",
                lambda process: suppressions.answered(process.ports, site, address),
            )

    def _tell(self, news: MailNews, attempt: int) -> None:
        def again() -> None:
            if attempt < MOST_TRIES:
                self.scheduler.after(10.0, lambda: self._tell(news, attempt + 1))

        self._invoke(
            "news",
            lambda process: suppressions.hear(process.ports, news),
            lambda: self.cloud.witness.heard(news),
            again,
        )

    def _no_more(self, site: str, id: str) -> None:
        """Whoever reads mail at a letter's address wants none that they did not ask for."""
        letter = self.cloud.table.item(keys.letter(site, id))
        if letter is not None:
            address = letter["address"]
            digest = address_digest(address)
            self._invoke(
                "unsubscribe",
                lambda process: suppressions.unsubscribe(process.ports, site, digest),
                lambda: self.cloud.witness.unwelcome(address),
                lambda: None,
            )

    def _invoke(
        self,
        label: str,
        work: Callable[[Process], None],
        succeeded: Callable[[], None],
        failed: Callable[[], None],
    ) -> None:
        def done(outcome: tuple[object, Exception | None]) -> None:
            if outcome[1] is None:
                succeeded()
            else:
                failed()

        self.cloud.invoke(label, work, done, killed=failed)
