"""Which shape does each REST resource have? (What is right, the parsers decide.)"""

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.web.mail_schemas import EMAIL_TEMPLATE, MAIL_SETTINGS
from chalicelib.web.schemas import Schema

TEXT: Final[Schema] = {"type": "string"}
NUMBER: Final[Schema] = {"type": "integer"}
FLAG: Final[Schema] = {"type": "boolean"}
MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}
ID: Final[Schema] = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}
CONDITION: Final[Schema] = {
    "type": "object",
    "description": "all, any, not, segment, or fact/is/value; {} holds always",
}
STATUS: Final[Schema] = {"enum": ["draft", "active", "paused"]}
BY_LANGUAGE: Final[Schema] = {
    "type": ["object", "string"],
    "description": "one text, or by language",
}
STAMPS: Final[Mapping[str, Any]] = {
    "version": {**NUMBER, "readOnly": True},
    "created_at": {**MOMENT, "readOnly": True},
    "updated_at": {**MOMENT, "readOnly": True},
}


def _many(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def _or_null(kind: str) -> Schema:
    return {"type": [kind, "null"]}


def _object(name: str, required: tuple[str, ...] = (), /, **properties: Any) -> Schema:
    return {
        "title": name,
        "type": "object",
        "required": list(required),
        "properties": properties,
    }


def _resource(name: str, required: tuple[str, ...], /, **properties: Any) -> Schema:
    return _object(name, required, id=ID, **properties, **STAMPS)


HOURS: Final = _object("Hours", weekly={"type": "object"}, exceptions=_many({"type": "object"}))
FREQUENCY: Final = _object(
    "Frequency",
    per_session=NUMBER,
    per_day=NUMBER,
    per_visitor=NUMBER,
    pause_after_dismissal_seconds=NUMBER,
)
SITE: Final = _resource(
    "Site",
    ("name",),
    name=TEXT,
    origins=_many(TEXT),
    languages=_many(TEXT),
    time_zone=TEXT,
    hours=HOURS,
    consent_required=FLAG,
    retention_days=NUMBER,
    unseen_after_seconds=NUMBER,
    close_after_seconds=_or_null("integer"),
    frequency_cap=FREQUENCY,
    mail=MAIL_SETTINGS,
)
USER: Final = _resource(
    "User",
    ("email", "role"),
    email={"type": "string", "format": "email"},
    password={**TEXT, "writeOnly": True, "minLength": 12},
    role={"enum": ["admin", "manager", "agent"]},
    first_name=TEXT,
    last_name=TEXT,
    display_name=TEXT,
    avatar=TEXT,
    languages=_many(TEXT),
    skills=_many(TEXT),
    trade=TEXT,
    region=TEXT,
    team=TEXT,
    slots=NUMBER,
    priority=NUMBER,
    sites=_many(ID),
    active=FLAG,
    status={**TEXT, "readOnly": True},
)
TARGET: Final = _object("Target", ("group",), group=ID, share=NUMBER)
MODE: Final[Schema] = {"enum": ["escalation", "fair", "ratio", "reactive"]}
BRANCH: Final = _object(
    "Branch",
    ("targets",),
    name=TEXT,
    when=CONDITION,
    mode=MODE,
    targets=_many(TARGET),
    overflow_after_seconds=NUMBER,
)
CHATBOX: Final = _object(
    "Chatbox",
    status=STATUS,
    colours={"type": "object"},
    position={"enum": ["bottom_right", "bottom_left"]},
    avatar=TEXT,
    texts={"type": "object"},
    **STAMPS,
)
SCHEMAS: Final[Mapping[str, Schema]] = {
    "groups": _resource(
        "Group",
        ("name", "queue_limit"),
        name=TEXT,
        criteria={"type": "object"},
        members=_many(ID),
        queue_limit=NUMBER,
        hours=HOURS,
        strategy={"enum": ["longest_idle", "least_busy", "round_robin"]},
        answer_timeout_seconds=NUMBER,
    ),
    "routing-rules": _resource(
        "RoutingRule",
        ("name", "default"),
        name=TEXT,
        branches=_many(BRANCH),
        default=_object("DefaultBranch", ("targets",), mode=MODE, targets=_many(TARGET)),
        prefer_previous_agent=FLAG,
        listed_for_transfer=FLAG,
    ),
    "campaigns": _resource(
        "Campaign",
        ("name",),
        name=TEXT,
        status=STATUS,
        starts_on={"type": "string", "format": "date"},
        ends_on={"type": "string", "format": "date"},
    ),
    "targeting-rules": _resource(
        "TargetingRule",
        ("name", "campaign", "engagement", "routing_rule"),
        name=TEXT,
        campaign=ID,
        status=STATUS,
        priority=NUMBER,
        when=CONDITION,
        frequency=FREQUENCY,
        schedule={"type": "object"},
        engagement=_object(
            "EngagementKind",
            ("kind",),
            kind={"enum": ["notification", "chatbox"]},
            notification=ID,
        ),
        routing_rule=ID,
        hold_out_percent=NUMBER,
    ),
    "notifications": _resource(
        "Notification",
        ("name",),
        name=TEXT,
        status=STATUS,
        format={"enum": ["classic", "messaging", "badge", "banner", "pop_in", "custom_button"]},
        texts={"type": "object"},
        image=TEXT,
        colours={"type": "object"},
        position={"enum": ["bottom_right", "bottom_left"]},
    ),
    "flows": _resource(
        "Flow",
        ("name", "kind", "delay_seconds"),
        name=TEXT,
        kind={"enum": ["email_request"]},
        status=STATUS,
        delay_seconds={**NUMBER, "minimum": 5, "maximum": 86_400},
        hours={"enum": ["open", "closed", None]},
        targeting_rules=_many(ID),
        routing_rules=_many(ID),
        priority=NUMBER,
        messages=_object(
            "FlowMessages",
            unknown=_object("Unknown", request=BY_LANGUAGE, confirmation=BY_LANGUAGE),
            known=_object("Known", information=BY_LANGUAGE),
        ),
        acknowledgement=_object(
            "Acknowledgement", enabled=FLAG, subject=BY_LANGUAGE, text=BY_LANGUAGE
        ),
    ),
    "email-templates": EMAIL_TEMPLATE,
    "segments": _resource("Segment", ("name",), name=TEXT, when=CONDITION),
    "custom-data": _resource(
        "CustomDatum",
        ("name", "kind"),
        name=TEXT,
        kind={"enum": ["text", "number", "boolean", "date", "list"]},
    ),
}
READINESS: Final = _object(
    "Readiness",
    ("ready", "items"),
    ready=FLAG,
    items=_many(
        _object(
            "Prerequisite",
            ("name", "ready", "found", "next"),
            name=TEXT,
            ready=FLAG,
            found=NUMBER,
            next=TEXT,
        )
    ),
)
CONVERSATION: Final = _object(
    "Conversation",
    ("id", "state", "version"),
    id=ID,
    version=NUMBER,
    site=ID,
    visitor=TEXT,
    state={"enum": ["waiting", "assigned", "snoozed", "closed", "missed"]},
    group=_or_null("string"),
    agent=_or_null("string"),
    language=_or_null("string"),
    targeting_rule=_or_null("string"),
    routing_rule=_or_null("string"),
    campaign=_or_null("string"),
    opened_at=MOMENT,
    waiting_since=_or_null("string"),
    closed_at=_or_null("string"),
    last_number=NUMBER,
    visitor_seen=NUMBER,
    agent_seen=NUMBER,
    unanswered_since=_or_null("string"),
    email=_or_null("string"),
    page=_object("Page", url=TEXT, title=TEXT),
    created_at=MOMENT,
    updated_at=MOMENT,
)
MESSAGE: Final = _object(
    "Message",
    ("conversation", "number", "author", "text", "sent_at"),
    conversation=ID,
    number=NUMBER,
    author=_object("Author", ("kind",), kind=TEXT, name=TEXT, avatar=TEXT),
    text=TEXT,
    sent_at=MOMENT,
    client_id=TEXT,
)
NEW_MESSAGE: Final = _object("NewMessage", ("client_id", "text"), client_id=TEXT, text=TEXT)
TICKET_REQUEST: Final = _object("TicketRequest", ("site",), site=ID)
TICKET: Final = _object(
    "Ticket", ("ticket", "url", "expires_at"), ticket=TEXT, url=TEXT, expires_at=MOMENT
)
DECISION: Final = _object(
    "Decision",
    ("playbook_version", "at", "facts", "rules", "hash"),
    id=ID,
    playbook_version=NUMBER,
    at=MOMENT,
    visitor=TEXT,
    visit=TEXT,
    history={"type": "object"},
    open_conversation=FLAG,
    unavailable=_many(ID),
    facts={"type": "object"},
    fired=_or_null("string"),
    held_out=FLAG,
    rules=_many({"type": "object"}),
    watches=_many({"type": "object"}),
    hash=TEXT,
)
REPLAY: Final = _object(
    "Replay",
    ("identical", "before", "after", "decision"),
    identical=FLAG,
    before=TEXT,
    after=TEXT,
    decision=DECISION,
)
PREVIEW: Final = _object(
    "Preview", visitor={"type": "object", "description": "facts by name"}, at=MOMENT
)
WIDGET: Final = _object(
    "Widget",
    ("site", "socket", "notifications"),
    site=ID,
    name=TEXT,
    languages=_many(TEXT),
    socket=TEXT,
    consent_required=FLAG,
    chatbox={"type": ["object", "null"]},
    notifications={"type": "object"},
    version=NUMBER,
)
