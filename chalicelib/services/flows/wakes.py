"""A run is awake: what is true now of its conversation, and of the flows it began with?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.flows import advance
from chalicelib.flows.advance import AnyFlow
from chalicelib.flows.templates import Texts, fill, in_language
from chalicelib.model.conversation import Author, AuthorKind, Conversation, Message
from chalicelib.model.flow_run import FlowRun, RunEvent
from chalicelib.playbook.playbook import Playbook
from chalicelib.services.ports import Ports
from chalicelib.services.ports.placement import Listener


@dataclass(frozen=True, slots=True, kw_only=True)
class Wake:
    """`playbook` is the present one, `begun_with` the one whose flows the run keeps to."""

    run: FlowRun
    playbook: Playbook
    begun_with: Playbook
    conversation: Conversation
    listeners: tuple[Listener, ...]
    now: datetime

    @property
    def answered(self) -> bool:
        """Whether a person has answered what the visitor wrote when this wait began."""
        return self.conversation.unanswered_since != self.run.since

    def is_open(self, at: datetime) -> bool:
        """The hours of the conversation's group, or else the site's."""
        site = self.playbook.site
        group = self.playbook.groups.get(self.conversation.group or "")
        hours = group.hours if group is not None and group.hours is not None else site.hours
        return hours.is_open(at, site.zone)

    def paused(self, flows: tuple[AnyFlow, ...]) -> frozenset[str]:
        """Those of the flows that are not active any more."""
        still = {flow.id for flow in self.playbook.flows.values() if flow.criteria.is_active}
        return frozenset(flow.id for flow in flows) - still

    def message(
        self, flow: str, texts: Texts, variables: Mapping[str, str], after: Conversation
    ) -> Message:
        """A flow's words as the last message of `after`, in the visitor's language."""
        fallback = self.playbook.site.languages[0]
        author = Author(kind=AuthorKind.FLOW, id=flow, avatar=self.playbook.chatbox.avatar or "")
        return Message(
            conversation=after.id,
            number=after.last_number,
            author=author,
            text=fill(in_language(texts, after.language, fallback), variables),
            sent_at=self.now,
        )


def sleep(ports: Ports, wake: Wake, until: datetime) -> FlowRun:
    """Nothing is due yet."""
    after = wake.run.asleep_until(until)
    ports.runs.save(wake.run, after)
    return after


def end(ports: Ports, wake: Wake, reason: StrEnum, *, called_off: bool) -> FlowRun:
    """Nothing will be due any more; a person's answer calls a run off."""
    event = RunEvent.CANCELLED if called_off else RunEvent.FINISHED
    after = wake.run.ended(event, reason.value)
    ports.runs.save(wake.run, after)
    return after


def meant_for(flows: Mapping[str, AnyFlow], conversation: Conversation) -> tuple[AnyFlow, ...]:
    """The active flows meant for a conversation, the one that speaks first in front."""
    return advance.candidates(
        flows.values(),
        targeting_rule=conversation.targeting_rule,
        routing_rule=conversation.routing_rule,
    )
