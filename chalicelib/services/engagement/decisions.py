"""Why was this visitor engaged, or not? Read a decision again, take it again, or ask for one.

The same pure functions serve the live page, the replay and the preview; only where the facts come
from differs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from chalicelib.errors import NotFound
from chalicelib.model.visit import Visit
from chalicelib.playbook.playbook import Playbook
from chalicelib.playbook.templates import Format
from chalicelib.rules import history, imagined
from chalicelib.rules.circumstances import Circumstances
from chalicelib.rules.compile import Verdict
from chalicelib.rules.decide import Decision, decide, is_held_out
from chalicelib.rules.facts import Facts
from chalicelib.rules.record import Asked, asked_of, record
from chalicelib.rules.rule import TargetingRule
from chalicelib.rules.sentences import sentences
from chalicelib.services.assignment import availability
from chalicelib.services.ports import Ports

# A rule that is held from all but one in a hundred is seen by one of these, almost certainly.
IMAGINED: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A decision, and all that it was taken from."""

    asked: Asked
    verdict: Verdict

    def document(self, playbook: Playbook) -> dict[str, Any]:
        """The record of it: the reasons are the plain evaluator's, which is asked only now."""
        return record(self.asked, evaluate(playbook, self.asked), playbook.targeting_rules)


def asked_about(playbook: Playbook, visit: Visit, facts: Facts, now: datetime) -> Asked:
    """What there is to decide on for one visit at one moment."""
    return Asked(
        playbook_version=playbook.version,
        facts=facts,
        history=visit.history,
        visit=visit.id,
        visitor=visit.visitor,
        open_conversation=False,
        unavailable=(),
        at=now,
    )


def take(ports: Ports, playbook: Playbook, asked: Asked) -> Taken:
    """Decide, passing over rules whose conversation nobody could take.

    Availability is read only when a rule otherwise fires; of who is held out too, since they are
    compared with those to whom it was shown.
    """
    while True:
        verdict = playbook.index.decide(asked.facts, _around(playbook, asked))
        fired = verdict.fired
        if fired is None or _can_take(ports, playbook, fired, asked):
            return Taken(asked=asked, verdict=verdict)
        asked = replace(asked, unavailable=(*asked.unavailable, fired.id))


def evaluate(playbook: Playbook, asked: Asked) -> Decision:
    """The decision and its reasons under this playbook; the same whenever it is asked."""
    return decide(playbook.targeting_rules, asked.facts, _around(playbook, asked))


def get(ports: Ports, site: str, id: str) -> Mapping[str, Any]:
    found = ports.visitors.decision(site, id)
    if found is None:
        raise NotFound(f"no decision {id!r}")
    return found


def told(playbook: Playbook, record: Mapping[str, Any]) -> dict[str, Any]:
    """A record with a sentence on every rule, by the names that rules have in this playbook."""
    names = {rule.id: rule.name for rule in playbook.targeting_rules}
    return {**record, "sentences": sentences(record, names)}


def replay(ports: Ports, site: str, id: str) -> dict[str, Any]:
    """Take a stored decision again, under the playbook version it was taken with."""
    before = get(ports, site, id)
    asked = asked_of(before)
    playbook = ports.playbooks.at(site, asked.playbook_version)
    after = record(asked, evaluate(playbook, asked), playbook.targeting_rules)
    return {
        "identical": after["hash"] == before["hash"],
        "before": before["hash"],
        "after": after["hash"],
        "decision": after,
    }


def preview(ports: Ports, playbook: Playbook, visitor: Facts, now: datetime) -> dict[str, Any]:
    """What would happen to such a visitor at such a moment; nothing is stored."""
    site = playbook.site
    asked = Asked(
        playbook_version=playbook.version,
        facts=imagined.facts_of(visitor, site.hours, site.zone, now),
        history={},
        visit="preview",
        visitor=_seeing(None),
        open_conversation=False,
        unavailable=(),
        at=now,
    )
    taken = take(ports, playbook, asked)
    seeing = replace(taken.asked, visitor=_seeing(taken.verdict.fired))
    return replace(taken, asked=seeing).document(playbook)


def keep(ports: Ports, site: str, record: Mapping[str, Any]) -> dict[str, Any]:
    """Store the record of a preview, so that it can be read and taken again by its new id."""
    id = ports.new_id()
    ports.visitors.keep_decision(site, id, record)
    return {"id": id, **record}


def _seeing(rule: TargetingRule | None) -> str:
    """The id of an imagined visitor who sees what a rule shows, as long as anybody does."""
    names = [f"preview-{number}" for number in range(IMAGINED)]
    seeing = (name for name in names if rule is None or not is_held_out(name, rule))
    return next(seeing, names[0])


def _around(playbook: Playbook, asked: Asked) -> Circumstances:
    return Circumstances(
        campaigns=playbook.campaigns,
        zone=playbook.site.zone,
        frequency_cap=playbook.site.frequency_cap,
        now=asked.at,
        visitor=asked.visitor,
        visit=asked.visit,
        history=history.parse(asked.history),
        open_conversation=asked.open_conversation,
        unavailable=frozenset(asked.unavailable),
    )


def _can_take(ports: Ports, playbook: Playbook, rule: TargetingRule, asked: Asked) -> bool:
    if playbook.format_of(rule) is Format.CUSTOM_BUTTON:
        # It is there all the time, and says itself whether anybody is.
        return True
    language = asked.facts.get("visitor.language")
    routing = {
        **asked.facts,
        "conversation.language": language,
        "conversation.targeting_rule": rule.id,
        "conversation.campaign": rule.campaign,
    }
    spoken = language if isinstance(language, str) else None
    return availability.can_take(ports, playbook, rule.routing_rule, routing, spoken, asked.at)
