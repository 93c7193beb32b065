"""How is a targeting decision kept, so that it can be explained and taken again?

The record holds everything the decision was taken from, a word on every rule with the comparison
that stood in its way, and a hash over all of it. Taken again, it must come out byte for byte alike.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.rules.decide import Decision, Reason
from chalicelib.rules.explain import explain
from chalicelib.rules.facts import Facts
from chalicelib.rules.rule import TargetingRule

# Rules that were asked: the others are told by their reason alone.
ASKED = frozenset({Reason.NO_MATCH, Reason.PENDING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """All that a decision depends on beside the playbook; `at` is the moment it was taken."""

    playbook_version: int
    facts: Facts
    history: Mapping[str, Any]
    visit: str
    visitor: str
    open_conversation: bool
    unavailable: tuple[str, ...]
    at: datetime


def record(asked: Asked, decision: Decision, rules: Iterable[TargetingRule]) -> dict[str, Any]:
    """The decision as JSON, with its hash."""
    by_id = {rule.id: rule for rule in rules}
    document = {
        "playbook_version": asked.playbook_version,
        "at": asked.at.isoformat(),
        "visitor": asked.visitor,
        "visit": asked.visit,
        "history": dict(asked.history),
        "open_conversation": asked.open_conversation,
        "unavailable": sorted(asked.unavailable),
        "facts": {name: _plain(asked.facts[name]) for name in sorted(asked.facts)},
        "fired": None if decision.fired is None else decision.fired.id,
        "held_out": decision.held_out,
        "rules": [_rule(by_id[rule], reason, asked.facts) for rule, reason in decision.reasons],
        "watches": [
            {"fact": each.fact, "op": each.op, "value": each.value} for each in decision.watches
        ],
    }
    return {**document, "hash": digest(document)}


def asked_of(document: Mapping[str, Any]) -> Asked:
    """What a record was taken from."""
    return Asked(
        playbook_version=document["playbook_version"],
        facts=document["facts"],
        history=document["history"],
        visit=document["visit"],
        visitor=document["visitor"],
        open_conversation=document["open_conversation"],
        unavailable=tuple(document["unavailable"]),
        at=datetime.fromisoformat(document["at"]),
    )


def digest(document: Mapping[str, Any]) -> str:
    """SHA-256 of the document in one spelling: sorted names, no spaces, without its own hash."""
    bare = {name: value for name, value in document.items() if name != "hash"}
    text = json.dumps(bare, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _rule(rule: TargetingRule, reason: Reason, facts: Facts) -> dict[str, Any]:
    told: dict[str, Any] = {"rule": rule.id, "result": reason.value}
    if reason not in ASKED:
        return told
    wanted = False if reason is Reason.NO_MATCH else "unknown"
    return {**told, "because": _first(explain(rule.when, facts), wanted)}


def _first(tree: Mapping[str, Any], wanted: object) -> Mapping[str, Any] | None:
    """The first comparison, in the author's order, that came out so; under a `not`, any part."""
    if "fact" in tree:
        return tree if tree["result"] == wanted else None
    if "not" in tree:
        return {"result": tree["result"], "not": tree["not"]}
    parts = tree.get("all") or tree.get("any") or [tree["when"]]
    found = (_first(part, wanted) for part in parts if part["result"] == wanted)
    return next((each for each in found if each is not None), None)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple | frozenset) else value
