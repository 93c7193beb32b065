"""The world in memory: enough of it to walk a whole journey.

The table is real (in memory, or moto's); what leaves the process is kept in lists, and time passes
only when a test says so.
"""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from chalicelib.errors import NotFound
from chalicelib.model.agent import User
from chalicelib.model.tokens import Kind, Signer
from chalicelib.playbook import resources
from chalicelib.playbook.playbook import parse
from chalicelib.services import configuration
from chalicelib.services.ports import Ports
from chalicelib.services.ports.outward import LONGEST_SHORT_WAIT, MailDomains, NotTaken
from chalicelib.store.conversations import StoredConversations
from chalicelib.store.estimates import StoredEstimates
from chalicelib.store.flow_runs import StoredRuns
from chalicelib.store.followers import StoredFollowers
from chalicelib.store.free_agents import StoredFreeAgents
from chalicelib.store.lanes import StoredLanes
from chalicelib.store.letters import StoredLetters
from chalicelib.store.limits import StoredLimits
from chalicelib.store.memory import MemoryTable
from chalicelib.store.papers import StoredPapers
from chalicelib.store.playbooks import StoredPlaybooks
from chalicelib.store.queues import StoredQueues
from chalicelib.store.remains import StoredRemains
from chalicelib.store.requests import StoredRequests
from chalicelib.store.staff import StoredStaff
from chalicelib.store.standing import StoredStanding
from chalicelib.store.surveys import StoredSurveys
from chalicelib.store.tickets import StoredTickets
from chalicelib.store.visitors import StoredVisitors
from chalicelib.web import alarms, protocol
from chalicelib.web.callers import Edge
from chalicelib.web.passes import Passes
from chalicelib.web.words import word
from tests.shelf import Shelf

# A Monday, at noon in Paris.
NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
SIGNER = Signer(b"a key for tests, long enough to be taken")


@dataclass
class World:
    """Every port at once. Tests move the clock and read what was pushed, rung and sent."""

    table: object = None
    clock: datetime = NOON
    frames: dict = field(default_factory=lambda: defaultdict(list))
    gone: set = field(default_factory=set)
    rung: list = field(default_factory=list)
    sent: list = field(default_factory=list)
    refusals: list = field(default_factory=list)
    unsubscribe: dict = field(default_factory=dict)
    mails: dict = field(default_factory=dict)
    files: Shelf = field(default_factory=Shelf)
    accounts_made: dict = field(default_factory=dict)
    accounts_fail: bool = False
    secrets: dict = field(default_factory=dict)
    ids: count = field(default_factory=lambda: count(1))

    def __post_init__(self):
        self.table = self.table or MemoryTable(self.epoch)
        self.ports = Ports(
            playbooks=StoredPlaybooks(self.table, self.epoch),
            staff=StoredStaff(self.table, self.epoch),
            visitors=StoredVisitors(self.table),
            lanes=StoredLanes(self.table, self.epoch),
            estimates=StoredEstimates(self.table, self.epoch),
            free_agents=StoredFreeAgents(self.table),
            queues=StoredQueues(self.table),
            followers=StoredFollowers(self.table),
            conversations=StoredConversations(self.table),
            papers=StoredPapers(self.table),
            remains=StoredRemains(self.table),
            runs=StoredRuns(self.table),
            letters=StoredLetters(self.table),
            surveys=StoredSurveys(self.table),
            standing=StoredStanding(self.table),
            tickets=StoredTickets(self.table),
            requests=StoredRequests(self.table),
            limits=StoredLimits(self.table, self.epoch),
            sockets=self,
            alarms=self,
            mailer=self,
            mailbox=self,
            files=self.files,
            mail_domains=MailDomains(sender="bank.example", replies="reply.bank.example"),
            accounts=self,
            identity_secrets=self,
            sign=lambda kind, claims: SIGNER.sign(Kind(kind), claims, now=self.clock),
            seal=lambda kind, data: SIGNER.seal(Kind(kind), data),
            now=lambda: self.clock,
            # Sorted as text they are sorted as made: with equal moments, ids decide who is first.
            new_id=lambda: f"id-{next(self.ids):06d}",
            new_secret=lambda: f"secret-{next(self.ids)}",
            rest_url="https://api.example/v1",
        )
        self.edge = Edge(ports=self.ports, passes=Passes(SIGNER))

    def epoch(self):
        return self.clock.timestamp()

    def later(self, seconds):
        self.clock += timedelta(seconds=seconds)

    # Sockets

    def push(self, connection, notice, *, answers=None):
        if connection in self.gone:
            return False
        self.frames[connection].append(json.loads(word(notice, answers)))
        return True

    def close(self, connection):
        # One name for two ports: a socket is closed by its id, an account by its user.
        if isinstance(connection, User):
            self.accounts_made[connection.id] = "closed"
        else:
            self.gone.add(connection)

    def heard(self, connection, kind):
        return [frame for frame in self.frames[connection] if frame["type"] == kind]

    # Alarms

    def ring_run(self, run):
        alarm = {"what": "flow_run", "site": run.site, "id": run.id, "tick": run.tick}
        self.rung.append((run.wake_at, alarm))

    def stop_run(self, run):
        self.rung = [each for each in self.rung if each[1]["id"] != run.id]

    def ring(self, what, site, id, *, seconds):
        at = self.clock + timedelta(seconds=seconds)
        self.rung.append((at, {"what": what, "site": site, "id": id}))

    def ring_at(self, what, site, id, tick, at, *, now):
        alarm = {"what": what, "site": site, "id": id, "tick": tick}
        if (at - now).total_seconds() > LONGEST_SHORT_WAIT:
            alarm["wake_at"] = at.isoformat()
        self.rung.append((at, alarm))

    def run_alarms(self, seconds=0):
        """Let time pass, ringing every alarm at its moment."""
        end = self.clock + timedelta(seconds=seconds)
        while due := sorted(
            (each for each in self.rung if each[0] <= end), key=lambda each: each[0]
        ):
            at, alarm = due[0]
            self.rung.remove(due[0])
            self.clock = max(self.clock, at)
            if alarm["what"] != "flow_run" and "wake_at" not in alarm:
                alarms.ring_short(self.ports, json.dumps(alarm))
                continue
            following = alarms.ring(self.ports, alarm)
            if following["wake_at"] is not None:
                wake_at = datetime.fromisoformat(following["wake_at"])
                self.rung.append((wake_at, {**alarm, "tick": following["tick"]}))
        self.clock = end

    # Mail

    def send(self, letter, *, unsubscribe=None):
        self.unsubscribe[letter.id] = unsubscribe
        if self.refusals:
            refusal = self.refusals.pop(0)
            if isinstance(refusal, NotTaken):
                raise refusal
            self.sent.append(letter)
            raise refusal
        self.sent.append(letter)
        return f"ses-{len(self.sent)}"

    def get(self, key):
        if key not in self.mails:
            raise NotFound
        return self.mails[key]

    # The user pool

    def invite(self, user, password):
        if self.accounts_fail:
            raise RuntimeError("the user pool does not answer")
        self.accounts_made[user.id] = user.role

    def change_role(self, user, before):
        self.accounts_made[user.id] = user.role

    def address(self, user):
        return f"{user}@linden.example"

    # The sites' secrets

    def secret_of(self, site):
        return self.secrets.get(site)

    def keep(self, site, secret):
        self.secrets[site] = secret

    def drop(self, site):
        self.secrets.pop(site, None)

    # Frames

    def visitor(self, connection, site="bank", **frame):
        """What a visitor's page says, and the answer."""
        return self._frame({"kind": "visitor", "site": site}, connection, frame)

    def agent(self, connection, user, site="bank", **frame):
        """What a staff page says, and the answer."""
        return self._frame({"kind": "staff", "site": site, "user": user}, connection, frame)

    def _frame(self, authorizer, connection, frame):
        context = {"connectionId": connection, "authorizer": authorizer}
        answer = protocol.answer(self.edge, context, json.dumps(frame))
        return None if answer is None else json.loads(answer)

    # Configuration

    def user(self, id, role="agent", **profile):
        fields = {"languages": (), "sites": ("bank",), "slots": 3, **profile}
        user = User(
            id=id,
            email=f"{id}@linden.example",
            role=role,
            first_name=id.title(),
            created_at=self.clock,
            updated_at=self.clock,
            **fields,
        )
        self.ports.staff.add(user, address_key=user.email)
        return user

    def available(self, user, connection=None, site="bank"):
        """An agent opens the staff page and is ready."""
        connection = connection or f"page of {user}"
        return self.agent(connection, user, site, action="presence", status="available")

    def site(self, id="bank", **document):
        """A bank with one group, one rule that invites everybody, and whatever a test adds."""
        settings = {**BANK["site"], **document.pop("site", {})}
        made = resources.empty({"id": id, "name": "Linden Bank", **settings}, self.clock)
        document = {**made, **{name: BANK[name] for name in BANK if name != "site"}, **document}
        parse(document, 1)
        self.ports.playbooks.create(id, document)
        return self

    def publish(self, change):
        configuration.publish(self.ports, "bank", change)
        self.later(6)


BANK = {
    "site": {"languages": ["en", "fr"], "origins": ["https://bank.example"]},
    "groups": [
        {"id": "service", "name": "Service", "criteria": {"role": "agent"}, "queue_limit": 20}
    ],
    "routing_rules": [
        {"id": "any", "name": "Anybody", "default": {"targets": [{"group": "service"}]}}
    ],
    "campaigns": [{"id": "help", "name": "Help", "status": "active"}],
    "targeting_rules": [
        {
            "id": "hello",
            "name": "Everybody",
            "campaign": "help",
            "status": "active",
            "engagement": {"kind": "notification", "notification": "hello"},
            "routing_rule": "any",
        }
    ],
    "notifications": [
        {"id": "hello", "name": "Hello", "status": "active", "texts": {"en": {"text": "Hello"}}}
    ],
    "chatbox": {"status": "active", "texts": {"en": {"title": "Linden Bank"}}},
}

PAGE = {
    "action": "page",
    "url": "https://bank.example/loans",
    "title": "Loans",
    "language": "en",
    "device": "desktop",
    "browser": "Firefox",
    "os": "Linux",
    "consent": "full",
}
