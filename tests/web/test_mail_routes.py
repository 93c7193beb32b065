"""Templates, previews and transcripts over REST: by role, and refused with the place of a fault."""

import json

import pytest

from chalicelib.flows.addresses import address_digest
from chalicelib.model.correspondent import Suppressed

TEMPLATES = "/v1/sites/bank/email-templates"
HOSTILE = '<script>alert("1")</script>'
TEMPLATE = {
    "id": "unseen_reply",
    "subject": {"en": "News from {{site_name}}"},
    "text": {"en": f"{HOSTILE} {{{{visitor_name}}}} {{{{agent_name}}}}"},
}


def preview(front, name, user="mia", **body):
    return front.rest("POST", f"{TEMPLATES}/{name}/preview", body, user=user)


@pytest.mark.parametrize("name", ["unseen_reply", "transcript", "closed"])
def test_every_mail_can_be_seen_before_anybody_gets_it(front, name):
    for language, lang in (("en", "en"), ("fr", "fr"), (None, "en")):
        answer = preview(front, name, **({"language": language} if language else {}))
        assert answer.status == 200
        assert answer.document.keys() == {"subject", "text", "html"}
        assert f'<html lang="{lang}">' in answer.document["html"]
        assert "Bank" in answer.document["subject"]


def test_a_template_is_saved_shown_and_escaped(front):
    assert front.rest("POST", TEMPLATES, TEMPLATE).status == 201
    shown = preview(front, "unseen_reply").document
    assert shown["subject"] == "News from Bank"
    assert f"{HOSTILE} Grace Ada" in shown["text"]
    assert "<script>" not in shown["html"] and "&lt;script&gt;" in shown["html"]
    change = {"text": {"en": "Simply this."}}
    assert front.rest("PATCH", f"{TEMPLATES}/unseen_reply", change).status == 200
    assert "Simply this." in preview(front, "unseen_reply").document["text"]
    assert front.rest("DELETE", f"{TEMPLATES}/unseen_reply").status == 204
    assert "You were away" in preview(front, "unseen_reply").document["text"]


def test_words_that_are_not_saved_yet_are_previewed_and_checked(front):
    words = {"subject": "Draft {{site_name}}", "text": "Not saved"}
    assert preview(front, "closed", **words).document["subject"] == "Draft Bank"
    refused = preview(front, "closed", subject="{{site_nam}}", text="x")
    assert (refused.status, refused.code) == (422, "invalid_field")
    assert "did you mean 'site_name'?" in refused.document["error"]["message"]
    assert refused.document["error"]["path"] == "subject"
    assert preview(front, "closed", text="x").status == 422


def test_a_template_that_cannot_be_sent_cannot_be_saved(front):
    for change in ({"text": "{{nobody}}"}, {"subject": "a\r\nBcc: x@y.z"}, {"id": "other"}):
        refused = front.rest("POST", TEMPLATES, {**TEMPLATE, **change})
        assert refused.status in (400, 422), change


def test_a_flow_s_own_mail_is_previewed_by_its_flow(front):
    flow = {
        "id": "ask",
        "name": "Ask",
        "kind": "email_request",
        "status": "active",
        "delay_seconds": 30,
        "messages": {
            "unknown": {"request": "Where?", "confirmation": "Thanks"},
            "known": {"information": "We write to {{email}}."},
        },
        "acknowledgement": {"enabled": True, "subject": "Got it", "text": "Dear {{visitor_name}}"},
    }
    assert front.rest("POST", "/v1/sites/bank/flows", flow).status == 201
    mail = preview(front, "acknowledgement", flow="ask").document
    assert (mail["subject"], mail["text"].split("\n")[0]) == ("Got it", "Dear Grace")
    assert "visitor@example.com" in preview(front, "information", flow="ask").document["text"]
    assert preview(front, "acknowledgement", flow="other").status == 422
    assert preview(front, "acknowledgement").status == 422


def test_what_is_no_mail_and_who_may_not_look(front):
    assert preview(front, "newsletter").status == 404
    assert preview(front, "closed", user="ada").status == 403
    assert preview(front, "closed", user="max").status == 404
    assert preview(front, "closed", colour="red").code == "unknown_field"


def test_a_transcript_of_nothing_is_not_found(front):
    path = "/v1/sites/bank/conversations/none/transcript"
    assert front.rest("POST", path, user="ada").status == 404


def asked(front, what, address="Grace@example.com", user="root", site="bank"):
    path = f"/v1/sites/{site}/suppressions/{what}"
    return front.rest("POST", path, {"address": address}, user=user)


def test_an_admin_sees_why_an_address_gets_no_mail_and_may_lift_it(front):
    assert asked(front, "look-up").document == {}
    standing, digest = front.ports.standing, address_digest("grace@example.com")
    standing.unsubscribe("bank", digest, front.ports.now())
    standing.suppress("bank", digest, Suppressed.COMPLAINT, front.ports.now())
    standing.suppress("bank", digest, Suppressed.BOUNCE, front.ports.now())
    found = asked(front, "look-up").document
    assert found["suppressed"] == "complaint", "the first reason stays"
    assert found.keys() == {"suppressed", "suppressed_at", "unsubscribed_at"}
    assert asked(front, "look-up", site="shop").document == {}
    for _ in range(2):
        assert asked(front, "lift").status == 204
    assert asked(front, "look-up").document == {}


def test_soft_bounces_of_before_are_forgotten_with_the_rest_but_no_cap_is(front):
    standing, digest, now = (
        front.ports.standing,
        address_digest("grace@example.com"),
        front.ports.now(),
    )
    nobody = standing.correspondent("bank", digest)
    standing.save(nobody, nobody.with_mail("m", now).with_soft_bounce("1", now), now)
    assert asked(front, "lift").status == 204
    known = standing.correspondent("bank", digest)
    assert (len(known.mails), len(known.soft_bounces)) == (1, 0)


@pytest.mark.parametrize("what", ["look-up", "lift"])
def test_only_admins_ask_and_only_for_one_address(front, what):
    assert asked(front, what, user="mia").status == 403
    assert asked(front, what, user="ada").status == 403
    assert asked(front, what, site="nowhere").status == 404
    for address in ("", "a@b.com,c@d.com", ["a@b.com"], None, "x" * 300):
        refused = asked(front, what, address)
        assert (refused.status, refused.code) == (422, "invalid_field"), address
        assert refused.document["error"]["path"] == "address"
    assert "grace" not in json.dumps(asked(front, "look-up").document)
