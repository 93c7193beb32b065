"""The authoring form of an e-mail-request flow: what is taken, what is refused, and where."""

from typing import Any

import pytest

from chalicelib.errors import Invalid
from chalicelib.flows.criteria import FlowHours, FlowStatus
from chalicelib.flows.kinds import parse

LANGUAGES = ("fr", "en")


def flow(**changes: Any) -> dict[str, Any]:
    return {
        "id": "evening",
        "name": "Evening",
        "kind": "email_request",
        "status": "active",
        "delay_seconds": 25,
        "hours": "closed",
        "messages": {
            "unknown": {
                "request": {"fr": "Votre adresse ?", "en": "Your address?"},
                "confirmation": "Merci {{visitor_name}}",
            },
            "known": {"information": "Nous écrirons à {{email}}."},
        },
        "acknowledgement": {"enabled": True, "subject": "Bien reçu", "text": "À bientôt"},
        **changes,
    }


def messages(**changes: Any) -> dict[str, Any]:
    unknown = {"request": "a", "confirmation": "b"} | changes
    return {"unknown": unknown, "known": {"information": "c"}}


def test_a_flow_is_read_whole() -> None:
    found = parse(flow(targeting_rules=["loans"], priority=-3), "flows[0]", LANGUAGES)
    assert (found.id, found.name, found.criteria.status) == (
        "evening",
        "Evening",
        FlowStatus.ACTIVE,
    )
    assert (found.delay_seconds, found.criteria.hours, found.criteria.priority) == (
        25,
        FlowHours.CLOSED,
        -3,
    )
    assert (found.criteria.targeting_rules, found.criteria.routing_rules) == (("loans",), ())
    assert found.messages.request == {"fr": "Votre adresse ?", "en": "Your address?"}
    assert found.messages.confirmation == {"fr": "Merci {{visitor_name}}"}
    assert found.messages.information == {"fr": "Nous écrirons à {{email}}."}
    assert found.acknowledgement.enabled
    assert found.acknowledgement.subject == {"fr": "Bien reçu"}


def test_the_delay_is_the_only_mandatory_criterion() -> None:
    found = parse(
        {
            "id": "f",
            "name": "F",
            "kind": "email_request",
            "status": "active",
            "delay_seconds": 5,
            "messages": messages(),
        },
        "flows[0]",
        LANGUAGES,
    )
    assert found.criteria.hours is None
    assert (
        found.criteria.targeting_rules,
        found.criteria.routing_rules,
        found.criteria.priority,
    ) == ((), (), 0)
    assert not found.acknowledgement.enabled


@pytest.mark.parametrize("status", ["draft", "paused"])
def test_a_flow_that_is_not_active_may_lack_its_words(status: str) -> None:
    found = parse(flow(status=status, messages=None, acknowledgement={"enabled": True}), "f", ())
    assert found.messages.request == {}


@pytest.mark.parametrize("delay", [5, 25, 86_400])
def test_a_delay_within_its_limits_is_kept(delay: int) -> None:
    assert parse(flow(delay_seconds=delay), "f", LANGUAGES).delay_seconds == delay


@pytest.mark.parametrize("delay", [None, 4, 86_401, 0, -5, 25.0, 25.5, "25", True, [25]])
def test_any_other_delay_is_refused(delay: object) -> None:
    with pytest.raises(Invalid) as refusal:
        parse(flow(delay_seconds=delay), "flows[0]", LANGUAGES)
    assert refusal.value.path == "flows[0].delay_seconds"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"name": None}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"id": "a b"}, "id"),
        ({"kind": None}, "kind"),
        ({"kind": "weather"}, "kind"),
        ({"status": "on"}, "status"),
        ({"hours": "always"}, "hours"),
        ({"priority": "1"}, "priority"),
        ({"priority": 1001}, "priority"),
        ({"targeting_rules": "loans"}, "targeting_rules"),
        ({"routing_rules": ["a", "a"]}, "routing_rules[1]"),
        ({"delay": 25}, "delay"),
        ({"version": 3}, "version"),
        ({"messages": {}}, "messages.unknown.request"),
        ({"messages": messages(request="")}, "messages.unknown.request"),
        ({"messages": messages(request="  ")}, "messages.unknown.request"),
        ({"messages": messages(request=5)}, "messages.unknown.request"),
        ({"messages": messages(request={})}, "messages.unknown.request"),
        ({"messages": messages(request={"de": "Adresse?"})}, "messages.unknown.request.de"),
        ({"messages": messages(request={"french": "x"})}, "messages.unknown.request.french"),
        ({"messages": messages(request={"fr": 5})}, "messages.unknown.request.fr"),
        ({"messages": messages(request="x" * 2001)}, "messages.unknown.request"),
        ({"messages": messages(request="a\x00b")}, "messages.unknown.request"),
        ({"messages": messages(confirmation="{{nom}}")}, "messages.unknown.confirmation"),
        ({"messages": messages(information="x")}, "messages.unknown.information"),
        ({"messages": {"unknown": messages()["unknown"]}}, "messages.known.information"),
        ({"messages": {**messages(), "other": {}}}, "messages.other"),
        ({"acknowledgement": {"enabled": "yes"}}, "acknowledgement.enabled"),
        ({"acknowledgement": {"enabled": True, "text": "x"}}, "acknowledgement.subject"),
        ({"acknowledgement": {"enabled": True, "subject": "x"}}, "acknowledgement.text"),
        ({"acknowledgement": {"subject": "a\r\nBcc: x@y.example"}}, "acknowledgement.subject"),
        ({"acknowledgement": {"subject": "a\u2028b"}}, "acknowledgement.subject"),
        ({"acknowledgement": {"subject": "x" * 151}}, "acknowledgement.subject"),
        ({"acknowledgement": {"sujet": "x"}}, "acknowledgement.sujet"),
    ],
)
def test_a_fault_is_refused_with_its_place(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse(flow(**changes), "flows[0]", LANGUAGES)
    assert refusal.value.path == f"flows[0].{path}"


@pytest.mark.parametrize("document", [None, [], "flow", 5])
def test_only_an_object_is_a_flow(document: object) -> None:
    with pytest.raises(Invalid):
        parse(document, "flows[0]", LANGUAGES)
