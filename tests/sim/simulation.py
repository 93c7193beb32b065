"""What is one seed: a small site, its people, some minutes of trouble, and then calm?"""

from typing import Protocol

from chalicelib.model.agent import User
from chalicelib.model.conversation import Conversation
from chalicelib.routing import roster
from chalicelib.routing.roster import LARGEST_EXACT
from chalicelib.web import alarms
from tests import invariants
from tests.sim import liveness, outreach, sites
from tests.sim.admin import Admin
from tests.sim.cloud import Cloud
from tests.sim.history import require
from tests.sim.oracles import Oracles
from tests.sim.process import Process
from tests.sim.scheduler import CALM, Chaos, Scheduler
from tests.sim.staff import Agent
from tests.sim.visitors import Browser, Page

STEPS = 5_000
# Longer than a visit's silence; longer than a pass is good for, and than a day.
NIGHTS = (2_700.0, 90_000.0)
NAMES = ("Ann", "ann", "bob", "cleo", "dora", "emil", "fay", "gus")
ADDRESSES = tuple(f"{name}@mail.example" for name in NAMES)


class Acts(Protocol):
    def act(self) -> None: ...


class Simulation:
    """Everything of one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.site = "bank"
        self.scheduler = Scheduler(seed, Chaos())
        self.oracles = Oracles(self.scheduler, self._readers)
        self.table = self.oracles.table
        self.history = self.oracles.history
        self.cloud = Cloud(self.scheduler, self.table, self.oracles)
        self.cloud.parsed = self.history.parsed
        self.agents = [f"agent{n}" for n in range(self.scheduler.random.randint(2, 4))]
        self.pages: list[Page] = []
        self.desks: list[Agent] = []
        self.calm = False
        self.dawn = 0.0
        self.is_rich = False
        # How readily visitors give an address, and which they have: two are one in two spellings.
        self.eagerness = self.scheduler.random.choice((0.04, 0.25))
        self.addresses = ADDRESSES[: self.scheduler.random.choice((2, 4, 8))]
        self._found()

    def run(self) -> int:
        """Trouble, then calm; how many steps were checked. Raises Violation."""
        scheduler = self.scheduler
        scheduler.run(steps=STEPS // 2)
        if scheduler.chance() < 0.25:
            self._night(scheduler.random.choice(NIGHTS))
        scheduler.run(steps=scheduler.steps + STEPS // 2)
        scheduler.chaos = CALM
        self.calm = True
        for page in self.pages:
            self._settles(page)
        scheduler.run(until=scheduler.now + liveness.CALM_SECONDS)
        for page in self.pages:
            page.settle()
        scheduler.run(until=scheduler.now + liveness.LAST_LOOK_SECONDS)
        liveness.judge(self)
        self._read_once_more()
        return scheduler.steps

    def _night(self, seconds: float) -> None:
        """Everybody goes, and comes back long after: alarms ring meanwhile, and days pass."""
        now = self.scheduler.now
        self.dawn = now + seconds
        for page in self.pages:
            page.browser.leave(seconds)
        for desk in self.desks:
            desk.go_home(seconds)
        self.scheduler.run(until=self.dawn)

    def _read_once_more(self) -> None:
        """The whole table by the checks that every other test uses: they know no history."""
        try:
            invariants.check_whole(invariants.rows(self.table), self.history.acknowledged)
        except AssertionError as error:
            require(False, "the whole table", error)

    def took(self, conversation: Conversation) -> Conversation:
        """An agent is told that a conversation is theirs."""
        running = self.scheduler.running()
        assert running is not None
        self.oracles.took(running, conversation)
        return conversation

    def _readers(self, connection: str) -> tuple[set[str], str | None]:
        """Whose socket it is: a browser that may be several visitors, or an agent."""
        visitors = self.cloud.visitors.get(self.cloud.browsers.get(connection, ""), set())
        return visitors, self.cloud.staff.get(connection)

    def _found(self) -> None:
        random = self.scheduler.random
        agents = self.agents
        # In some seeds every group is a large one, of which only samples are looked at.
        vars(roster)["LARGEST_EXACT"] = random.choice((LARGEST_EXACT, LARGEST_EXACT, 1))
        process = Process(self.cloud)
        document = sites.founded(random, process.ports.now())
        self.is_rich = len(document["groups"]) > 1
        process.ports.playbooks.create(self.site, document)
        if random.random() < 0.3:
            outreach.waits_are_known(self.table, process.ports.now(), random.choice((3.0, 50.0)))
        self._hire(process, "nora", "admin", 1)
        for agent in agents:
            self._hire(process, agent, "agent", random.randint(1, 2))
            first = Agent(self, agent)
            desks = [first, Agent(self, agent, beside=first)]
            for desk in desks[: 2 if random.random() < 0.3 else 1]:
                self.desks.append(desk)
                self._lives(desk, 2.0)
        for number in range(random.randint(4, 9)):
            browser = Browser(self, f"v{number}")
            for tab in range(random.choice((1, 1, 2, 3))):
                language = random.choice(("en", "en", "fr"))
                page = Page(browser, f"v{number}.{tab}", language)
                self.pages.append(page)
                self._lives(page, 3.0)
        self._lives(Admin(self, agents), 40.0)
        self._sweeps()

    def _hire(self, process: Process, id: str, role: str, slots: int) -> None:
        now = process.ports.now()
        languages = self.scheduler.random.choice(((), (), ("en",), ("en", "fr")))
        user = User(
            id=id,
            email=f"{id}@linden.example",
            role=role,
            slots=slots,
            languages=languages,
            sites=(self.site,),
            created_at=now,
            updated_at=now,
        )
        process.ports.staff.add(user, address_key=user.email)

    def _lives(self, someone: Acts, pace: float) -> None:
        """Somebody acts, and acts again: often at the same second as others."""
        scheduler = self.scheduler

        def act() -> None:
            if self.calm:
                return
            if scheduler.now < self.dawn:
                scheduler.after(self.dawn - scheduler.now + scheduler.chance() * pace, act)
                return
            if not scheduler.crowded:
                someone.act()
            wait = scheduler.chance() * 2 * pace
            # At whole seconds, so that many reach for the same thing at once.
            scheduler.after(float(int(wait)) or 0.3, act)

        scheduler.after(scheduler.chance() * pace, act)

    def _settles(self, page: Page) -> None:
        """Whoever has a page open sends what is left, and catches up."""
        page.settle()
        self.scheduler.after(20.0, lambda: self._settles(page))

    def _sweeps(self) -> None:
        def sweep() -> None:
            self.cloud.invoke("sweep", lambda p: alarms.sweep(p.ports, lambda _name, _times: None))
            # In the night less often, so that the night is not all sweeps.
            left = self.dawn - self.scheduler.now
            self.scheduler.after(max(60.0, left / 8), sweep)

        self.scheduler.after(60.0, sweep)
