"""Does every wait have its run, and every run the moment at which it must look again? I26.

Together with the sweeper, which is judged in the end, this says that whoever waits is asked.
"""

from datetime import UTC, datetime

from chalicelib.flows import advance
from chalicelib.flows.email_request import EmailRequest
from chalicelib.model.hours import Hours
from chalicelib.playbook.playbook import Playbook
from chalicelib.store import keys
from chalicelib.store.operations import Item
from tests.sim.flow_oracles import Flows
from tests.sim.history import History, moment, require
from tests.sim.process import SKEW_SECONDS
from tests.sim.routing_oracles import LONGEST_STALL
from tests.sim.table import Commit


def judge(history: History, commit: Commit) -> None:
    """Both oracles, on one commit."""
    for before, after in commit.conversations:
        if "unanswered_since" in after and (before is None or "unanswered_since" not in before):
            _begins_to_wait(history, commit, after)
    for _before, after in commit.runs:
        if after["kind"] != "email_request":
            continue
        if after["state"] == "sleeping":
            _wakes_in_time(history, commit, after)
        elif after["state"] == "finished":
            _has_a_reason(history, commit, after)


def judge_in_the_end(history: History, flows: Flows, late: float) -> None:
    """No run sleeps past its moment, no letter lies there, and whoever had left has a mail."""
    for item in history.table.everything("RUN"):
        overdue = item["state"] == "sleeping" and moment(item["wake_at"]) < late
        require(not overdue, "I26", "a run that nobody wakes", item)
        if item["state"] == "asked" and item["reason"] == "known":
            _is_informed(history, flows, item)
    for item in history.table.everything("LETTER"):
        overdue = item["state"] == "pending" and moment(item["due_at"]) < late
        require(not overdue, "I26", "a letter that nobody sends", item)


def _is_informed(history: History, flows: Flows, run: Item) -> None:
    """Whose address is known hears of it: on a page of theirs, or else by mail."""
    conversation = history.conversations[run["conversation"]]
    number = flows.asked[run["conversation"]]
    if run["conversation"] in flows.informed or conversation["visitor_seen"] >= number:
        return
    letter = history.table.item(keys.letter(run["site"], f"{run['id']}-information"))
    require(letter is not None, "I26", "nobody told them", run, conversation)


def _begins_to_wait(history: History, commit: Commit, conversation: Item) -> None:
    """A wait that some flow is meant for has a run, whichever version it was judged by."""
    if any(run["since"] == conversation["unanswered_since"] for _before, run in commit.runs):
        return
    versions = history.in_force(conversation["site"], commit.now - LONGEST_STALL)
    asked = conversation.get("asked_by") is not None or conversation["state"] == "missed"
    must = not asked and all(_asks_in(each, conversation) for each in versions)
    require(not must, "I26", "a wait without a run", conversation)


def _asks_in(playbook: Playbook, conversation: Item) -> bool:
    group = playbook.groups.get(conversation.get("group", ""))
    return group is not None and not group.is_synchronous and bool(_meant(playbook, conversation))


def _wakes_in_time(history: History, commit: Commit, run: Item) -> None:
    """The next moment of some flow, and no moment of another in between."""
    begun_with = history.parsed[run["site"], run["playbook_version"]]
    since = datetime.fromisoformat(run["since"])
    flows = _meant(begun_with, history.conversations[run["conversation"]])
    moments = sorted(advance.due(flow, since).timestamp() for flow in flows)
    wakes = moment(run["wake_at"])
    require(wakes in moments, "I26", "no flow's moment", run, moments)
    overslept = [at for at in moments if commit.now + SKEW_SECONDS < at < wakes]
    require(not overslept, "I26", "oversleeps", run, moments)


def _has_a_reason(history: History, commit: Commit, run: Item) -> None:
    """Nothing is left to ask: each flow was paused, or it was not its time."""
    conversation = history.conversations[run["conversation"]]
    reason = run["reason"]
    if reason == "closed":
        require(conversation["state"] in ("closed", "missed"), "I26", run, conversation)
    elif reason == "already_asked":
        require("asked_by" in conversation, "I26", run, conversation)
    else:
        require(reason == "nothing_left", "I26", run)
        begun_with = history.parsed[run["site"], run["playbook_version"]]
        versions = history.in_force(run["site"], commit.now - LONGEST_STALL)
        for flow in _meant(begun_with, conversation):
            at_fault = any(_stops(each, flow, conversation, commit.now) for each in versions)
            require(at_fault, "I26", "passed over", flow.id, run)


def _stops(playbook: Playbook, flow: EmailRequest, conversation: Item, now: float) -> bool:
    """Whether this version might have kept a flow from asking in the last moments."""
    today = playbook.flows.get(flow.id)
    if today is None or not today.criteria.is_active:
        return True
    hours = _hours(playbook, conversation)
    moments = (now + SKEW_SECONDS, now, now - SKEW_SECONDS, now - LONGEST_STALL)
    return not all(
        flow.criteria.fit(hours.is_open(datetime.fromtimestamp(at, UTC), playbook.site.zone))
        for at in moments
    )


def _hours(playbook: Playbook, conversation: Item) -> Hours:
    group = playbook.groups.get(conversation.get("group", ""))
    own = None if group is None else group.hours
    return playbook.site.hours if own is None else own


def _meant(playbook: Playbook, conversation: Item) -> tuple[EmailRequest, ...]:
    return advance.candidates(
        playbook.email_requests.values(),
        targeting_rule=conversation.get("targeting_rule"),
        routing_rule=conversation.get("routing_rule"),
    )
