"""What does each action cost, and a month of a busy site, at the list prices that we assume?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from docs.generate.requests import Counted, counted

# Dollars a million, us-east-1, on demand.
WRITE_UNIT: Final = 0.625
READ_UNIT: Final = 0.125
SOCKET_MESSAGE: Final = 1.00
CONNECTION_MINUTE: Final = 0.25
REST_CALL: Final = 3.50
INVOCATION: Final = 0.20
LOG_LINE: Final = 0.50
# Sent, received, deleted.
SHORT_WAIT: Final = 3 * 0.40
# Four transitions of a standard state machine.
VISIBLE_WAIT: Final = 4 * 25.00
MAIL: Final = 100.00

PRICES: Final = (
    ("a socket message, in or out, up to 32 KB", SOCKET_MESSAGE),
    ("a minute of an open socket", CONNECTION_MINUTE),
    ("a REST call", REST_CALL),
    ("an invocation of a function, without its time", INVOCATION),
    ("a line of log, 1 KB", LOG_LINE),
    ("DynamoDB, a write unit: 1 KB, double within a transaction", WRITE_UNIT),
    ("DynamoDB, a read unit: 4 KB, consistent", READ_UNIT),
    ("a short wait: an SQS message sent, received and deleted", SHORT_WAIT),
    ("a visible wait: four transitions of Step Functions", VISIBLE_WAIT),
    ("a mail", MAIL),
)

# Frames that nobody is answered to, and what no person asks for.
SILENT: Final = frozenset({"typing", "read"})
WOKEN: Final = frozenset(
    {
        "wake, and back to its agent",
        "answer timeout, given to another",
        "answer timeout, waits",
        "a wait ends: asked",
        "a wait ends: answered",
        "a wait begins: its length is told",
        "erase a conversation of one message",
        "sweep, one site and one group, nothing to repair",
    }
)

# A month of a site with 50 agents: each action, and how often.
MONTH: Final[Mapping[str, int]] = {
    "page view, nobody engaged": 2_900_000,
    "observation, nobody engaged": 1_000_000,
    "page view that engages": 100_000,
    "accept": 45_000,
    "dismiss": 20_000,
    "start, assigned": 30_000,
    "start, queued": 10_000,
    "message of a visitor": 160_000,
    "message of an agent": 200_000,
    "typing": 200_000,
    "read": 300_000,
    "resume": 40_000,
    "a wait ends: answered": 8_000,
    "a wait ends: asked": 2_000,
    "an address is given": 1_500,
    "close, nobody waits": 30_000,
    "close, the slot goes to the next": 10_000,
    "a judgement": 10_000,
    "presence renewed": 50 * 160 * 3_600 // 25,
    "sweep, one site and one group, nothing to repair": 30 * 24 * 60,
}
VISITORS: Final = 1_000_000
MINUTES_A_VISITOR: Final = 3
MAILS: Final = 8_000


@dataclass(frozen=True, slots=True)
class Cost:
    """Dollars a million of one action, by what they are paid for."""

    gateway: float
    function: float
    table: float
    waits: float

    @property
    def total(self) -> float:
        return self.gateway + self.function + self.table + self.waits


def cost(action: Counted) -> Cost:
    """What a million of an action cost."""
    return Cost(
        gateway=_door(action) + SOCKET_MESSAGE * (action.pushes + action.answered),
        function=INVOCATION + LOG_LINE,
        table=WRITE_UNIT * action.units.writes + READ_UNIT * action.units.reads,
        waits=SHORT_WAIT * (action.alarms - action.executions) + VISIBLE_WAIT * action.executions,
    )


def lines() -> Iterator[str]:
    """The page below its title."""
    actions = counted()
    yield (
        "An estimate by arithmetic, not a bill. Units are reckoned by DynamoDB's rules from what "
        "[each action](requests.md) asks and answers, indexes included; each action is one "
        "invocation with its line of log. The prices are those the design assumed (list prices, "
        "us-east-1, on demand), and prices change: look them up before you rely on them, change "
        "them in [`docs/generate/costs.py`](../generate/costs.py), and `make docs`."
    )
    yield from ("", "## Prices", "")
    yield from _table(
        ("what", "dollars a million"), [(what, f"{price:g}") for what, price in PRICES]
    )
    yield from ("", "## Actions", "")
    yield "Dollars for a million of each, without the time of the functions."
    yield ""
    yield from _table(
        ("action", "write units", "read units", "gateway", "function", "table", "waits", "in all"),
        [_row(each) for each in actions],
    )
    yield from ("", "## A month", "")
    yield from _month({each.action: each for each in actions})


def _row(action: Counted) -> tuple[str, ...]:
    found = cost(action)
    parts = (found.gateway, found.function, found.table, found.waits)
    return (
        action.action,
        str(action.units.writes),
        f"{action.units.reads:g}",
        *(_money(part) if part else "" for part in parts),
        _money(found.total),
    )


def _month(actions: Mapping[str, Counted]) -> Iterator[str]:
    yield (
        f"{VISITORS:,} visitors who look at three pages in {MINUTES_A_VISITOR} minutes, one of "
        "ten invited, 40,000 conversations of nine messages, a quarter of them from the queue, "
        f"where an e-mail request waits with them; {MAILS:,} mails; 50 agents for 160 hours. "
        "Without the time of the functions, data out, storage and Cognito."
    )
    yield ""
    paid = {name: times * cost(actions[name]).total / 1e6 for name, times in MONTH.items()}
    rows = [(name, f"{MONTH[name]:,}", _money(dollars)) for name, dollars in paid.items()]
    minutes = VISITORS * MINUTES_A_VISITOR + 50 * 160 * 60
    more = (
        ("minutes of open sockets", minutes, CONNECTION_MINUTE),
        ("visible waits of the flow", MONTH["start, queued"], VISIBLE_WAIT),
        ("mails", MAILS, MAIL),
    )
    rows += [(name, f"{times:,}", _money(times * price / 1e6)) for name, times, price in more]
    total = sum(paid.values()) + sum(times * price / 1e6 for _name, times, price in more)
    yield from _table(("what", "times", "dollars"), [*rows, ("**in all**", "", _money(total))])


def _door(action: Counted) -> float:
    """What the gateway takes for letting it in: a frame of a socket, a REST call, or an alarm."""
    if action.action in WOKEN:
        return 0.0
    is_frame = action.first is not None or action.action in SILENT
    return SOCKET_MESSAGE if is_frame else REST_CALL


def _money(dollars: float) -> str:
    return f"{dollars:.2f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|---|{'---:|' * (len(head) - 1)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
