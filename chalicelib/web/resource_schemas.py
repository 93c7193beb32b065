"""Which shape does each REST resource have, as the OpenAPI document tells? Parsers decide."""

from collections.abc import Mapping
from typing import Final

from chalicelib.model.flow_run import FlowKind
from chalicelib.web.mail_schemas import EMAIL_TEMPLATE, MAIL_SETTINGS
from chalicelib.web.schemas import Schema
from chalicelib.web.shapes import (
    FLAG,
    ID,
    MOMENT,
    NUMBER,
    STAMPS,
    TEXT,
    a_resource,
    an_object,
    many,
    or_null,
)

CONDITION: Final[Schema] = {
    "type": "object",
    "description": "all, any, not, segment, or fact/is/value; {} holds always",
}
STATUS: Final[Schema] = {"enum": ["draft", "active", "paused"]}
BY_LANGUAGE: Final[Schema] = {
    "type": ["object", "string"],
    "description": "one text, or by language",
}
HOURS: Final = an_object("Hours", weekly={"type": "object"}, exceptions=many({"type": "object"}))
FREQUENCY: Final = an_object(
    "Frequency",
    per_session=NUMBER,
    per_day=NUMBER,
    per_visitor=NUMBER,
    pause_after_dismissal_seconds=NUMBER,
)
ATTACHMENTS: Final = an_object("Attachments", enabled=FLAG, types=many(TEXT), max_bytes=NUMBER)
SITE: Final = a_resource(
    "Site",
    ("name",),
    name=TEXT,
    origins=many(TEXT),
    languages=many(TEXT),
    time_zone=TEXT,
    hours=HOURS,
    consent_required=FLAG,
    retention_days=NUMBER,
    unseen_after_seconds=NUMBER,
    close_after_seconds=or_null("integer"),
    frequency_cap=FREQUENCY,
    mail=MAIL_SETTINGS,
    attachments=ATTACHMENTS,
    identity=an_object(
        "Identity",
        enforced=FLAG,
        secret={**TEXT, "writeOnly": True, "minLength": 32, "maxLength": 256},
    ),
)
USER: Final = a_resource(
    "User",
    ("email", "role"),
    email={"type": "string", "format": "email"},
    password={**TEXT, "writeOnly": True, "minLength": 12},
    role={"enum": ["admin", "manager", "agent"]},
    first_name=TEXT,
    last_name=TEXT,
    display_name=TEXT,
    avatar=TEXT,
    languages=many(TEXT),
    skills=many(TEXT),
    trade=TEXT,
    region=TEXT,
    team=TEXT,
    slots=NUMBER,
    priority=NUMBER,
    sites=many(ID),
    active=FLAG,
    status={**TEXT, "readOnly": True},
)
TARGET: Final = an_object("Target", ("group",), group=ID, share=NUMBER)
MODE: Final[Schema] = {"enum": ["escalation", "fair", "ratio", "reactive"]}
BRANCH: Final = an_object(
    "Branch",
    ("targets",),
    name=TEXT,
    when=CONDITION,
    mode=MODE,
    targets=many(TARGET),
    overflow_after_seconds=NUMBER,
)
CHATBOX: Final = an_object(
    "Chatbox",
    status=STATUS,
    colours={"type": "object"},
    scheme={"enum": ["auto", "light", "dark"]},
    font=TEXT,
    position={"enum": ["bottom_right", "bottom_left"]},
    mobile_position={"enum": ["bottom_right", "bottom_left", None]},
    avatar=TEXT,
    survey=FLAG,
    texts={"type": "object"},
    **STAMPS,
)
REQUEST_MESSAGES: Final = an_object(
    "RequestMessages",
    unknown=an_object("Unknown", request=BY_LANGUAGE, confirmation=BY_LANGUAGE),
    known=an_object("Known", information=BY_LANGUAGE),
)
WAIT_MESSAGES: Final = an_object(
    "WaitMessages", estimate=BY_LANGUAGE, unknown=BY_LANGUAGE, exceeded=BY_LANGUAGE
)
SCHEMAS: Final[Mapping[str, Schema]] = {
    "groups": a_resource(
        "Group",
        ("name", "queue_limit"),
        name=TEXT,
        criteria={"type": "object"},
        members=many(ID),
        queue_limit=NUMBER,
        hours=HOURS,
        strategy={"enum": ["longest_idle", "least_busy", "round_robin"]},
        answer_timeout_seconds=NUMBER,
        away={"enum": ["keep", "return"]},
    ),
    "routing-rules": a_resource(
        "RoutingRule",
        ("name", "default"),
        name=TEXT,
        branches=many(BRANCH),
        default=an_object("DefaultBranch", ("targets",), mode=MODE, targets=many(TARGET)),
        prefer_previous_agent=FLAG,
        listed_for_transfer=FLAG,
    ),
    "campaigns": a_resource(
        "Campaign",
        ("name",),
        name=TEXT,
        status=STATUS,
        starts_on={"type": "string", "format": "date"},
        ends_on={"type": "string", "format": "date"},
    ),
    "targeting-rules": a_resource(
        "TargetingRule",
        ("name", "campaign", "engagement", "routing_rule"),
        name=TEXT,
        campaign=ID,
        status=STATUS,
        priority=NUMBER,
        when=CONDITION,
        frequency=FREQUENCY,
        schedule={"type": "object"},
        engagement=an_object(
            "EngagementKind",
            ("kind",),
            kind={"enum": ["notification", "chatbox"]},
            notification=ID,
        ),
        routing_rule=ID,
        hold_out_percent=NUMBER,
    ),
    "notifications": a_resource(
        "Notification",
        ("name",),
        name=TEXT,
        status=STATUS,
        format={"enum": ["classic", "messaging", "badge", "banner", "pop_in", "custom_button"]},
        texts={"type": "object"},
        image=TEXT,
        colours={"type": "object"},
        position={"enum": ["bottom_right", "bottom_left", "top", "bottom"]},
        animation={"enum": ["none", "fade", "slide", "grow"]},
    ),
    "flows": a_resource(
        "Flow",
        ("name", "kind"),
        name=TEXT,
        kind={"enum": [each.value for each in FlowKind]},
        status=STATUS,
        delay_seconds={**NUMBER, "minimum": 5, "maximum": 86_400},
        hours={"enum": ["open", "closed", None]},
        targeting_rules=many(ID),
        routing_rules=many(ID),
        priority=NUMBER,
        messages={"anyOf": [REQUEST_MESSAGES, WAIT_MESSAGES]},
        acknowledgement=an_object(
            "Acknowledgement", enabled=FLAG, subject=BY_LANGUAGE, text=BY_LANGUAGE
        ),
    ),
    "email-templates": EMAIL_TEMPLATE,
    "segments": a_resource("Segment", ("name",), name=TEXT, when=CONDITION),
    "custom-data": a_resource(
        "CustomDatum",
        ("name", "kind"),
        name=TEXT,
        kind={"enum": ["text", "number", "boolean", "date", "list"]},
    ),
}
READINESS: Final = an_object(
    "Readiness",
    ("ready", "items"),
    ready=FLAG,
    items=many(
        an_object(
            "Prerequisite",
            ("name", "ready", "found", "next"),
            name=TEXT,
            ready=FLAG,
            found=NUMBER,
            next=TEXT,
        )
    ),
)
TICKET_REQUEST: Final = an_object("TicketRequest", ("site",), site=ID)
TICKET: Final = an_object(
    "Ticket", ("ticket", "url", "expires_at"), ticket=TEXT, url=TEXT, expires_at=MOMENT
)
DECISION: Final = an_object(
    "Decision",
    ("playbook_version", "at", "facts", "rules", "hash"),
    id=ID,
    playbook_version=NUMBER,
    at=MOMENT,
    visitor=TEXT,
    visit=TEXT,
    history={"type": "object"},
    open_conversation=FLAG,
    unavailable=many(ID),
    facts={"type": "object"},
    fired=or_null("string"),
    held_out=FLAG,
    rules=many({"type": "object"}),
    watches=many({"type": "object"}),
    hash=TEXT,
    sentences=many(TEXT),
)
REPLAY: Final = an_object(
    "Replay",
    ("identical", "before", "after", "decision"),
    identical=FLAG,
    before=TEXT,
    after=TEXT,
    decision=DECISION,
)
PREVIEW: Final = an_object(
    "Preview",
    visitor={"type": "object", "description": "facts by name; the rest is a new visitor's"},
    at=MOMENT,
    keep={"type": "boolean", "description": "store it, to be read and taken again by its id"},
)
WIDGET: Final = an_object(
    "Widget",
    ("site", "socket", "notifications"),
    site=ID,
    name=TEXT,
    languages=many(TEXT),
    socket=TEXT,
    consent_required=FLAG,
    chatbox={"type": ["object", "null"]},
    notifications={"type": "object"},
    attachments={"type": ["object", "null"]},
    version=NUMBER,
)
