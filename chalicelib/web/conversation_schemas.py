"""Which shape do a conversation and what belongs to it have? For the OpenAPI document."""

from typing import Final

from chalicelib.web.shapes import FLAG, ID, MOMENT, NUMBER, TEXT, an_object, many, or_null

CONVERSATION: Final = an_object(
    "Conversation",
    ("id", "state", "version"),
    id=ID,
    version=NUMBER,
    site=ID,
    visitor=TEXT,
    state={"enum": ["waiting", "assigned", "snoozed", "closed", "missed"]},
    group=or_null("string"),
    agent=or_null("string"),
    language=or_null("string"),
    targeting_rule=or_null("string"),
    routing_rule=or_null("string"),
    visitor_name=or_null("string"),
    campaign=or_null("string"),
    tags=many(TEXT),
    assigned_at=or_null("string"),
    overflowed=many(ID),
    kept_for=or_null("string"),
    snoozed_until=or_null("string"),
    requeues=NUMBER,
    opened_at=MOMENT,
    waiting_since=or_null("string"),
    closed_at=or_null("string"),
    closed_by=or_null("string"),
    close_reason=or_null("string"),
    last_number=NUMBER,
    visitor_seen=NUMBER,
    agent_seen=NUMBER,
    unanswered_since=or_null("string"),
    email=or_null("string"),
    page=an_object("Page", url=TEXT, title=TEXT),
    created_at=MOMENT,
    updated_at=MOMENT,
)
ATTACHMENT: Final = an_object(
    "Attachment", ("id", "name", "type", "size"), id=ID, name=TEXT, type=TEXT, size=NUMBER
)
NEW_ATTACHMENT: Final = an_object(
    "NewAttachment", ("name", "type", "size"), name=TEXT, type=TEXT, size=NUMBER
)
UPLOAD: Final = an_object(
    "Upload",
    ("attachment", "url", "fields", "expires_at"),
    conversation=ID,
    attachment=ID,
    url=TEXT,
    fields={"type": "object", "additionalProperties": TEXT},
    expires_at=MOMENT,
)
DOWNLOAD: Final = an_object(
    "Download",
    ("attachment", "url", "expires_at"),
    conversation=ID,
    number=NUMBER,
    attachment=ID,
    url=TEXT,
    expires_at=MOMENT,
)
MESSAGE: Final = an_object(
    "Message",
    ("conversation", "number", "author", "text", "sent_at"),
    conversation=ID,
    number=NUMBER,
    author=an_object("Author", ("kind",), kind=TEXT, name=TEXT, avatar=TEXT),
    text=TEXT,
    sent_at=MOMENT,
    client_id=TEXT,
    attachments=many(ATTACHMENT),
)
NEW_MESSAGE: Final = an_object(
    "NewMessage", ("client_id", "text"), client_id=TEXT, text=TEXT, attachments=many(ID)
)
TRANSFER: Final = an_object("Transfer", agent=ID, routing_rule=ID, comment=TEXT)
SNOOZE: Final = an_object("Snooze", seconds=NUMBER, until=MOMENT, keep=FLAG)
CLOSE: Final = an_object("Close", reason=TEXT, tags=many(TEXT))
TAGS: Final = an_object("Tags", ("tags",), tags=many(TEXT))
NEW_NOTE: Final = an_object("NewNote", ("text",), text=TEXT)
NOTE: Final = an_object(
    "Note",
    ("id", "author", "text", "written_at"),
    id=ID,
    author=ID,
    text=TEXT,
    written_at=MOMENT,
)
TIMER: Final = an_object(
    "Timer",
    ("id", "what", "at"),
    id=ID,
    what={
        "enum": [
            *("email_request", "estimated_wait"),
            *("answer", "overflow", "kept", "snooze", "silence", "unseen"),
        ]
    },
    at=MOMENT,
    rule=an_object("TimerRule", ("kind", "id"), kind=TEXT, id=ID),
)
WHY: Final = an_object(
    "Why",
    ("engagement", "routing"),
    engagement={"type": ["object", "null"]},
    routing=many(
        an_object(
            "RoutingDecision",
            ("at", "event", "record", "sentences"),
            at=MOMENT,
            event=TEXT,
            record={"type": "object"},
            sentences=many(TEXT),
        )
    ),
)
