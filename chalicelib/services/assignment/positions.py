"""How many are before me? Those who wait are told when it changes.

Whoever changes a queue only notes it and sets an alarm, so no change costs more with more people
waiting. The alarm tells everybody, a hundred at a time; of each group one telling at a time, so
that nobody hears an older place after a newer. Nothing is lost with an alarm: the next change sets
another, and so does the sweeper.
"""

from collections.abc import Sequence
from datetime import timedelta

from chalicelib.errors import NotFound
from chalicelib.model.conversation import Conversation, ConversationState
from chalicelib.model.notices import QueueChanged, Queued
from chalicelib.playbook.playbook import Playbook
from chalicelib.routing.queue import Entry, order, position, sort_key
from chalicelib.routing.roster import LARGEST_EXACT
from chalicelib.services import audience
from chalicelib.services.ports import Ports, estimates
from chalicelib.services.ports.queues import News

SECONDS = 1.0
TOLD_AT_ONCE = 100
# How long a hundred may take, before somebody else may begin again.
TELLS_FOR = timedelta(seconds=60)
# How far down a queue a page that comes back looks for its place.
LOOKED_THROUGH = 100
ALARMS = {News.PLACES: "positions", News.LENGTH: "queue_length"}


def of(ports: Ports, conversation: Conversation) -> int | None:
    """The place of a conversation in its queue, from 1.

    None when it does not wait, or so far behind that it will be told with the next change.
    """
    if conversation.state is not ConversationState.WAITING or conversation.group is None:
        return None
    entries = ports.conversations.queue(conversation.site, conversation.group, LOOKED_THROUGH)
    return position(entries, conversation.id)


def likely_wait(ports: Ports, conversation: Conversation) -> int | None:
    """How many seconds a conversation that waits is likely to do so, if enough is known."""
    if conversation.state is not ConversationState.WAITING or conversation.group is None:
        return None
    playbook = ports.playbooks.current(conversation.site)
    return estimates.of_group(ports.estimates, playbook, conversation.group, ports.now())


def tell(ports: Ports, playbook: Playbook, group: str, *, joined: bool = False) -> None:
    """Have those who wait told their places soon, and the group's agents how many wait.

    Whoever has just `joined` the end of a queue changes nobody's place.
    """
    now = ports.now()
    news = News.LENGTH if joined else News.PLACES
    until = now + timedelta(seconds=SECONDS)
    if ports.queues.mark(playbook.site.id, group, news, until=until, now=now):
        ports.alarms.ring(ALARMS[news], playbook.site.id, group, seconds=SECONDS)


def tell_places(ports: Ports, site: str, whom: str) -> None:
    """Tell a hundred of those who wait their places, and leave the rest to another alarm.

    `whom` names the group; behind it, each after a `#`, the telling that goes on, how many it has
    told, and the last of them.
    """
    group, _, told = whom.partition("#")
    telling, _, told = told.partition("#")
    number, _, last = told.partition("#")
    if not telling:
        telling = ports.new_id()
        if not _begin(ports, site, group, telling):
            return
    elif not ports.queues.go_on_telling(site, group, telling, until=ports.now() + TELLS_FOR):
        return
    before = int(number or 0)
    entries = order(ports.conversations.queue(site, group, TOLD_AT_ONCE, after=last or None))
    playbook = ports.playbooks.current(site)
    wait = estimates.of_group(ports.estimates, playbook, group, ports.now())
    for place, entry in enumerate(entries, before + 1):
        _tell_place(ports, site, entry, place, wait)
    if len(entries) == TOLD_AT_ONCE:
        following = f"{group}#{telling}#{before + TOLD_AT_ONCE}#{sort_key(entries[-1])}"
        ports.alarms.ring(ALARMS[News.PLACES], site, following, seconds=0)
    elif ports.queues.end_telling(site, group, telling):
        # Whose alarm came meanwhile was sent away.
        ports.alarms.ring(ALARMS[News.PLACES], site, group, seconds=SECONDS)


def tell_length(ports: Ports, site: str, group: str) -> None:
    """Tell the agents of a group how many wait."""
    ports.queues.unmark(site, group, News.LENGTH)
    _tell_agents(ports, site, group)


def tell_again(ports: Ports, site: str, group: str, news: News) -> None:
    """Set an alarm once more that seems to be lost."""
    ports.alarms.ring(ALARMS[news], site, group, seconds=0)


def _begin(ports: Ports, site: str, group: str, telling: str) -> bool:
    now = ports.now()
    until = now + TELLS_FOR
    if not ports.queues.begin_telling(site, group, telling, until=until, now=now):
        return False
    _tell_agents(ports, site, group)
    return True


def _tell_place(ports: Ports, site: str, entry: Entry, place: int, wait: int | None) -> None:
    try:
        waiting, listeners = ports.conversations.with_audience(site, entry.conversation)
    except NotFound:
        return
    # Whoever overflowed into this queue is told their place in their own.
    if waiting.state is ConversationState.WAITING and waiting.group == entry.group:
        notice = Queued(
            conversation=entry.conversation, position=place, estimated_wait_seconds=wait
        )
        audience.tell_visitor(ports, waiting, listeners, notice)


def _tell_agents(ports: Ports, site: str, group: str) -> None:
    team = ports.staff.teams(ports.playbooks.current(site)).get(group)
    if team is None:
        return
    notice = QueueChanged(group=group, waiting=ports.queues.waiting(site, [group])[group])
    audience.tell_members(ports, _in_turn(sorted(team.members), ports.now().minute), notice)


def _in_turn(people: Sequence[str], minute: int) -> Sequence[str]:
    """A hundred of them, others each minute: a large group is not read as a whole for a hint."""
    first = minute * LARGEST_EXACT % max(1, len(people))
    return [*people[first:], *people[:first]][:LARGEST_EXACT]
