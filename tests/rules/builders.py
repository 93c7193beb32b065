"""Rules, campaigns and decisions for tests, down to what a test does not care about."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.rules import campaign
from chalicelib.rules import rule as targeting
from chalicelib.rules.campaign import Campaign
from chalicelib.rules.circumstances import Circumstances
from chalicelib.rules.decide import Decision, decide
from chalicelib.rules.facts import Facts, Kind
from chalicelib.rules.history import History
from chalicelib.rules.rule import Frequency, TargetingRule
from chalicelib.rules.vocabulary import Vocabulary

PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
VOCABULARY = Vocabulary(segments={}, custom_data={"plan": Kind.TEXT})


def document(identifier: str = "hello", **changes: Any) -> dict[str, Any]:
    """A targeting rule as an author writes it: active, always, the chatbox."""
    return {
        "id": identifier,
        "name": "Say hello",
        "campaign": "autumn",
        "status": "active",
        "engagement": {"kind": "chatbox"},
        "routing_rule": "advice",
    } | changes


def rule(identifier: str = "hello", **changes: Any) -> TargetingRule:
    return targeting.parse(document(identifier, **changes), "rule", VOCABULARY)


def campaigns(**changes: Any) -> dict[str, Campaign]:
    written = {"id": "autumn", "name": "Autumn", "status": "active"} | changes
    return {"autumn": campaign.parse(written, "campaign")}


def circumstances(**changes: Any) -> Circumstances:
    """Noon in Paris, a visitor who was never shown anything, and everybody available."""
    usual: dict[str, Any] = {
        "campaigns": campaigns(),
        "history": History(),
        "visit": "visit-1",
        "open_conversation": False,
        "unavailable": frozenset(),
        "zone": PARIS,
        "frequency_cap": Frequency(),
        "visitor": "ada",
        "now": NOON,
    }
    return Circumstances(**usual | changes)


def decided(*rules: TargetingRule, facts: Facts | None = None, **changes: Any) -> Decision:
    return decide(rules, facts or {}, circumstances(**changes))
