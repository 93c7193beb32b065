"""Which shape do the resources about mail have?"""

from typing import Final

from chalicelib.web.schemas import Schema

_BY_LANGUAGE: Final[Schema] = {
    "type": ["object", "string"],
    "description": "one text, or by language",
}
_TEXT: Final[Schema] = {"type": "string"}
_STAMPS: Final[Schema] = {
    "version": {"type": "integer", "readOnly": True},
    "created_at": {"type": "string", "format": "date-time", "readOnly": True},
    "updated_at": {"type": "string", "format": "date-time", "readOnly": True},
}
MAIL_SETTINGS: Final[Schema] = {
    "title": "MailSettings",
    "type": "object",
    "properties": {
        "sender_name": _TEXT,
        "reply_to": {"type": "string", "format": "email"},
        "daily_cap": {"type": "integer", "minimum": 0},
    },
}
EMAIL_TEMPLATE: Final[Schema] = {
    "title": "EmailTemplate",
    "type": "object",
    "required": ["id", "subject", "text"],
    "properties": {
        "id": {"enum": ["unseen_reply", "transcript", "closed"]},
        "subject": _BY_LANGUAGE,
        "text": _BY_LANGUAGE,
        **_STAMPS,
    },
}
EMAIL_TO_PREVIEW: Final[Schema] = {
    "title": "EmailToPreview",
    "type": "object",
    "properties": {
        "language": _TEXT,
        "flow": {"type": "string", "description": "whose acknowledgement or information it is"},
        "subject": {**_BY_LANGUAGE, "description": "words that are not saved yet"},
        "text": _BY_LANGUAGE,
    },
}
ADDRESS: Final[Schema] = {
    "title": "Address",
    "type": "object",
    "required": ["address"],
    "properties": {"address": {"type": "string", "format": "email"}},
}
SUPPRESSION: Final[Schema] = {
    "title": "Suppression",
    "type": "object",
    "properties": {
        "suppressed": {"enum": ["bounce", "soft_bounces", "complaint"]},
        "suppressed_at": {"type": "string", "format": "date-time"},
        "unsubscribed_at": {"type": "string", "format": "date-time"},
    },
}
EMAIL: Final[Schema] = {
    "title": "Email",
    "type": "object",
    "required": ["subject", "text", "html"],
    "properties": {"subject": _TEXT, "text": _TEXT, "html": _TEXT},
}
